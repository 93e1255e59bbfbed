"""Replays a room's log and compares it with what was projected from it."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra.ids import RoomId
from facilitator.room.evolve import fold
from facilitator.room.state import RoomState
from facilitator.room.stored import LOG
from facilitator.room.tables import FlagWords, Outcome, Room


def rooms(tx: Session) -> list[RoomId]:
    return [RoomId(i) for i in tx.scalars(select(Room.id).order_by(Room.created_at))]


def differences(tx: Session, room: RoomId) -> list[str]:
    """What does not agree, in words; empty where all is well. Ids only, no spoken text."""
    entries = LOG.read(tx, room)
    numbers = [entry.seq for entry in entries]
    if not numbers:
        return ["the room has no log"]
    found = [] if numbers == list(range(1, len(numbers) + 1)) else ["the log's numbers have a gap"]
    state = fold(room, entries)
    return [*found, *_outcome(tx, state), *_verdicts(tx, state)]


def _outcome(tx: Session, state: RoomState) -> Iterator[str]:
    row = tx.get(Outcome, state.id)
    projected = (row.outcome_id, row.kind) if row else None
    logged = (state.outcome.id, state.outcome.kind) if state.outcome else None
    if projected != logged:
        yield f"the outcome is {logged} by the log and {projected} by the table"


def _verdicts(tx: Session, state: RoomState) -> Iterator[str]:
    """A flag whose text was purged has no row, and that is no difference."""
    rows = tx.execute(select(FlagWords.id, FlagWords.verdict).where(FlagWords.room_id == state.id))
    logged: dict[str, str | None] = {flag.id: flag.verdict for flag in state.flags}
    for flag, verdict in rows:
        if flag not in logged:
            yield f"flag {flag} is not in the log"
        elif logged[flag] != verdict:
            yield f"flag {flag} is {logged[flag]} by the log and {verdict} by the table"
