"""The one speaking queue: the same order for everybody, whoever taps when."""

import pytest

from facilitator.infra.ids import PersonId
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.phases import Condition, Phase
from tests.makers import Meeting, a_room

ANA, BEN, CARA, DAN = map(PersonId, ("ana", "ben", "cara", "dan"))


def hand(meeting: Meeting, person: PersonId) -> bool:
    return meeting.state.seats[person].hand_since is not None


def test_a_raised_hand_joins_the_end_of_the_queue():
    meeting = a_room(queue=["ana"])
    assert meeting.asks("dan", ask.RaiseHand()) == [did.HandRaised(DAN)]
    assert meeting.state.queue == (ANA, DAN)
    assert hand(meeting, DAN)


def test_raising_a_hand_twice_queues_once():
    meeting = a_room()
    meeting.asks("dan", ask.RaiseHand())
    assert meeting.asks("dan", ask.RaiseHand()) == []
    assert meeting.state.queue == (DAN,)


def test_the_hand_of_somebody_already_queued_moves_nobody():
    meeting = a_room(queue=["ana", "ben"])
    meeting.asks("ana", ask.RaiseHand())
    assert meeting.state.queue == (ANA, BEN)
    assert hand(meeting, ANA)


def test_taking_the_hand_down_gives_up_a_place_that_came_by_the_hand():
    meeting = a_room(queue=["ana"])
    meeting.asks("dan", ask.RaiseHand())
    assert meeting.asks("dan", ask.LowerHand()) == [did.HandLowered(DAN)]
    assert meeting.state.queue == (ANA,)
    assert meeting.asks("dan", ask.LowerHand()) == []


def test_taking_the_hand_down_keeps_a_planned_place():
    meeting = a_room(order=["ana", "ben"])
    meeting.asks("ana", ask.RaiseHand())
    meeting.asks("ana", ask.LowerHand())
    assert meeting.state.queue == (ANA, BEN)
    assert not hand(meeting, ANA)


@pytest.mark.parametrize("who", ["ruth", "ben"])
def test_whoever_has_a_turn_needs_no_hand(who: str):
    meeting = a_room(interrupted="ruth", speaking="ben")
    assert meeting.asks(who, ask.RaiseHand()) == []
    assert meeting.state.queue == ()


def test_being_called_takes_somebody_off_the_queue_and_the_hand_down():
    meeting = a_room(queue=["ana", "ben"])
    meeting.asks("ben", ask.RaiseHand())
    assert meeting.asks("ines", ask.GrantTurn(BEN)) == [did.TurnGranted(BEN, 240)]
    assert meeting.state.queue == (ANA,)
    assert not hand(meeting, BEN)


def test_reordering_sets_the_order():
    meeting = a_room(queue=["ana", "ben", "dan"])
    assert meeting.asks("ines", ask.Reorder((DAN, ANA, BEN))) == [did.QueueReordered((DAN, ANA, BEN))]
    assert meeting.state.queue == (DAN, ANA, BEN)


def test_reordering_keeps_whoever_joined_meanwhile_behind_the_named():
    meeting = a_room(queue=["ana", "ben"])
    as_the_lead_saw_it = (BEN, ANA)
    meeting.asks("dan", ask.RaiseHand())
    meeting.asks("ines", ask.Reorder(as_the_lead_saw_it))
    assert meeting.state.queue == (BEN, ANA, DAN)


def test_reordering_does_not_queue_whoever_was_called_meanwhile():
    meeting = a_room(queue=["ana", "ben", "dan"])
    as_the_lead_saw_it = (BEN, ANA, DAN)
    meeting.asks("ines", ask.GrantTurn(ANA))
    meeting.asks("ines", ask.Interpose(BEN))
    meeting.asks("ines", ask.Reorder(as_the_lead_saw_it))
    assert meeting.state.queue == (DAN,)


def test_reordering_to_the_order_that_is_changes_nothing():
    assert a_room(queue=["ana", "ben"]).asks("ines", ask.Reorder((ANA, BEN))) == []


def test_nobody_can_be_twice_in_an_order():
    assert a_room(queue=["ana"]).refuses("ines", ask.Reorder((ANA, BEN, ANA))) == "malformed"


def test_deferring_moves_somebody_to_the_end():
    meeting = a_room(queue=["ana", "ben", "dan"])
    assert meeting.asks("ines", ask.Defer()) == [did.TurnDeferred(ANA)]
    assert meeting.state.queue == (BEN, DAN, ANA)
    meeting.asks("ines", ask.Defer(DAN))
    assert meeting.state.queue == (BEN, ANA, DAN)
    assert meeting.asks("ines", ask.Defer(DAN)) == []


def test_skipping_takes_somebody_out_of_the_queue_and_the_hand_down():
    meeting = a_room(queue=["ana", "ben"])
    meeting.asks("ana", ask.RaiseHand())
    assert meeting.asks("ines", ask.Skip()) == [did.TurnSkipped(ANA)]
    assert meeting.state.queue == (BEN,)
    assert not hand(meeting, ANA)
    meeting.asks("ines", ask.Skip(BEN))
    assert meeting.state.queue == ()


def test_whoever_was_skipped_comes_back_by_a_new_order_or_by_their_hand():
    meeting = a_room(queue=["ana", "ben", "dan"])
    for _ in range(3):
        meeting.asks("ines", ask.Skip())
    meeting.asks("ines", ask.Reorder((BEN,)))
    meeting.asks("ana", ask.RaiseHand())
    assert meeting.state.queue == (BEN, ANA)


@pytest.mark.parametrize("command", [ask.Defer, ask.Skip])
def test_only_whoever_is_queued_can_be_deferred_or_skipped(command):
    assert a_room().refuses("ines", command()) == "not_in_queue"
    assert a_room(queue=["ana"]).refuses("ines", command(BEN)) == "not_in_queue"


def test_a_second_tap_on_skip_for_the_same_person_skips_nobody_else():
    meeting = a_room(queue=["ana", "ben"])
    meeting.asks("ines", ask.Skip(ANA))
    assert meeting.refuses("ines", ask.Skip(ANA)) == "not_in_queue"
    assert meeting.state.queue == (BEN,)


def test_the_queue_can_be_put_in_order_before_the_meeting_opens():
    meeting = a_room(condition=Condition.WAITING)
    meeting.asks("ines", ask.Reorder((BEN, ANA)))
    meeting.asks("ines", ask.OpenRoom())
    assert (meeting.state.queue, meeting.state.phase) == ((BEN, ANA), Phase.OPEN)


@pytest.mark.parametrize(("first", "second"), [(ANA, DAN), (DAN, ANA)])
def test_hands_queue_in_the_order_in_which_they_went_up(first: PersonId, second: PersonId):
    meeting = a_room(queue=["cara"])
    meeting.asks(first, ask.RaiseHand())
    meeting.asks("ines", ask.GrantTurn(CARA))
    meeting.asks(second, ask.RaiseHand())
    assert (meeting.state.holder, meeting.state.queue) == (CARA, (first, second))
