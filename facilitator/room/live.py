"""The rooms that this process holds in memory: a cache of the log, caught up before each decision."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import broadcast, clock
from facilitator.infra.entries import Entry
from facilitator.infra.eventlog import EventLog
from facilitator.infra.ids import PersonId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.plan import service as plan
from facilitator.referral import service as referral
from facilitator.referral.summary import ReferralSummary
from facilitator.room import events as did
from facilitator.room import transcript
from facilitator.room.board import Board, Spoken
from facilitator.room.evolve import fold
from facilitator.room.state import RoomState, Standing
from facilitator.room.tables import RoomEvent
from facilitator.room.views import Views, stamped

LOG: EventLog[did.Event] = EventLog(RoomEvent, did.Event)

CHANGES_THE_FILE = (did.SeatAsked, did.PlanPresented)

GONE_CODES = {
    Standing.REMOVED: "removed",
    Standing.DECLINED: "declined",
    Standing.LEFT: "left",
}


BEGINNING = datetime.min.replace(tzinfo=UTC)


class Live:
    """One room. Whoever decides or shows does so within `holding`: views leave in the order of the log."""

    def __init__(self, room: RoomId) -> None:
        self.room = room
        self.forget()

    def forget(self) -> None:
        """Start from the log again: another writer was there first."""
        self.seq = 0
        self.last_at = BEGINNING
        self.state = RoomState(id=self.room)
        self._board: Board | None = None

    @property
    def board(self) -> Board:
        assert self._board is not None, "catch_up() comes first"
        present = frozenset(c.person for c in broadcast.connections(self.room))
        return msgspec.structs.replace(self._board, present=present)

    def catch_up(self, tx: Session) -> None:
        """Fold what others appended since; the cost is that of the new entries, not of the log.

        Raises Refused for a room that does not exist.
        """
        fresh = LOG.read(tx, self.room, after=self.seq)
        if not fresh and self.seq == 0:
            raise Refused("not_found", "There is no such meeting. Check the link, or ask the professional.")
        if fresh or self._board is None:
            self._fold(fresh)
            self._board = self._load(tx)

    def accept(self, tx: Session, entry: Entry[did.Event], said: Spoken) -> "Ahead":
        """What the room will be once `tx` is committed; nothing here changes before `Ahead.now`."""
        state = fold(self.room, [entry], self.state)
        board = self.board
        spoken = Spoken({**board.spoken.words, **said.words}, {**board.spoken.flags, **said.flags})
        if any(isinstance(event, CHANGES_THE_FILE) for event in entry.events):
            board = msgspec.structs.replace(board, file=plan.casefile(tx, self.state.case))
        summary = _referral(tx, state)
        return Ahead(self, entry, state, msgspec.structs.replace(board, spoken=spoken, referral=summary))

    def refresh_referral(self, tx: Session) -> None:
        """The referral moves by itself: the dispatcher delivers, a facility answers."""
        self._board = msgspec.structs.replace(self.board, referral=_referral(tx, self.state))

    def become(self, ahead: "Ahead") -> None:
        self.seq, self.last_at = ahead.entry.seq, ahead.entry.at
        self.state, self._board = ahead.state, ahead.board

    def push(self) -> None:
        """Bring every connected client up to date, after the commit."""
        views = Views(self.state, self.board)
        at = clock.now()
        for connection in broadcast.connections(self.room):
            gone = GONE_CODES.get(self.state.seats[connection.person].standing)
            if gone:
                broadcast.disconnect(person=connection.person, room=self.room, code=gone)
            else:
                sections = views.of(connection.person)
                broadcast.show(connection, self.seq, sections, lambda changed: stamped(changed, at))

    def _fold(self, entries: Iterable[Entry[did.Event]]) -> None:
        entries = list(entries)
        self.state = fold(self.room, entries, self.state)
        if entries:
            self.seq, self.last_at = entries[-1].seq, entries[-1].at

    def _load(self, tx: Session) -> Board:
        file = plan.casefile(tx, self.state.case)
        return Board(file, transcript.load(tx, self.room), _referral(tx, self.state))


class Ahead(msgspec.Struct, frozen=True):
    """The next moment of a room, ready to become the present when its transaction is safe."""

    live: Live
    entry: Entry[did.Event]
    state: RoomState
    board: Board

    def now(self) -> None:
        self.live.become(self)


_rooms: dict[RoomId, Live] = {}
_locks: dict[RoomId, threading.Lock] = {}


@contextmanager
def holding(room: RoomId) -> Iterator[Live]:
    """The room, for one decision or one showing at a time in this process."""
    with _locks.setdefault(room, threading.Lock()):
        held = _rooms.setdefault(room, Live(room))
        try:
            yield held
        finally:
            if not broadcast.connections(room):
                del _rooms[room]  # the log keeps the room, memory need not


def drain(patience_s: float) -> None:
    """Wait until no decision is under way, so that whoever was promised an answer has it."""
    for lock in list(_locks.values()):
        if lock.acquire(timeout=patience_s):
            lock.release()


def whole_view(live: Live, person: PersonId) -> dict[str, object]:
    """{"room", "seq", "sections"} as GET answers it and as the page carries it."""
    sections = stamped(Views(live.state, live.board).of(person), clock.now())
    return {"room": live.room, "seq": live.seq, "sections": sections}


def _referral(tx: Session, state: RoomState) -> ReferralSummary | None:
    return referral.summary(tx, state.referral) if state.referral else None
