"""Who may ask what, and in which condition of the meeting. Each table is complete: a new command must be added."""

from typing import get_args

import pytest

from facilitator.infra.ids import CueId, FlagId, PersonId, SegmentId, SignalId
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.commands import CueKind, OutcomeKind, SignalKind, Source
from facilitator.room.phases import Condition, Kind
from tests.makers import STOPS, Meeting, a_room

SEGMENT = "0" * 32

ASKED: dict[str, ask.Command] = {
    "get_ready": ask.GetReady(agreed=True),
    "run_late": ask.RunLate("running_late"),
    "leave": ask.Leave(),
    "admit": ask.Admit(PersonId("cara")),
    "hold": ask.Hold(PersonId("cara"), "One minute, please."),
    "decline": ask.Decline(PersonId("cara")),
    "remove": ask.Remove(PersonId("ben")),
    "open_room": ask.OpenRoom(),
    "advance": ask.Advance(),
    "pause": ask.Pause(),
    "resume": ask.Resume(),
    "suspend": ask.Suspend(),
    "take_break": ask.TakeBreak(5),
    "end_room": ask.EndRoom(),
    "raise_hand": ask.RaiseHand(),
    "lower_hand": ask.LowerHand(),
    "yield_turn": ask.YieldTurn(),
    "grant_turn": ask.GrantTurn(PersonId("ben")),
    "end_turn": ask.EndTurn(),
    "extend_turn": ask.ExtendTurn(60),
    "reorder": ask.Reorder((PersonId("ben"), PersonId("ana"))),
    "defer": ask.Defer(),
    "skip": ask.Skip(),
    "interpose": ask.Interpose(PersonId("ben")),
    "hear_segment": ask.HearSegment(SegmentId(SEGMENT), "I miss you.", 0, 900, Source.TYPED),
    "judge_flag": ask.JudgeFlag(FlagId("flag"), "confirmed"),
    "cue": ask.Cue(PersonId("ruth"), CueKind.BREATHE),
    "cue_seen": ask.CueSeen(CueId("cue")),
    "signal": ask.Signal(SignalKind.BREAK),
    "settle_signal": ask.SettleSignal(SignalId("signal")),
    "take_note": ask.TakeNote("He looked at her."),
    "present_plan": ask.PresentPlan(),
    "reveal_bottom_line": ask.RevealBottomLine(PersonId("ruth")),
    "record_outcome": ask.RecordOutcome(OutcomeKind.NEEDS_TIME),
    "amend_outcome": ask.AmendOutcome(OutcomeKind.REACTS_NEGATIVELY, "It changed at the door."),
    "hand_over": ask.HandOver(PersonId("coop")),
    "take_control": ask.TakeControl(),
}

ANYBODY_INVITED = {"get_ready", "run_late", "leave"}
ANYBODY_INSIDE = ANYBODY_INVITED | {"lower_hand", "signal"}
SPEAKERS = {"raise_hand"}
THEMSELVES = {"yield_turn": "ruth", "hear_segment": "ruth", "cue_seen": "ruth", "take_control": "coop"}
"""What only one person may do here: who has the floor, whom the cue is for, whom the meeting is offered to."""

NOT_THEIRS = {
    "yield_turn": "not_your_turn",
    "hear_segment": "not_your_turn",
    "cue_seen": "unknown_cue",
    "take_control": "not_allowed",
}

NOT_OPEN, PAUSED, ENDED = "not_open", "paused", "ended"
WHILE_IT_RUNS = {"advance", "present_plan", "grant_turn", "interpose"}
WHILE_IT_IS_OPEN = {
    *("pause", "resume", "suspend", "take_break", "raise_hand", "yield_turn", "end_turn", "extend_turn"),
    *("hear_segment", "cue", "reveal_bottom_line"),
}
UNTIL_THE_END = {
    *("get_ready", "run_late", "admit", "hold", "decline", "remove", "lower_hand", "reorder", "defer", "skip"),
    *("cue_seen", "signal", "hand_over", "take_control", "open_room"),
}
ONCE_OPENED = {"record_outcome", "amend_outcome"}
ALWAYS = {"leave", "end_room", "judge_flag", "settle_signal", "take_note"}


def a_full_room(condition: Condition = Condition.LIVE, kind: Kind = Kind.LIVE) -> Meeting:
    """Every command makes sense here, if the right person asks in the right condition."""
    begun = Condition.WAITING if condition is Condition.WAITING else Condition.LIVE
    meeting = a_room(kind=kind, condition=begun, waiting=["cara"])
    meeting.happens(
        did.QueueReordered((PersonId("ana"), PersonId("ben"))),
        did.CueSent(CueId("cue"), PersonId("ruth"), CueKind.SLOWER),
        did.SignalSent(SignalId("signal"), PersonId("ana"), SignalKind.CANNOT_HEAR),
        did.FlagRaised(FlagId("flag"), SegmentId("1" * 32), PersonId("ruth"), "label", 2, 0, 4, "rule"),
        did.ControlOffered(PersonId("coop")),
    )
    if begun is Condition.LIVE:
        meeting.happens(did.TurnGranted(PersonId("ruth"), 240))
    if condition in STOPS:
        meeting.happens(STOPS[condition])
    assert meeting.state.condition is condition
    return meeting


def test_the_tables_know_every_command_on_the_wire():
    on_the_wire = {kind.__struct_config__.tag for kind in get_args(ask.Command) if kind not in ask.INTERNAL}
    assert set(ASKED) == on_the_wire
    assert all(command.__struct_config__.tag == name for name, command in ASKED.items())
    conditions = [WHILE_IT_RUNS, WHILE_IT_IS_OPEN, UNTIL_THE_END, ONCE_OPENED, ALWAYS]
    assert sorted(name for names in conditions for name in names) == sorted(on_the_wire)


def expected(who: str, name: str) -> str | None:
    if name in ANYBODY_INSIDE and not (who == "ines" and name == "leave"):
        return None
    if name in THEMSELVES and who != "ines":
        return None if THEMSELVES[name] == who else NOT_THEIRS[name]
    if name in SPEAKERS:
        return "not_a_speaker" if who == "olive" else None
    if name == "pause" and who in ("dan", "stan"):
        return None
    if who != "ines":
        return "not_allowed"
    as_the_lead = {
        "leave": "in_control",
        "yield_turn": "not_your_turn",
        "cue_seen": "unknown_cue",
        "amend_outcome": "no_outcome",
    }
    return as_the_lead.get(name)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("who", ["ines", "coop", "ruth", "ana", "dan", "olive"])
def test_who_may_ask_what_of_a_running_meeting(who: str, name: str):
    assert a_full_room().refuses(who, ASKED[name]) == expected(who, name)


@pytest.mark.parametrize("name", sorted(set(ASKED) - {"record_outcome", "amend_outcome"}))
def test_a_stand_in_may_what_a_loved_one_may(name: str):
    rehearsal = a_full_room(kind=Kind.REHEARSAL)
    assert rehearsal.refuses("stan", ASKED[name]) == expected("stan", name)


@pytest.mark.parametrize("name", ASKED)
def test_somebody_in_the_waiting_room_may_only_get_ready_run_late_or_leave(name: str):
    meeting = a_full_room()
    assert not meeting.state.seats[PersonId("cara")].admitted
    assert meeting.refuses("cara", ASKED[name]) == (None if name in ANYBODY_INVITED else "not_admitted")


@pytest.mark.parametrize("how", ["removed", "declined"])
@pytest.mark.parametrize("name", ASKED)
def test_somebody_sent_away_may_nothing(name: str, how: str):
    meeting = a_full_room()
    meeting.happens(
        did.PersonRemoved(PersonId("ana")) if how == "removed" else did.PersonDeclined(PersonId("ana"))
    )
    assert meeting.refuses("ana", ASKED[name]) == "removed"


@pytest.mark.parametrize("name", ASKED)
def test_somebody_who_left_can_still_get_ready_again_and_signal(name: str):
    meeting = a_full_room()
    meeting.asks("dan", ask.Leave())
    allowed = ANYBODY_INVITED | {"signal"}
    assert meeting.refuses("dan", ASKED[name]) == (None if name in allowed else "not_admitted")


@pytest.mark.parametrize("name", ASKED)
def test_a_stranger_may_nothing(name: str):
    assert a_full_room().refuses("zed", ASKED[name]) == "not_allowed"


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("condition", list(Condition))
def test_what_each_condition_of_the_meeting_refuses(condition: Condition, name: str):
    who = THEMSELVES.get(name, "ruth" if name in ANYBODY_INSIDE | SPEAKERS else "ines")
    assert a_full_room(condition).refuses(who, ASKED[name]) == refused_in(condition, name)


def refused_in(condition: Condition, name: str) -> str | None:
    over = condition is Condition.ENDED and name in WHILE_IT_RUNS | WHILE_IT_IS_OPEN | UNTIL_THE_END
    if over:
        return ENDED
    early = condition is Condition.WAITING and name in WHILE_IT_RUNS | WHILE_IT_IS_OPEN | ONCE_OPENED
    if early:
        return NOT_OPEN
    stopped = condition in (Condition.PAUSED, Condition.ON_BREAK, Condition.SUSPENDED)
    if stopped and name in WHILE_IT_RUNS:
        return PAUSED
    return "no_outcome" if name == "amend_outcome" else None


@pytest.mark.parametrize("name", ASKED)
def test_control_goes_with_the_hand_over(name: str):
    """The co-facilitator may then what the lead could, and the lead no more than a co-facilitator."""
    meeting = a_full_room()
    before = {who: meeting.refuses(who, ASKED[name]) for who in ("ines", "coop")}
    meeting.asks("coop", ask.TakeControl())
    meeting.happens(did.ControlOffered(PersonId("ines")))
    swapped = {"ines": "coop", "coop": "ines"}
    after = {swapped[who]: meeting.refuses(who, ASKED[name]) for who in ("ines", "coop")}
    assert after == before
