"""The rooms that this process holds in memory: a cache of the log, caught up before each decision."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy.orm import Session

from facilitator.infra import broadcast, clock
from facilitator.infra.entries import Entry
from facilitator.infra.eventlog import EventLog
from facilitator.infra.ids import PersonId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.plan import service as plan
from facilitator.referral import service as referral
from facilitator.referral.summary import ReferralSummary
from facilitator.room import dictionary, transcript
from facilitator.room import events as did
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


class Moment(msgspec.Struct, frozen=True):
    """A room after `seq` commands, the last one at `at`. Replaced whole, so it can be read without a lock."""

    seq: int
    at: datetime
    state: RoomState
    board: Board


class Live:
    """One room. Whoever decides or shows does so within `holding`: views leave in the order of the log."""

    def __init__(self, room: RoomId) -> None:
        self.room = room
        self.moment: Moment | None = None
        """None before the first `catch_up`, and after another writer was there first."""

    def catch_up(self, tx: Session) -> Moment:
        """Fold what others appended since; the cost is that of the new entries, not of the log.

        Raises Refused for a room that does not exist.
        """
        last = self.moment
        fresh = LOG.read(tx, self.room, after=last.seq if last else 0)
        if last and not fresh:
            return last
        if not fresh:
            raise Refused("not_found", "There is no such meeting. Check the link, or ask the professional.")
        state = fold(self.room, fresh, last.state if last else None)
        file, spoken = plan.casefile(tx, state.case), transcript.load(tx, self.room)
        silenced = dictionary.silenced(tx, state.case, state.kind)
        board = Board(file, spoken, _referral(tx, state), silenced=silenced)
        self.moment = Moment(fresh[-1].seq, fresh[-1].at, state, board)
        return self.moment

    def after(self, tx: Session, entry: Entry[did.Event], said: Spoken) -> Moment:
        """What `moment` is to be once `tx` is committed."""
        now = self._now()
        state = fold(self.room, [entry], now.state)
        spoken = Spoken({**now.board.spoken.words, **said.words}, {**now.board.spoken.flags, **said.flags})
        board = replace(now.board, spoken=spoken, referral=_referral(tx, state))
        if any(isinstance(event, CHANGES_THE_FILE) for event in entry.events):
            board = replace(board, file=plan.casefile(tx, state.case))
        if any(isinstance(event, did.FlagJudged) for event in entry.events):
            board = replace(board, silenced=dictionary.silenced(tx, state.case, state.kind))
        return Moment(entry.seq, entry.at, state, board)

    def refresh_file(self, tx: Session) -> None:
        """What was prepared changes outside of the room."""
        now = self._now()
        self.moment = replace(now, board=replace(now.board, file=plan.casefile(tx, now.state.case)))

    def refresh_referral(self, tx: Session) -> None:
        """The referral moves by itself: the dispatcher delivers, a facility answers."""
        now = self._now()
        self.moment = replace(now, board=replace(now.board, referral=_referral(tx, now.state)))

    def push(self) -> None:
        """Bring every connected client up to date, after the commit."""
        now, at = self._now(), clock.now()
        views = Views(now.state, _with_presence(now.board, self.room))
        showing = broadcast.Showing(self.room, now.seq, lambda changed: stamped(changed, at))
        for connection in broadcast.connections(self.room):
            gone = GONE_CODES.get(now.state.seats[connection.person].standing)
            if gone:
                broadcast.disconnect(person=connection.person, room=self.room, code=gone)
            else:
                showing.add(connection, views.of(connection.person))
        showing.send()

    def _now(self) -> Moment:
        assert self.moment is not None, "catch_up() comes first"
        return self.moment


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


def seen(tx: Session, room: RoomId) -> Moment:
    """The room for somebody who only looks: without waiting for a decision that waits for the database."""
    held = _rooms.get(room)
    known = held.moment if held else None
    if known and known.seq == LOG.last(tx, room):
        return known
    return Live(room).catch_up(tx)


def drain(patience_s: float) -> None:
    """Wait until no decision is under way, so that whoever was promised an answer has it."""
    for lock in list(_locks.values()):
        if lock.acquire(timeout=patience_s):
            lock.release()


def whole_view(room: RoomId, now: Moment, person: PersonId) -> dict[str, object]:
    """{"room", "seq", "sections"} as GET answers it and as the page carries it."""
    views = Views(now.state, _with_presence(now.board, room))
    return {"room": room, "seq": now.seq, "sections": stamped(views.of(person), clock.now())}


def _with_presence(board: Board, room: RoomId) -> Board:
    return replace(board, present=frozenset(c.person for c in broadcast.connections(room)))


def _referral(tx: Session, state: RoomState) -> ReferralSummary | None:
    return referral.summary(tx, state.referral) if state.referral else None
