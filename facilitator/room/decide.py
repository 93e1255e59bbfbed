"""decide(): may this person ask this now, and what happens if so. Pure; the only place of permission."""

from datetime import datetime
from typing import assert_never

from facilitator.infra.ids import CommandId, PersonId
from facilitator.infra.refusal import Refused
from facilitator.people.roles import Role
from facilitator.room import admission, course, speech, turns
from facilitator.room import commands as ask
from facilitator.room.asking import Asking, Heard
from facilitator.room.events import Event
from facilitator.room.phases import Condition
from facilitator.room.state import RoomState, Standing

BEFORE_ADMISSION = (ask.GetReady, ask.RunLate, ask.Leave)
"""Whoever was in and left by themselves can also signal: that they are not safe, or that they accept help."""

WITH_A_SEAT = (
    *BEFORE_ADMISSION,
    ask.RaiseHand,
    ask.LowerHand,
    ask.YieldTurn,
    ask.HearSegment,
    ask.CueSeen,
    ask.Signal,
    ask.TakeControl,
)

AFTER_THE_END = (
    ask.Leave,
    ask.EndRoom,
    ask.OpenRoom,
    ask.JudgeFlag,
    ask.SettleSignal,
    ask.Signal,
    ask.TakeNote,
    ask.RecordOutcome,
    ask.AmendOutcome,
)
"""What still makes sense in a meeting that is over: to finish the record, and to be told that it is over."""


def decide(
    state: RoomState,
    command: ask.Command,
    by: PersonId,
    at: datetime,
    command_id: CommandId,
    findings: tuple[Heard, ...] = (),
    warmth: tuple[tuple[str, int], ...] = (),
    reopened: bool = False,
) -> list[Event]:
    """The events that follow, none where the command changes nothing. Raises Refused.

    `at` is aware UTC; `command_id` names what it creates; `findings` and `warmth` are the language engine's;
    `reopened` says that an accepted outcome did not hold.
    """
    if not isinstance(command, ask.AskForSeat | ask.ReadSegment):
        _permit(state, command, by)
    return _happen(command, Asking(state, by, at, command_id, findings, warmth, reopened))


def _permit(state: RoomState, command: ask.Command, by: PersonId) -> None:
    seat = state.seats.get(by)
    if seat is None:
        raise Refused("not_allowed", "You are not part of this meeting.")
    if seat.standing in (Standing.REMOVED, Standing.DECLINED):
        raise Refused("removed", "You are no longer part of this meeting. Call the professional.")
    outside = (*BEFORE_ADMISSION, ask.Signal) if seat.standing is Standing.LEFT else BEFORE_ADMISSION
    if not (seat.admitted or isinstance(command, outside)):
        raise Refused("not_admitted", "Please wait until you are let in.")
    if state.condition is Condition.ENDED and not isinstance(command, AFTER_THE_END):
        raise Refused("ended", "The meeting has ended.")
    if not (isinstance(command, WITH_A_SEAT) or by == state.controller or _own_pause(command, seat.role)):
        raise Refused("not_allowed", "Only the person who leads the meeting can do that.")


def _own_pause(command: ask.Command, role: Role) -> bool:
    """The loved one may always stop the room; so may whoever stands in for them in a rehearsal."""
    return isinstance(command, ask.Pause) and role in (Role.LOVED_ONE, Role.STAND_IN)


def _happen(c: ask.Command, a: Asking) -> list[Event]:  # noqa: C901 - a table, one line a command
    match c:
        case ask.AskForSeat():
            return admission.ask_for_seat(c, a)
        case ask.GetReady():
            return admission.get_ready(c, a)
        case ask.RunLate():
            return admission.run_late(c, a)
        case ask.Admit():
            return admission.admit(c, a)
        case ask.Hold():
            return admission.hold(c, a)
        case ask.Decline():
            return admission.decline(c, a)
        case ask.Remove():
            return admission.remove(c, a)
        case ask.Leave():
            return admission.leave(c, a)
        case ask.OpenRoom():
            return course.open_room(c, a)
        case ask.Advance():
            return course.advance(c, a)
        case ask.Pause():
            return course.pause(c, a)
        case ask.Resume():
            return course.resume(c, a)
        case ask.Suspend():
            return course.suspend(c, a)
        case ask.TakeBreak():
            return course.take_break(c, a)
        case ask.EndRoom():
            return course.end_room(c, a)
        case ask.RaiseHand():
            return turns.raise_hand(c, a)
        case ask.LowerHand():
            return turns.lower_hand(c, a)
        case ask.YieldTurn():
            return turns.yield_turn(c, a)
        case ask.GrantTurn():
            return turns.grant_turn(c, a)
        case ask.EndTurn():
            return turns.end_turn(c, a)
        case ask.ExtendTurn():
            return turns.extend_turn(c, a)
        case ask.Reorder():
            return turns.reorder(c, a)
        case ask.Defer():
            return turns.defer(c, a)
        case ask.Skip():
            return turns.skip(c, a)
        case ask.Interpose():
            return turns.interpose(c, a)
        case ask.HearSegment():
            return speech.hear_segment(c, a)
        case ask.ReadSegment():
            return speech.read_segment(c, a)
        case ask.JudgeFlag():
            return speech.judge_flag(c, a)
        case ask.Cue():
            return speech.cue(c, a)
        case ask.CueSeen():
            return speech.cue_seen(c, a)
        case ask.Signal():
            return speech.signal(c, a)
        case ask.SettleSignal():
            return speech.settle_signal(c, a)
        case ask.TakeNote():
            return speech.take_note(c, a)
        case ask.PresentPlan():
            return course.present_plan(c, a)
        case ask.RevealBottomLine():
            return course.reveal_bottom_line(c, a)
        case ask.RecordOutcome():
            return course.record_outcome(c, a)
        case ask.AmendOutcome():
            return course.amend_outcome(c, a)
        case ask.HandOver():
            return course.hand_over(c, a)
        case ask.TakeControl():
            return course.take_control(c, a)
        case _:
            assert_never(c)
