"""The floor: one holder at most, interrupted and resumed, passed on and given back."""

import pytest

from facilitator.infra.ids import PersonId
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.phases import Condition
from tests.makers import a_room

ANA, BEN, RUTH, DAN, OLIVE = map(PersonId, ("ana", "ben", "ruth", "dan", "olive"))


def test_a_turn_can_have_a_limit_of_its_own():
    meeting = a_room()
    meeting.asks("ines", ask.GrantTurn(ANA, limit_s=90))
    assert meeting.state.floor.limit_s == 90


def test_granting_moves_the_floor():
    meeting = a_room(speaking="ruth")
    meeting.wait(7)
    assert meeting.asks("ines", ask.GrantTurn(ANA)) == [did.TurnEnded(RUTH, 7_000), did.TurnGranted(ANA, 240)]
    assert meeting.state.holder == ANA


def test_granting_moves_the_floor_past_an_interrupted_turn_too():
    meeting = a_room(interrupted="ruth", speaking="ben")
    meeting.wait(4)
    happened = meeting.asks("ines", ask.GrantTurn(ANA))
    assert happened == [did.TurnEnded(BEN, 4_000), did.TurnEnded(RUTH, 0), did.TurnGranted(ANA, 240)]
    assert (meeting.state.holder, meeting.state.interrupted) == (ANA, None)


def test_granting_to_whoever_has_the_floor_does_not_start_their_clock_anew():
    meeting = a_room(speaking="ruth")
    meeting.wait(30)
    assert meeting.asks("ines", ask.GrantTurn(RUTH)) == []
    assert meeting.spoken_s() == 30


@pytest.mark.parametrize("who", ["ruth", "dan", "ines", "coop"])
def test_family_loved_one_and_professionals_can_be_given_the_floor(who: str):
    meeting = a_room()
    meeting.asks("ines", ask.GrantTurn(PersonId(who)))
    assert meeting.state.holder == who


SPEAKER_COMMANDS = [ask.GrantTurn, ask.Interpose, lambda person: ask.Reorder((person,))]


@pytest.mark.parametrize("command", SPEAKER_COMMANDS)
def test_an_observer_is_never_given_the_floor(command):
    assert a_room().refuses("ines", command(OLIVE)) == "not_a_speaker"


@pytest.mark.parametrize("command", SPEAKER_COMMANDS)
@pytest.mark.parametrize("how", ["left", "removed", "declined"])
def test_somebody_who_is_gone_is_not_given_the_floor(command, how: str):
    assert a_room(gone={"ana": how}).refuses("ines", command(ANA)) == "not_admitted"


@pytest.mark.parametrize("command", SPEAKER_COMMANDS)
def test_somebody_unknown_is_not_given_the_floor(command):
    assert a_room().refuses("ines", command(PersonId("zed"))) == "unknown_person"


def test_done_gives_the_floor_back():
    meeting = a_room(speaking="ruth", queue=["ana"])
    meeting.wait(60)
    assert meeting.asks("ruth", ask.YieldTurn()) == [did.TurnEnded(RUTH, 60_000)]
    assert meeting.state.holder is None
    assert meeting.state.queue == (ANA,)


def test_a_second_tap_on_done_does_not_end_the_next_turn():
    meeting = a_room(speaking="ruth")
    meeting.asks("ruth", ask.YieldTurn())
    meeting.asks("ines", ask.GrantTurn(ANA))
    assert meeting.refuses("ruth", ask.YieldTurn()) == "not_your_turn"
    assert meeting.state.holder == ANA


def test_a_second_tap_of_the_lead_does_not_end_the_next_turn():
    meeting = a_room(speaking="ruth")
    meeting.asks("ines", ask.EndTurn(RUTH))
    meeting.asks("ines", ask.GrantTurn(ANA))
    assert meeting.asks("ines", ask.EndTurn(RUTH)) == []
    assert meeting.state.holder == ANA


def test_ending_a_turn_when_nobody_speaks_is_refused():
    assert a_room().refuses("ines", ask.EndTurn()) == "floor_free"


def test_a_turn_can_be_ended_while_the_meeting_is_paused():
    meeting = a_room(speaking="ruth", condition=Condition.PAUSED)
    assert meeting.asks("ines", ask.EndTurn()) == [did.TurnEnded(RUTH, 0)]


def test_an_interposed_word_keeps_the_interrupted_turn_waiting():
    meeting = a_room(speaking="ruth")
    assert meeting.asks("ines", ask.Interpose(DAN)) == [did.TurnInterposed(DAN, 240)]
    assert (meeting.state.holder, meeting.state.interrupted.holder) == (DAN, RUTH)


@pytest.mark.parametrize(("who", "command"), [("dan", ask.YieldTurn()), ("ines", ask.EndTurn())])
def test_after_an_interposed_word_the_interrupted_turn_goes_on(who: str, command: ask.Command):
    meeting = a_room(interrupted="ruth", speaking="dan")
    meeting.wait(3)
    assert meeting.asks(who, command) == [did.TurnEnded(DAN, 3_000), did.TurnResumed(RUTH)]
    assert (meeting.state.holder, meeting.state.interrupted) == (RUTH, None)


def test_interposing_on_a_free_floor_is_granting_it():
    meeting = a_room()
    assert meeting.asks("ines", ask.Interpose(DAN, limit_s=30)) == [did.TurnGranted(DAN, 30)]


def test_interposing_whoever_speaks_changes_nothing():
    assert a_room(speaking="ruth").asks("ines", ask.Interpose(RUTH)) == []


def test_a_second_interposed_word_replaces_the_first_and_the_first_interrupted_turn_still_waits():
    meeting = a_room(interrupted="ruth", speaking="dan")
    meeting.wait(3)
    assert meeting.asks("ines", ask.Interpose(BEN)) == [did.TurnEnded(DAN, 3_000), did.TurnInterposed(BEN, 240)]
    assert (meeting.state.holder, meeting.state.interrupted.holder) == (BEN, RUTH)


def test_interposing_whoever_was_interrupted_gives_them_their_turn_back():
    meeting = a_room(interrupted="ruth", speaking="dan")
    assert meeting.asks("ines", ask.Interpose(RUTH)) == [did.TurnEnded(DAN, 0), did.TurnResumed(RUTH)]
    assert (meeting.state.holder, meeting.state.interrupted) == (RUTH, None)
