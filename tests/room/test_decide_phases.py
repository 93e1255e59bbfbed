"""The course of the meeting: opening, phases, stops, the plan, the end."""

import itertools

import pytest

from facilitator.infra.ids import PersonId
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.phases import Condition, Kind, Phase
from tests.makers import BEGAN, a_room

ANA, BEN, RUTH, DAN = map(PersonId, ("ana", "ben", "ruth", "dan"))

MOVES = {
    ("open", "statements"),
    ("statements", "offer"),
    ("offer", "response"),
    ("offer", "statements"),
    ("response", "decision"),
    ("response", "offer"),
    ("response", "statements"),
    ("decision", "close"),
    ("decision", "response"),
    ("decision", "offer"),
    ("close", "decision"),
}

RUNNING = [phase for phase in Phase if phase is not Phase.ARRIVE]
STOPPED = [Condition.PAUSED, Condition.ON_BREAK, Condition.SUSPENDED]


def test_opening_starts_the_meeting_in_its_first_phase():
    meeting = a_room(condition=Condition.WAITING)
    assert meeting.state.phase is Phase.ARRIVE
    assert meeting.asks("ines", ask.OpenRoom()) == [did.RoomOpened(), did.PhaseAdvanced(Phase.OPEN)]
    assert (meeting.state.condition, meeting.state.opened_at) == (Condition.LIVE, BEGAN)


@pytest.mark.parametrize("condition", [Condition.LIVE, *STOPPED])
def test_opening_twice_is_opening_once(condition: Condition):
    meeting = a_room(condition=condition)
    assert meeting.asks("ines", ask.OpenRoom()) == []
    assert meeting.state.condition is condition


def test_a_meeting_that_ended_does_not_open_again():
    assert a_room(condition=Condition.ENDED).refuses("ines", ask.OpenRoom()) == "ended"


@pytest.mark.parametrize(("phase", "to"), list(itertools.product(RUNNING, Phase)))
def test_only_the_listed_moves_between_phases_are_legal(phase: Phase, to: Phase):
    meeting = a_room(phase=phase)
    assert meeting.state.phase is phase
    expected = None if (phase, to) in MOVES or phase is to else "illegal_phase"
    assert meeting.refuses("ines", ask.Advance(to)) == expected


def test_without_a_target_the_meeting_takes_its_usual_next_step():
    meeting = a_room(phase=Phase.OPEN)
    for expected in (Phase.STATEMENTS, Phase.OFFER, Phase.RESPONSE, Phase.DECISION, Phase.CLOSE):
        meeting.wait(60)
        meeting.asks("ines", ask.Advance())
        assert (meeting.state.phase, meeting.state.phase_since) == (expected, meeting.at)
    assert meeting.refuses("ines", ask.Advance()) == "illegal_phase"


def test_advancing_to_where_the_meeting_already_is_changes_nothing():
    assert a_room(phase=Phase.OFFER).asks("ines", ask.Advance(Phase.OFFER)) == []


def test_the_log_says_who_advanced_the_meeting_and_when():
    meeting = a_room(phase=Phase.OPEN)
    meeting.wait(90)
    meeting.asks("ines", ask.Advance())
    assert (meeting.log[-1].actor, meeting.log[-1].at) == ("ines", meeting.at)


def test_the_statements_begin_with_the_planned_order_of_those_who_are_here():
    meeting = a_room(phase=Phase.OPEN, order=["ruth", "cara", "ben", "ana"], waiting=["cara"])
    assert meeting.state.queue == ()
    meeting.asks("ines", ask.Advance())
    assert meeting.state.queue == (RUTH, BEN, ANA)


def test_a_raised_hand_stays_before_the_planned_order():
    meeting = a_room(phase=Phase.OPEN, order=["ruth", "ben"])
    meeting.asks("dan", ask.RaiseHand())
    meeting.asks("ines", ask.Advance())
    assert meeting.state.queue == (DAN, RUTH, BEN)


def test_a_planned_reader_who_takes_the_hand_down_still_reads():
    meeting = a_room(phase=Phase.OPEN, order=["ruth", "ben"])
    meeting.asks("ben", ask.RaiseHand())
    meeting.asks("ines", ask.Advance())
    assert meeting.state.queue == (BEN, RUTH)
    meeting.asks("ben", ask.LowerHand())
    assert meeting.state.queue == (BEN, RUTH)


def test_a_word_of_welcome_does_not_cost_a_reader_the_planned_place():
    meeting = a_room(phase=Phase.OPEN, order=["ruth", "ben"])
    meeting.asks("ines", ask.GrantTurn(RUTH))
    meeting.wait(20)
    meeting.asks("ruth", ask.YieldTurn())
    meeting.asks("ines", ask.Advance())
    assert meeting.state.queue == (RUTH, BEN)


def test_whoever_speaks_when_the_statements_begin_is_not_queued_as_well():
    meeting = a_room(phase=Phase.OPEN, order=["ruth", "ben", "ana"], interrupted="ruth", speaking="ben")
    meeting.asks("ines", ask.Advance())
    assert meeting.state.queue == (ANA,)


def test_going_back_to_the_statements_queues_those_who_were_not_heard():
    meeting = a_room(order=["ruth", "ben"])
    meeting.asks("ines", ask.GrantTurn(RUTH))
    meeting.wait(60)
    meeting.asks("ruth", ask.YieldTurn())
    meeting.asks("ines", ask.Skip(BEN))
    meeting.asks("ines", ask.Advance(Phase.OFFER))
    meeting.asks("ines", ask.Advance(Phase.STATEMENTS))
    assert meeting.state.queue == (BEN,)


def test_presenting_the_plan_moves_the_meeting_to_the_offer():
    meeting = a_room(phase=Phase.STATEMENTS)
    assert meeting.asks("ines", ask.PresentPlan()) == [did.PlanPresented(), did.PhaseAdvanced(Phase.OFFER)]
    assert meeting.state.plan_presented_at == meeting.at


@pytest.mark.parametrize("phase", [Phase.OFFER, Phase.RESPONSE, Phase.DECISION])
def test_presenting_the_plan_late_moves_nothing_back(phase: Phase):
    meeting = a_room(phase=phase)
    assert meeting.asks("ines", ask.PresentPlan()) == [did.PlanPresented()]


def test_the_plan_is_presented_once():
    meeting = a_room(presented=True)
    assert meeting.asks("ines", ask.PresentPlan()) == []


def test_a_bottom_line_is_revealed_once():
    meeting = a_room()
    assert meeting.asks("ines", ask.RevealBottomLine(RUTH)) == [did.BottomLineRevealed(RUTH)]
    assert meeting.asks("ines", ask.RevealBottomLine(RUTH)) == []


def test_the_bottom_line_of_somebody_who_is_not_here_is_not_revealed():
    assert a_room(gone={"ruth": "left"}).refuses("ines", ask.RevealBottomLine(RUTH)) == "not_admitted"


def test_a_break_says_until_when():
    meeting = a_room()
    [taken] = meeting.asks("ines", ask.TakeBreak(10))
    assert (meeting.state.break_until - meeting.at).total_seconds() == 600
    assert taken == did.BreakTaken(meeting.state.break_until)


def test_nothing_happens_by_itself_when_a_break_is_over():
    meeting = a_room()
    meeting.asks("ines", ask.TakeBreak(1))
    meeting.wait(3600)
    assert meeting.state.condition is Condition.ON_BREAK
    meeting.asks("ines", ask.Resume())
    assert (meeting.state.condition, meeting.state.break_until) == (Condition.LIVE, None)


def test_resuming_a_meeting_that_runs_changes_nothing():
    assert a_room().asks("ines", ask.Resume()) == []


@pytest.mark.parametrize("condition", STOPPED)
def test_every_stop_can_become_a_suspension_or_a_break(condition: Condition):
    meeting = a_room(condition=condition)
    meeting.asks("ines", ask.Suspend())
    assert meeting.state.condition is Condition.SUSPENDED
    assert meeting.state.break_until is None
    assert meeting.asks("ines", ask.Suspend()) == []
    meeting.asks("ines", ask.TakeBreak(5))
    assert meeting.state.condition is Condition.ON_BREAK


@pytest.mark.parametrize("holder", ["ruth", "ines", "dan", None])
@pytest.mark.parametrize("phase", RUNNING)
def test_the_loved_ones_pause_is_always_honoured(phase: Phase, holder: str | None):
    meeting = a_room(phase=phase, speaking=holder)
    assert meeting.asks("dan", ask.Pause()) == [did.RoomPaused()]
    assert (meeting.state.condition, meeting.state.paused_by) == (Condition.PAUSED, DAN)


def test_the_stand_in_can_pause_a_rehearsal_as_the_loved_one_could():
    meeting = a_room(kind=Kind.REHEARSAL)
    assert meeting.asks("stan", ask.Pause()) == [did.RoomPaused()]


def test_a_second_tap_on_pause_keeps_the_first():
    meeting = a_room()
    meeting.asks("dan", ask.Pause())
    assert meeting.asks("dan", ask.Pause()) == []
    assert meeting.asks("ines", ask.Pause()) == []
    assert meeting.state.paused_by == DAN


def test_only_the_lead_resumes_what_the_loved_one_paused():
    meeting = a_room()
    meeting.asks("dan", ask.Pause())
    assert meeting.refuses("dan", ask.Resume()) == "not_allowed"
    assert meeting.asks("ines", ask.Resume()) == [did.RoomResumed()]


def test_ending_the_meeting_ends_what_is_still_spoken_so_that_its_time_counts():
    meeting = a_room(speaking="ruth")
    meeting.wait(20)
    meeting.asks("ines", ask.Interpose(BEN))
    meeting.wait(5)
    happened = meeting.asks("ines", ask.EndRoom())
    assert happened == [did.TurnEnded(RUTH, 20_000), did.TurnEnded(BEN, 5_000), did.RoomEnded()]
    assert meeting.state.floor is meeting.state.interrupted is None
    assert meeting.state.totals == {RUTH: 20_000, BEN: 5_000}


def test_ending_twice_is_ending_once():
    assert a_room(condition=Condition.ENDED).asks("ines", ask.EndRoom()) == []
