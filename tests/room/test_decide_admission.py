"""Who comes in, who waits, who goes: the waiting room and the way out."""

import pytest

from facilitator.infra.ids import PersonId
from facilitator.people.roles import Role
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.phases import Condition, Phase
from facilitator.room.state import Standing
from tests.makers import Meeting, a_room

ANA, BEN, RUTH, DAN, COOP, INES = map(PersonId, ("ana", "ben", "ruth", "dan", "coop", "ines"))


def standing(meeting: Meeting, person: PersonId) -> Standing:
    return meeting.state.seats[person].standing


def test_the_professionals_are_inside_from_the_start_and_everybody_else_waits():
    meeting = a_room(condition=Condition.WAITING, waiting=["ruth", "ana", "ben", "cara", "dan", "olive"])
    inside = {person for person, seat in meeting.state.seats.items() if seat.admitted}
    assert inside == {INES, COOP}
    assert meeting.state.controller == INES


def test_letting_somebody_in_gives_them_a_place():
    meeting = a_room(waiting=["ana"])
    assert standing(meeting, ANA) is Standing.WAITING
    assert meeting.asks("ines", ask.Admit(ANA)) == [did.PersonAdmitted(ANA)]
    assert standing(meeting, ANA) is Standing.ADMITTED


def test_letting_somebody_in_twice_changes_nothing():
    meeting = a_room()
    assert standing(meeting, ANA) is Standing.ADMITTED
    assert meeting.asks("ines", ask.Admit(ANA)) == []


@pytest.mark.parametrize("command", [ask.Admit, ask.Decline, ask.Remove, lambda p: ask.Hold(p, "Wait, please.")])
def test_somebody_who_is_not_of_the_meeting_is_named_as_unknown(command):
    assert a_room().refuses("ines", command(PersonId("zed"))) == "unknown_person"


def test_somebody_by_the_room_code_waits_like_everybody_else():
    meeting = a_room()
    zed = PersonId("zed")
    assert meeting.asks("zed", ask.AskForSeat(zed, Role.TEAM_MEMBER)) == [did.SeatAsked(zed, Role.TEAM_MEMBER)]
    assert standing(meeting, zed) is Standing.WAITING


def test_asking_for_a_seat_again_does_not_take_away_the_one_that_is_there():
    meeting = a_room()
    assert meeting.asks("ana", ask.AskForSeat(ANA, Role.TEAM_MEMBER)) == []
    assert standing(meeting, ANA) is Standing.ADMITTED


@pytest.mark.parametrize("how", [Standing.REMOVED, Standing.DECLINED])
def test_asking_for_a_seat_does_not_bring_back_somebody_sent_away(how: Standing):
    meeting = a_room(gone={"ana": how})
    assert meeting.asks("ana", ask.AskForSeat(ANA, Role.TEAM_MEMBER)) == []
    assert standing(meeting, ANA) is how


def test_whoever_left_by_themselves_can_come_back_and_wait_in_their_own_role():
    meeting = a_room(gone={"dan": "left"})
    assert meeting.asks("dan", ask.AskForSeat(DAN, Role.TEAM_MEMBER)) == [did.SeatAsked(DAN, Role.LOVED_ONE)]
    assert standing(meeting, DAN) is Standing.WAITING


def test_getting_ready_is_noted_once():
    meeting = a_room(waiting=["ana"])
    assert meeting.asks("ana", ask.GetReady(agreed=True)) == [did.PersonReady(ANA)]
    assert meeting.asks("ana", ask.GetReady(agreed=True)) == []
    assert not meeting.state.seats[ANA].admitted


def test_running_late_is_told_until_they_are_let_in():
    meeting = a_room(waiting=["ana"])
    meeting.asks("ana", ask.RunLate("running_late"))
    assert meeting.state.seats[ANA].late == "running_late"
    assert meeting.asks("ana", ask.RunLate("running_late")) == []
    meeting.asks("ana", ask.RunLate("cannot_come"))
    assert meeting.state.seats[ANA].late == "cannot_come"
    meeting.asks("ines", ask.Admit(ANA))
    assert meeting.state.seats[ANA].late is None


def test_somebody_held_keeps_waiting_until_they_are_let_in():
    meeting = a_room(waiting=["ana"])
    meeting.asks("ines", ask.Hold(ANA, "Two minutes, please."))
    assert meeting.state.seats[ANA].held
    assert standing(meeting, ANA) is Standing.WAITING
    meeting.asks("ines", ask.Admit(ANA))
    assert not meeting.state.seats[ANA].held


@pytest.mark.parametrize("command", [ask.Hold(ANA, "Wait, please."), ask.Decline(ANA)])
def test_nobody_inside_is_held_or_declined(command: ask.Command):
    assert a_room().refuses("ines", command) == "already_in"


def test_declining_twice_is_declining_once():
    meeting = a_room(waiting=["ana"])
    assert meeting.asks("ines", ask.Decline(ANA)) == [did.PersonDeclined(ANA)]
    assert meeting.asks("ines", ask.Decline(ANA)) == []


@pytest.mark.parametrize("how", ["declined", "removed", "left"])
def test_whoever_went_can_be_let_in_again(how: str):
    meeting = a_room(gone={"ana": how})
    assert standing(meeting, ANA) == how
    meeting.asks("ines", ask.Admit(ANA))
    assert standing(meeting, ANA) is Standing.ADMITTED


def test_removing_somebody_takes_their_place_in_the_queue_and_their_hand():
    meeting = a_room(queue=["ben", "ana"])
    meeting.asks("ana", ask.RaiseHand())
    assert meeting.state.seats[ANA].hand_since
    meeting.asks("ines", ask.Remove(ANA))
    assert meeting.state.queue == (BEN,)
    assert meeting.state.seats[ANA].hand_since is None


def test_removing_the_speaker_ends_their_turn_with_its_time():
    meeting = a_room(speaking="ana")
    meeting.wait(30)
    assert meeting.asks("ines", ask.Remove(ANA)) == [did.TurnEnded(ANA, 30_000), did.PersonRemoved(ANA)]
    assert meeting.state.holder is None


def test_removing_twice_is_removing_once():
    meeting = a_room(gone={"ana": "removed"})
    assert meeting.asks("ines", ask.Remove(ANA)) == []


@pytest.mark.parametrize("who", [INES, COOP])
def test_no_professional_is_removed(who: PersonId):
    assert a_room().refuses("ines", ask.Remove(who)) == "not_allowed"


@pytest.mark.parametrize("condition", list(Condition))
@pytest.mark.parametrize("who", ["ruth", "dan", "olive", "coop"])
def test_leaving_is_never_blocked(who: str, condition: Condition):
    meeting = a_room(condition=condition)
    assert meeting.asks(who, ask.Leave()) == [did.PersonLeft(PersonId(who))]
    assert standing(meeting, PersonId(who)) is Standing.LEFT


def test_leaving_in_the_middle_of_ones_own_turn_is_not_blocked():
    meeting = a_room(speaking="dan")
    meeting.wait(12)
    assert meeting.asks("dan", ask.Leave()) == [did.TurnEnded(DAN, 12_000), did.PersonLeft(DAN)]


def test_leaving_while_interrupted_ends_the_turn_that_waits():
    meeting = a_room(interrupted="ruth", speaking="ben")
    assert meeting.asks("ruth", ask.Leave()) == [did.TurnEnded(RUTH, 0), did.PersonLeft(RUTH)]
    assert meeting.state.interrupted is None
    assert meeting.state.holder == BEN


def test_when_the_interposed_speaker_leaves_the_interrupted_one_goes_on():
    meeting = a_room(interrupted="ruth", speaking="ben")
    assert meeting.asks("ben", ask.Leave()) == [did.TurnEnded(BEN, 0), did.TurnResumed(RUTH), did.PersonLeft(BEN)]
    assert meeting.state.holder == RUTH


def test_leaving_twice_is_leaving_once():
    meeting = a_room(gone={"dan": "left"})
    assert meeting.asks("dan", ask.Leave()) == []


def test_somebody_can_leave_from_the_waiting_room():
    meeting = a_room(waiting=["ana"])
    assert meeting.asks("ana", ask.Leave()) == [did.PersonLeft(ANA)]


@pytest.mark.parametrize("condition", [c for c in Condition if c is not Condition.ENDED])
def test_the_lead_hands_over_or_ends_the_meeting_before_leaving(condition: Condition):
    meeting = a_room(condition=condition)
    assert meeting.refuses("ines", ask.Leave()) == "in_control"
    meeting.asks("ines", ask.EndRoom())
    assert meeting.refuses("ines", ask.Leave()) is None


def test_the_lead_keeps_their_seat_after_the_end_to_finish_the_record():
    meeting = a_room(condition=Condition.ENDED)
    assert meeting.asks("ines", ask.Leave()) == []
    assert meeting.refuses("ines", ask.TakeNote("He will call tomorrow.")) is None


def test_the_former_lead_can_leave_after_handing_over():
    meeting = a_room()
    meeting.asks("ines", ask.HandOver(COOP))
    meeting.asks("coop", ask.TakeControl())
    assert meeting.asks("ines", ask.Leave()) == [did.PersonLeft(INES)]
    assert meeting.state.controller == COOP


def test_a_planned_reader_who_is_let_in_late_joins_the_end_of_the_queue():
    meeting = a_room(order=["ana", "ruth", "ben"], waiting=["ana"])
    assert meeting.state.queue == (RUTH, BEN)
    meeting.asks("ines", ask.Admit(ANA))
    assert meeting.state.queue == (RUTH, BEN, ANA)


def test_letting_somebody_in_before_the_statements_does_not_queue_them():
    meeting = a_room(phase=Phase.OPEN, order=["ana"], waiting=["ana"])
    meeting.asks("ines", ask.Admit(ANA))
    assert meeting.state.queue == ()


def test_letting_somebody_in_brings_nobody_else_back_into_the_queue():
    meeting = a_room(order=["ruth", "ben", "ana"], waiting=["ana"])
    meeting.asks("ines", ask.Skip(RUTH))
    meeting.asks("ines", ask.GrantTurn(BEN))
    meeting.asks("ines", ask.Interpose(DAN))
    meeting.asks("ines", ask.Admit(ANA))
    assert meeting.state.queue == (ANA,)


def test_a_reader_who_was_heard_left_and_came_back_is_not_queued_to_read_again():
    meeting = a_room(order=["ruth", "ben"])
    meeting.asks("ines", ask.GrantTurn(RUTH))
    meeting.asks("ruth", ask.Leave())
    meeting.asks("ines", ask.Admit(RUTH))
    assert meeting.state.queue == (BEN,)
