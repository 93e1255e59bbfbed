"""What happened in a room: ids, rule names and offsets, never a spoken word, so that a log need not forget."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from facilitator.infra.ids import (
    CaseId,
    CueId,
    FlagId,
    NoteId,
    OutcomeId,
    PersonId,
    ReferralId,
    SegmentId,
    SignalId,
)
from facilitator.people.roles import Role
from facilitator.room.commands import CueKind, Lateness, OutcomeKind, SignalKind, Source, Verdict
from facilitator.room.phases import Kind, Phase


class Happened(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Who and when are the log entry's; an event says what."""


class RoomPlanned(Happened, frozen=True):
    case: CaseId
    kind: Kind
    seats: tuple[tuple[PersonId, Role], ...]
    order: tuple[PersonId, ...]
    referral: ReferralId | None = None


class SeatAsked(Happened, frozen=True):
    person: PersonId
    role: Role


class PersonReady(Happened, frozen=True):
    person: PersonId


class PersonLate(Happened, frozen=True):
    person: PersonId
    reason: Lateness


class PersonAdmitted(Happened, frozen=True):
    person: PersonId


class PersonHeld(Happened, frozen=True):
    person: PersonId


class PersonDeclined(Happened, frozen=True):
    person: PersonId


class PersonRemoved(Happened, frozen=True):
    person: PersonId


class PersonLeft(Happened, frozen=True):
    person: PersonId


class RoomOpened(Happened, frozen=True):
    pass


class PhaseAdvanced(Happened, frozen=True):
    to: Phase


class RoomPaused(Happened, frozen=True):
    pass


class RoomSuspended(Happened, frozen=True):
    pass


class BreakTaken(Happened, frozen=True):
    until: datetime


class RoomResumed(Happened, frozen=True):
    pass


class RoomEnded(Happened, frozen=True):
    pass


class HandRaised(Happened, frozen=True):
    person: PersonId


class HandLowered(Happened, frozen=True):
    person: PersonId


class TurnGranted(Happened, frozen=True):
    person: PersonId
    limit_s: int


class TurnInterposed(Happened, frozen=True):
    person: PersonId
    limit_s: int


class TurnEnded(Happened, frozen=True):
    """`spoken_ms` is the time on the floor without the pauses."""

    person: PersonId
    spoken_ms: int


class TurnResumed(Happened, frozen=True):
    person: PersonId


class TurnExtended(Happened, frozen=True):
    by_s: int


class QueueReordered(Happened, frozen=True):
    people: tuple[PersonId, ...]


class TurnDeferred(Happened, frozen=True):
    person: PersonId


class TurnSkipped(Happened, frozen=True):
    person: PersonId


class SegmentHeard(Happened, frozen=True):
    """Earlier logs have `warmth` and `tips` here; since then they come with SegmentRead."""

    segment: SegmentId
    speaker: PersonId
    source: Source
    started_at_ms: int
    ended_at_ms: int
    warmth: tuple[tuple[str, int], ...] = ()
    tips: tuple[tuple[str, int], ...] = ()


class SegmentRead(Happened, frozen=True):
    """`warmth` counts the sentences that hold each element of positive communication, by its name; `tips` counts
    wordings that could be kinder, by category, which are collected and raised to nobody."""

    segment: SegmentId
    speaker: PersonId
    warmth: tuple[tuple[str, int], ...] = ()
    tips: tuple[tuple[str, int], ...] = ()


class FlagRaised(Happened, frozen=True):
    """`start` and `end` are character offsets in the segment's text; `rule` says which rule fired."""

    flag: FlagId
    segment: SegmentId
    speaker: PersonId
    category: str
    severity: int
    start: int
    end: int
    rule: str


class FlagJudged(Happened, frozen=True):
    flag: FlagId
    verdict: Verdict


class CueSent(Happened, frozen=True):
    cue: CueId
    person: PersonId
    kind: CueKind


class CueWasSeen(Happened, frozen=True):
    cue: CueId


class SignalSent(Happened, frozen=True):
    signal: SignalId
    person: PersonId
    kind: SignalKind


class SignalSettled(Happened, frozen=True):
    signal: SignalId


class NoteTaken(Happened, frozen=True):
    note: NoteId


class PlanPresented(Happened, frozen=True):
    pass


class BottomLineRevealed(Happened, frozen=True):
    person: PersonId


class OutcomeRecorded(Happened, frozen=True):
    outcome: OutcomeId
    kind: OutcomeKind
    overridden: bool = False


class OutcomeAmended(Happened, frozen=True):
    outcome: OutcomeId
    kind: OutcomeKind
    overridden: bool = False


class ControlOffered(Happened, frozen=True):
    person: PersonId


class ControlTaken(Happened, frozen=True):
    person: PersonId


Event: TypeAlias = (
    RoomPlanned | SeatAsked | PersonReady | PersonLate | PersonAdmitted | PersonHeld | PersonDeclined
    | PersonRemoved | PersonLeft
    | RoomOpened | PhaseAdvanced | RoomPaused | RoomSuspended | BreakTaken | RoomResumed | RoomEnded
    | HandRaised | HandLowered | TurnGranted | TurnInterposed | TurnEnded | TurnResumed | TurnExtended
    | QueueReordered | TurnDeferred | TurnSkipped
    | SegmentHeard | SegmentRead | FlagRaised | FlagJudged | CueSent | CueWasSeen | SignalSent | SignalSettled
    | NoteTaken | PlanPresented | BottomLineRevealed | OutcomeRecorded | OutcomeAmended
    | ControlOffered | ControlTaken
)  # fmt: skip
