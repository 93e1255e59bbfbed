"""What a person may ask of a room. The struct's tag is its name on the wire."""

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from facilitator.infra.ids import CueId, FlagId, PersonId, SegmentId, SignalId
from facilitator.people.roles import Role
from facilitator.room.phases import Phase

Ref = Annotated[PersonId, Meta(min_length=1, max_length=40)]
Line = Annotated[str, Meta(min_length=1, max_length=500)]
Speech = Annotated[str, Meta(min_length=1, max_length=2000)]
EpochMs = Annotated[int, Meta(ge=0, le=2**53)]
Uuid = Annotated[SegmentId, Meta(pattern=r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\Z")]
LimitS = Annotated[int, Meta(ge=1, le=3600)]


class Source(StrEnum):
    CAPTION = "caption"
    TYPED = "typed"
    NOTE = "note"


class CueKind(StrEnum):
    BREATHE = "breathe"
    SLOWER = "slower"
    USE_I = "use_i"
    WRAP_UP = "wrap_up"
    TEXT = "text"


class SignalKind(StrEnum):
    BREAK = "break"
    UNSAFE = "unsafe"
    CANNOT_HEAR = "cannot_hear"
    PANIC = "panic"
    READY_TO_ANSWER = "ready_to_answer"
    READY_TO_ACCEPT = "ready_to_accept"
    NEEDS_TIME = "needs_time"


class OutcomeKind(StrEnum):
    ACCEPTS = "accepts"
    NEEDS_TIME = "needs_time"
    REACTS_NEGATIVELY = "reacts_negatively"
    STOPPED_FOR_SAFETY = "stopped_for_safety"


Verdict = Literal["confirmed", "dismissed"]
Lateness = Literal["running_late", "cannot_come"]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Strict on purpose: a misspelt argument is told to its sender, never ignored."""


class AskForSeat(Asked, frozen=True, tag="ask_for_seat"):
    """Somebody came in by the room code. Only the product itself asks this; it is not on the wire."""

    person: Ref
    role: Role


class GetReady(Asked, frozen=True, tag="get_ready"):
    agreed: Literal[True]
    sound: bool = False
    vibration: bool = False
    screen: bool = False


class RunLate(Asked, frozen=True, tag="run_late"):
    reason: Lateness


class Admit(Asked, frozen=True, tag="admit"):
    person: Ref


class Hold(Asked, frozen=True, tag="hold"):
    person: Ref
    message: Line


class Decline(Asked, frozen=True, tag="decline"):
    person: Ref


class Remove(Asked, frozen=True, tag="remove"):
    person: Ref


class Leave(Asked, frozen=True, tag="leave"):
    pass


class OpenRoom(Asked, frozen=True, tag="open_room"):
    pass


class Advance(Asked, frozen=True, tag="advance"):
    to: Phase | None = None


class Pause(Asked, frozen=True, tag="pause"):
    pass


class Resume(Asked, frozen=True, tag="resume"):
    pass


class Suspend(Asked, frozen=True, tag="suspend"):
    pass


class TakeBreak(Asked, frozen=True, tag="take_break"):
    minutes: Annotated[int, Meta(ge=1, le=120)]


class EndRoom(Asked, frozen=True, tag="end_room"):
    pass


class RaiseHand(Asked, frozen=True, tag="raise_hand"):
    pass


class LowerHand(Asked, frozen=True, tag="lower_hand"):
    pass


class YieldTurn(Asked, frozen=True, tag="yield_turn"):
    pass


class GrantTurn(Asked, frozen=True, tag="grant_turn"):
    person: Ref
    limit_s: LimitS | None = None


class EndTurn(Asked, frozen=True, tag="end_turn"):
    """With `person`, only that person's turn: a second tap cannot end the turn that came after."""

    person: Ref | None = None


class ExtendTurn(Asked, frozen=True, tag="extend_turn"):
    by_s: LimitS


class Reorder(Asked, frozen=True, tag="reorder"):
    """Those named come first, in this order; whoever joined the queue meanwhile keeps a place behind them."""

    people: Annotated[tuple[Ref, ...], Meta(max_length=50)]


class Defer(Asked, frozen=True, tag="defer"):
    """To the end of the queue. Without `person`, whoever is next."""

    person: Ref | None = None


class Skip(Asked, frozen=True, tag="skip"):
    """Out of the queue. Without `person`, whoever is next."""

    person: Ref | None = None


class Interpose(Asked, frozen=True, tag="interpose"):
    """A short word from somebody else; the interrupted turn resumes with its time kept."""

    person: Ref
    limit_s: LimitS | None = None


class HearSegment(Asked, frozen=True, tag="hear_segment"):
    segment: Uuid
    text: Speech
    started_at_ms: EpochMs
    ended_at_ms: EpochMs
    source: Source
    speaker: Ref | None = None


class ReadSegment(Asked, frozen=True, tag="read_segment"):
    """What the language engine found in words that were heard; its answer comes a little after they are kept."""

    segment: Uuid
    text: Speech


class JudgeFlag(Asked, frozen=True, tag="judge_flag"):
    flag: Annotated[FlagId, Meta(max_length=80)]
    verdict: Verdict


class Cue(Asked, frozen=True, tag="cue"):
    person: Ref
    kind: CueKind
    text: Annotated[str, Meta(min_length=1, max_length=140)] | None = None


class CueSeen(Asked, frozen=True, tag="cue_seen"):
    cue: Annotated[CueId, Meta(max_length=80)]


class Signal(Asked, frozen=True, tag="signal"):
    kind: SignalKind


class SettleSignal(Asked, frozen=True, tag="settle_signal"):
    signal: Annotated[SignalId, Meta(max_length=80)]


class TakeNote(Asked, frozen=True, tag="take_note"):
    text: Speech


class PresentPlan(Asked, frozen=True, tag="present_plan"):
    pass


class RevealBottomLine(Asked, frozen=True, tag="reveal_bottom_line"):
    person: Ref


class RecordOutcome(Asked, frozen=True, tag="record_outcome"):
    kind: OutcomeKind
    note: Speech | None = None
    override: Line | None = None
    """Why an acceptance is recorded though the plan was not presented."""


class AmendOutcome(Asked, frozen=True, tag="amend_outcome"):
    kind: OutcomeKind
    reason: Line


class HandOver(Asked, frozen=True, tag="hand_over"):
    person: Ref


class TakeControl(Asked, frozen=True, tag="take_control"):
    person: Ref | None = None


Command: TypeAlias = (
    AskForSeat | GetReady | RunLate | Admit | Hold | Decline | Remove | Leave
    | OpenRoom | Advance | Pause | Resume | Suspend | TakeBreak | EndRoom
    | RaiseHand | LowerHand | YieldTurn | GrantTurn | EndTurn | ExtendTurn | Reorder | Defer | Skip | Interpose
    | HearSegment | ReadSegment | JudgeFlag | Cue | CueSeen | Signal | SettleSignal | TakeNote
    | PresentPlan | RevealBottomLine | RecordOutcome | AmendOutcome | HandOver | TakeControl
)  # fmt: skip

INTERNAL = frozenset({AskForSeat, ReadSegment})
