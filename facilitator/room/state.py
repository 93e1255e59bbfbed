"""The state of a room: everything that its log amounts to, and nothing else."""

from datetime import datetime
from enum import StrEnum

import msgspec

from facilitator.infra.ids import (
    CaseId,
    CueId,
    FlagId,
    NoteId,
    OutcomeId,
    PersonId,
    ReferralId,
    RoomId,
    SegmentId,
    SignalId,
)
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.room.commands import CueKind, OutcomeKind, SignalKind, Source
from facilitator.room.phases import Condition, Kind, Phase

HEARD_KEPT = 200
"""So many of the last segments are known by their ids: one that comes once more is known as a repeat."""


class Standing(StrEnum):
    WAITING = "waiting"
    ADMITTED = "admitted"
    DECLINED = "declined"
    REMOVED = "removed"
    LEFT = "left"


class Seat(msgspec.Struct, frozen=True):
    """A person's place: it belongs to the person, not to a device or a connection."""

    person: PersonId
    role: Role
    standing: Standing = Standing.WAITING
    ready: bool = False
    held: bool = False
    late: str | None = None
    hand_since: datetime | None = None
    queued_by_hand: bool = False

    @property
    def admitted(self) -> bool:
        return self.standing is Standing.ADMITTED


class Floor(msgspec.Struct, frozen=True):
    """Somebody's turn as timestamps; a clock that ticks nowhere survives everything."""

    holder: PersonId
    granted_at: datetime
    limit_s: int
    extended_s: int = 0
    paused_at: datetime | None = None
    paused_total_ms: int = 0

    def spoken_ms(self, at: datetime) -> int:
        """Milliseconds on the floor until `at`, without the pauses."""
        return ms_between(self.granted_at, self.paused_at or at) - self.paused_total_ms


class Segment(msgspec.Struct, frozen=True):
    id: SegmentId
    speaker: PersonId
    source: Source
    at: datetime


class Flag(msgspec.Struct, frozen=True):
    id: FlagId
    segment: SegmentId
    speaker: PersonId
    category: str
    severity: int
    start: int
    end: int
    raised_at: datetime
    verdict: str | None = None


class SentCue(msgspec.Struct, frozen=True):
    id: CueId
    person: PersonId
    kind: CueKind
    sent_at: datetime
    seen_at: datetime | None = None


class SentSignal(msgspec.Struct, frozen=True):
    id: SignalId
    person: PersonId
    kind: SignalKind
    at: datetime
    settled: bool = False


class Note(msgspec.Struct, frozen=True):
    id: NoteId
    by: PersonId
    at: datetime


class Amendment(msgspec.Struct, frozen=True):
    kind: OutcomeKind
    by: PersonId
    at: datetime


class RecordedOutcome(msgspec.Struct, frozen=True):
    """`id` and `kind` are those that stand; what stood before is kept in `history`, oldest first."""

    id: OutcomeId
    kind: OutcomeKind
    by: PersonId
    at: datetime
    history: tuple[Amendment, ...] = ()


class RoomState(msgspec.Struct, frozen=True):
    id: RoomId
    case: CaseId = CaseId("")
    kind: Kind = Kind.REHEARSAL
    referral: ReferralId | None = None
    controller: PersonId = PersonId("")
    offered_to: PersonId | None = None
    phase: Phase = Phase.ARRIVE
    phase_since: datetime | None = None
    condition: Condition = Condition.WAITING
    opened_at: datetime | None = None
    paused_by: PersonId | None = None
    break_until: datetime | None = None
    seats: dict[PersonId, Seat] = msgspec.field(default_factory=dict)
    planned: tuple[PersonId, ...] = ()
    queue: tuple[PersonId, ...] = ()
    floor: Floor | None = None
    interrupted: Floor | None = None
    spoke_until: dict[PersonId, datetime] = msgspec.field(default_factory=dict)
    totals: dict[PersonId, int] = msgspec.field(default_factory=dict)
    heard: tuple[Segment, ...] = ()
    """The last HEARD_KEPT: whatever grows with the meeting would make each further word dearer."""
    noted: tuple[Segment, ...] = ()
    """What was written down by "note that"."""
    warmth: dict[PersonId, dict[str, int]] = msgspec.field(default_factory=dict)
    tips: dict[PersonId, dict[str, int]] = msgspec.field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    cues: tuple[SentCue, ...] = ()
    signals: tuple[SentSignal, ...] = ()
    notes: tuple[Note, ...] = ()
    plan_presented_at: datetime | None = None
    revealed: dict[PersonId, datetime] = msgspec.field(default_factory=dict)
    outcome: RecordedOutcome | None = None

    @property
    def holder(self) -> PersonId | None:
        return self.floor.holder if self.floor else None

    def has_turn(self, person: PersonId) -> bool:
        """Speaking, or interrupted and going on afterwards."""
        return any(floor.holder == person for floor in (self.floor, self.interrupted) if floor)

    def is_professional(self, person: PersonId) -> bool:
        seat = self.seats.get(person)
        return seat is not None and seat.role in PROFESSIONALS

    def is_admitted(self, person: PersonId) -> bool:
        seat = self.seats.get(person)
        return seat is not None and seat.admitted


def ms_between(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)
