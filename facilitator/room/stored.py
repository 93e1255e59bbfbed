"""What the database knows of a room: its log, what surrounds it, and what of it a crash may have cut short."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import clock, ids
from facilitator.infra.entries import Entry
from facilitator.infra.eventlog import EventLog
from facilitator.infra.ids import CommandId, SegmentId
from facilitator.plan import service as plan
from facilitator.plan.prepared import CaseFile
from facilitator.referral import service as referral
from facilitator.referral.summary import ReferralSummary
from facilitator.room import dictionary, transcript
from facilitator.room import events as did
from facilitator.room.board import Board
from facilitator.room.state import RoomState
from facilitator.room.tables import RoomEvent

LOG: EventLog[did.Event] = EventLog(RoomEvent, did.Event)

READ_AGAIN = timedelta(seconds=60)
"""So far back a new process looks for words that nobody has read."""

REACHES_FURTHER = frozenset(
    {did.SeatAsked, did.FlagJudged, did.PlanPresented, did.OutcomeRecorded, did.OutcomeAmended, did.RoomEnded}
)
"""What changes more than the log and the texts beside it."""


class Moment(msgspec.Struct, frozen=True):
    """A room after `seq` commands, the last one at `at`. Replaced whole, so it can be read without a lock."""

    seq: int
    at: datetime
    state: RoomState


class Around(msgspec.Struct, frozen=True):
    """What of the board comes from other tables, read anew. None: as it was."""

    file: CaseFile | None = None
    referral: ReferralSummary | None = None
    silenced: frozenset[str] | None = None


NOTHING_NEW = Around()


def around(tx: Session, state: RoomState, events: tuple[did.Event, ...], *, referral_moved: bool) -> Around:
    """What these events changed outside of the room's own state."""
    file = any(isinstance(event, did.SeatAsked | did.PlanPresented) for event in events)
    learned = any(isinstance(event, did.FlagJudged) for event in events)
    return Around(
        plan.casefile(tx, state.case) if file else None,
        _referral(tx, state) if referral_moved else None,
        dictionary.silenced(tx, state.case, state.kind) if learned else None,
    )


def seen_anew(tx: Session, state: RoomState, *, file: bool = False) -> Around:
    """The referral moves by itself, and what was prepared changes outside of the room."""
    return Around(plan.casefile(tx, state.case) if file else None, _referral(tx, state))


def reach_further(entries: list[Entry[did.Event]]) -> bool:
    """Whether anything changed besides the log and the texts beside it."""
    return any(type(event) in REACHES_FURTHER for entry in entries for event in entry.events)


def reading_id(segment: SegmentId) -> CommandId:
    """Under which what was found in a segment goes into the log, so that it does so once."""
    return CommandId(ids.digest(f"read:{segment}")[:32])


def unread(state: RoomState, answered: set[str]) -> list[SegmentId]:
    """What was heard just before this process began, and may not have been read: its reader may have died."""
    since = clock.now() - READ_AGAIN
    return [h.id for h in state.heard if h.at > since and reading_id(h.id) not in answered]


def board_of(tx: Session, state: RoomState) -> Board:
    file, spoken = plan.casefile(tx, state.case), transcript.load(tx, state.id)
    return Board(file, spoken, _referral(tx, state), silenced=dictionary.silenced(tx, state.case, state.kind))


def _referral(tx: Session, state: RoomState) -> ReferralSummary | None:
    return referral.summary(tx, state.referral) if state.referral else None
