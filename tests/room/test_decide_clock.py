"""The floor's clock: timestamps only, so that pauses never count and nobody is cut off."""

import pytest

from facilitator.infra.ids import PersonId
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.evolve import fold
from facilitator.room.phases import Condition, Phase
from tests.makers import a_room

ANA, RUTH, DAN = map(PersonId, ("ana", "ruth", "dan"))

STOPS = [ask.Pause(), ask.Suspend(), ask.TakeBreak(10)]


def test_the_clock_starts_with_the_turn():
    meeting = a_room()
    meeting.wait(5)
    meeting.asks("ines", ask.GrantTurn(RUTH))
    assert meeting.state.floor.granted_at == meeting.at
    meeting.wait(42)
    assert meeting.spoken_s() == 42


@pytest.mark.parametrize("stop", STOPS)
def test_no_stop_counts_as_time_spoken(stop: ask.Command):
    meeting = a_room(speaking="ruth")
    meeting.wait(30)
    meeting.asks("ines", stop)
    assert meeting.state.condition is not Condition.LIVE
    meeting.wait(1000)
    assert meeting.spoken_s() == 30
    meeting.asks("ines", ask.Resume())
    meeting.wait(10)
    assert meeting.spoken_s() == 40
    assert meeting.asks("ruth", ask.YieldTurn()) == [did.TurnEnded(RUTH, 40_000)]


def test_several_stops_add_up():
    meeting = a_room(speaking="ruth")
    for stop in STOPS:
        meeting.wait(10)
        meeting.asks("ines", stop)
        meeting.wait(7)
        meeting.asks("ines", ask.Resume())
    assert meeting.spoken_s() == 30
    assert meeting.state.floor.paused_total_ms == 21_000


def test_going_from_one_stop_to_another_starts_no_clock_between_them():
    meeting = a_room(speaking="ruth")
    meeting.wait(10)
    for stop in STOPS:
        meeting.asks("ines", stop)
        meeting.wait(60)
    meeting.asks("ines", ask.Resume())
    assert meeting.spoken_s() == 10


@pytest.mark.parametrize("stop", STOPS)
def test_every_stop_resumes_at_the_same_holder_time_and_phase(stop: ask.Command):
    meeting = a_room(phase=Phase.RESPONSE, queue=["ana"], interrupted="ruth", speaking="dan")
    meeting.wait(11)
    before = meeting.state
    meeting.asks("ines", stop)
    meeting.wait(300)
    meeting.asks("ines", ask.Resume())
    after = meeting.state
    assert (after.holder, after.phase, after.queue) == (DAN, Phase.RESPONSE, (ANA,))
    assert (after.phase_since, after.interrupted) == (before.phase_since, before.interrupted)
    assert meeting.spoken_s() == 11


def test_the_interrupted_turn_keeps_its_time_while_another_speaks():
    meeting = a_room(speaking="ruth")
    meeting.wait(100)
    meeting.asks("ines", ask.Interpose(DAN))
    meeting.wait(20)
    meeting.asks("dan", ask.YieldTurn())
    assert meeting.spoken_s() == 100
    meeting.wait(5)
    meeting.asks("ruth", ask.YieldTurn())
    assert meeting.state.totals == {DAN: 20_000, RUTH: 105_000}


def test_a_pause_during_an_interposed_word_counts_for_neither():
    meeting = a_room(speaking="ruth")
    meeting.wait(100)
    meeting.asks("ines", ask.Interpose(DAN))
    meeting.wait(20)
    meeting.asks("dan", ask.Pause())
    meeting.wait(500)
    meeting.asks("ines", ask.Resume())
    meeting.wait(1)
    meeting.asks("dan", ask.YieldTurn())
    meeting.wait(2)
    meeting.asks("ruth", ask.YieldTurn())
    assert meeting.state.totals == {DAN: 21_000, RUTH: 102_000}


def test_a_turn_that_comes_back_during_a_pause_stays_stopped_until_the_meeting_goes_on():
    meeting = a_room(speaking="ruth")
    meeting.wait(100)
    meeting.asks("ines", ask.Interpose(DAN))
    meeting.asks("ines", ask.Pause())
    meeting.wait(50)
    meeting.asks("ines", ask.EndTurn())
    assert meeting.state.holder == RUTH
    meeting.wait(50)
    assert meeting.spoken_s() == 100
    meeting.asks("ines", ask.Resume())
    meeting.wait(1)
    assert meeting.spoken_s() == 101


def test_more_time_is_added_to_the_limit_and_takes_nothing_from_the_clock():
    meeting = a_room(speaking="ruth", limit_s=120)
    meeting.wait(150)
    meeting.asks("ines", ask.ExtendTurn(60))
    meeting.asks("ines", ask.ExtendTurn(30))
    assert (meeting.state.floor.limit_s, meeting.state.floor.extended_s) == (120, 90)
    assert meeting.spoken_s() == 150


def test_there_is_nothing_to_extend_when_nobody_speaks():
    assert a_room().refuses("ines", ask.ExtendTurn(60)) == "floor_free"


def test_an_extension_stays_with_the_interrupted_turn():
    meeting = a_room(speaking="ruth")
    meeting.asks("ines", ask.ExtendTurn(60))
    meeting.asks("ines", ask.Interpose(DAN))
    assert meeting.state.floor.extended_s == 0
    meeting.asks("dan", ask.YieldTurn())
    assert meeting.state.floor.extended_s == 60


def test_nobody_is_ever_cut_off():
    meeting = a_room(speaking="ruth", limit_s=60)
    meeting.wait(3600)
    meeting.asks("ana", ask.RaiseHand())
    assert meeting.state.holder == RUTH
    assert meeting.asks("ruth", ask.YieldTurn()) == [did.TurnEnded(RUTH, 3_600_000)]


def test_several_turns_of_one_person_add_up():
    meeting = a_room()
    for seconds in (10, 20.5):
        meeting.asks("ines", ask.GrantTurn(RUTH))
        meeting.wait(seconds)
        meeting.asks("ines", ask.EndTurn(RUTH))
    assert meeting.state.totals == {RUTH: 30_500}


def test_the_time_spoken_is_exact_to_the_millisecond():
    meeting = a_room(speaking="ruth")
    meeting.wait(0.333)
    meeting.asks("ines", ask.Pause())
    meeting.wait(0.777)
    meeting.asks("ines", ask.Resume())
    meeting.wait(0.001)
    assert meeting.asks("ruth", ask.YieldTurn()) == [did.TurnEnded(RUTH, 334)]


def test_the_clock_reads_the_same_from_the_log_as_from_memory():
    """Nothing ticks, so a restart in the middle of a turn costs no second."""
    meeting = a_room(speaking="ruth")
    meeting.wait(50)
    meeting.asks("ines", ask.Pause())
    meeting.wait(9)
    meeting.asks("ines", ask.Resume())
    meeting.wait(27)
    restarted = fold(meeting.state.id, meeting.log)
    assert restarted.floor.spoken_ms(meeting.at) == 77_000
    assert restarted == meeting.state
