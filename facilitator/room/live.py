"""The rooms that this process holds in memory: caches of their logs, ahead by what is on its way to disk."""

import threading
import time
from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy.orm import Session

from facilitator.infra import broadcast, clock, commits, db, ids
from facilitator.infra.entries import Entry
from facilitator.infra.eventlog import EventLog
from facilitator.infra.ids import CaseId, CommandId, PersonId, RoomId, SegmentId
from facilitator.infra.refusal import Refused
from facilitator.plan import service as plan
from facilitator.plan.prepared import CaseFile
from facilitator.referral import service as referral
from facilitator.referral.summary import ReferralSummary
from facilitator.room import dictionary, transcript
from facilitator.room import events as did
from facilitator.room.board import Board, Spoken
from facilitator.room.evolve import fold
from facilitator.room.state import RoomState, Seat, Standing
from facilitator.room.tables import RoomEvent
from facilitator.room.views import Views, stamped

LOG: EventLog[did.Event] = EventLog(RoomEvent, did.Event)

IDLE_S = 60.0
"""A room that nobody is connected to here is kept so long after it was last asked for."""

READ_AGAIN = timedelta(seconds=60)

STUMBLE_S = 15.0
"""Whoever comes back within this is no newcomer: longer than a lost connection is waited for."""
WATCHED_S = 2.0
"""The watch looks twice a second; where it has not for so long, nobody is told of anything."""
NEVER_S = float("-inf")

UNKNOWN = "There is no such meeting. Check the link, or ask the professional."

REACHES_FURTHER = frozenset(
    {did.SeatAsked, did.FlagJudged, did.PlanPresented, did.OutcomeRecorded, did.OutcomeAmended, did.RoomEnded}
)
"""What changes more than the log and the texts beside it."""

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


class Around(msgspec.Struct, frozen=True):
    """What of the board comes from other tables, read anew. None: as it was."""

    file: CaseFile | None = None
    referral: ReferralSummary | None = None
    silenced: frozenset[str] | None = None


NOTHING_NEW = Around()


class Live:
    """One room. Whoever decides, shows or replaces anything in it holds `lock` while calling here, and waits for
    nothing meanwhile but, where the room has to be read first, for the database.

    `moment` is on disk and is what clients see; `ahead` has what was decided since, and is what is decided on.
    """

    def __init__(self, room: RoomId) -> None:
        self.room = room
        self.lock = threading.Lock()
        self.moment: Moment | None = None
        self.ahead: Moment | None = None
        self.round = 0
        """Counts how often what was ahead was given up; whatever was decided in an earlier round is void."""
        self.answered: set[str] = set()
        """The ids of all commands in the log."""
        self.under_way: dict[str, commits.Work] = {}
        """What is on its way to disk, by the id of its command."""
        self.unread: deque[SegmentId] = deque()
        """What was heard and has not been before the language engine."""
        self._board: Board | None = None
        self._spoiled = False
        """Texts of what was given up may lie in the board."""
        self.used_at_s = time.monotonic()
        self.left_at_s = NEVER_S
        """When the last client went."""
        self.read_at_s = NEVER_S
        """When what surrounds the room was last read."""
        self.doubted_at_s = NEVER_S
        self._views = Views()
        self._crowds: list[broadcast.Crowd] = []
        self._shown_to: frozenset[PersonId] | None = None

    def read(self, tx: Session) -> Moment:
        """What is to be decided on, read where nothing is here yet. Raises Refused for an unknown room."""
        if self.ahead is None:
            self.catch_up(tx)
        assert self.ahead is not None
        return self.ahead

    def catch_up(self, tx: Session, *, board: bool = False) -> bool:
        """Take in what other processes appended; what of the log is known is not read again. True for news.

        `board` reads anew what surrounds the room, too.

        Raises Refused for an unknown room.
        """
        if self.under_way and self.ahead:
            return False  # we are writing: should somebody else be, our own writing will tell
        last = self.moment
        fresh = LOG.read(tx, self.room, after=last.seq if last else 0)
        if not fresh and last is None:
            raise Refused("not_found", UNKNOWN)
        if fresh:
            self.give_up()
            state = fold(self.room, fresh, last.state if last else None)
            self.answered |= LOG.ids(tx, self.room, after=last.seq if last else 0)
            self.moment = Moment(fresh[-1].seq, fresh[-1].at, state)
            if last is None:
                self.unread.extend(_unread(state, self.answered))
        if board or self._board is None or _reach_further(fresh):
            self.read_at_s = time.monotonic()
            self._board = _board(tx, self.now().state)
        elif self._spoiled:
            self._board = replace(self._board, spoken=transcript.load(tx, self.room))
        self._spoiled = False
        self.ahead = self.ahead or self.moment
        return bool(fresh)

    def advance(self, after: Moment, said: Spoken) -> None:
        """It was decided, and is on its way. Its texts are named by nothing that is shown yet."""
        self.ahead = after
        self.board.spoken.words.update(said.words)
        self.board.spoken.flags.update(said.flags)

    def arrive(self, after: Moment, command_id: str, around: Around) -> None:
        """It is on disk. Takes the lock itself."""
        with self.lock:
            self.under_way.pop(command_id, None)
            self.answered.add(command_id)
            if self.now().seq < after.seq:
                self.moment = after
                self.surround(around)
                self.push()

    def give_up(self) -> None:
        """What is ahead was not kept, or another writer was there first: only the log can say how things stand."""
        self.ahead, self._spoiled = None, True
        self.round += 1

    def surround(self, around: Around) -> None:
        board = self.board
        if around is NOTHING_NEW:
            return
        self._board = replace(
            board,
            file=around.file or board.file,
            referral=around.referral or board.referral,
            silenced=board.silenced if around.silenced is None else around.silenced,
        )

    def push(self) -> None:
        """Bring every connected client up to date with `moment`."""
        now = self.now()
        present = broadcast.present(self.room)
        views = self._viewing(now, present)
        showing = broadcast.Showing(self.room, now.seq, _stamped_now)
        if present is self._shown_to and not views.own_moved:
            for crowd in self._crowds:
                shared = views.shared(crowd.audience)
                if shared is not crowd.shared:
                    showing.add_all(crowd, shared, views.changed(crowd.audience, crowd.shared))
            showing.send()
            return
        views.own_moved = False
        _add_each(showing, broadcast.connections(self.room), views, now)
        self._crowds, self._shown_to = showing.send(), present

    def welcome(self) -> None:
        """Whole views to those who have none yet; the others see them at the next push."""
        now = self.now()
        showing = broadcast.Showing(self.room, now.seq, _stamped_now)
        newcomers = [each for each in broadcast.connections(self.room) if each.sent is None]
        _add_each(showing, newcomers, self._viewing(now, broadcast.present(self.room)), now)
        showing.send()

    def view_of(self, person: PersonId, present: frozenset[PersonId]) -> dict[str, object]:
        """{"room", "seq", "sections"}, as GET answers it and the page has it. Raises Refused for a stranger."""
        now = self.now()
        self.seat(person)
        view = self._viewing(now, present).of(person)
        sections = stamped({**view.shared, **view.own}, clock.now())
        return {"room": self.room, "seq": now.seq, "sections": sections}

    def seat(self, person: PersonId) -> Seat:
        """Raises Refused for a stranger."""
        seat = self.now().state.seats.get(person)
        if seat is None:
            raise Refused("not_allowed", "You are not part of this meeting.")
        return seat

    @property
    def board(self) -> Board:
        assert self._board is not None, "read() comes first"
        return self._board

    def now(self) -> Moment:
        assert self.moment is not None, "read() comes first"
        return self.moment

    def _viewing(self, now: Moment, present: frozenset[PersonId]) -> Views:
        if present is not self.board.present:
            self._board = replace(self.board, present=present)
        self._views.move(now.state, self.board)
        return self._views


_rooms: dict[RoomId, Live] = {}
_swept_at_s = 0.0
_watched_at_s = NEVER_S
_doubted_at_s = NEVER_S


GROUP = commits.Group()
"""Through which everything that is decided in any room goes to disk."""


def drain(patience_s: float) -> None:
    """Wait until whoever was promised an answer has it."""
    GROUP.drain(patience_s)


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


def of(room: RoomId) -> Live:
    """The room, read and, unless its clients are here, level with the database. Raises Refused for an unknown one.

    Where clients are connected, we are told of what moves elsewhere; where nobody is, nobody would be told.
    Only for a moment after they went does it stay like that: a network that stumbles sends everybody out and in.
    """
    _sweep()
    held = _rooms.get(room) or _rooms.setdefault(room, Live(room))
    held.used_at_s = time.monotonic()
    if held.ahead and broadcast.is_used(room):
        return held
    try:
        with held.lock, db.reading() as tx:
            held.catch_up(tx, board=not _is_watched(held))
    except Refused:
        _rooms.pop(room, None)
        raise
    return held


def case(room: RoomId) -> CaseId | None:
    """The case of a room that is in memory. It is the same for ever."""
    held = _rooms.get(room)
    return held.moment.state.case if held and held.moment else None


def left(room: RoomId) -> None:
    """The last client has gone."""
    if room in _rooms:
        _rooms[room].left_at_s = time.monotonic()


def watched() -> None:
    """Somebody looks after what moves outside of the rooms, and calls this again and again, and `doubt`."""
    global _watched_at_s
    _watched_at_s = time.monotonic()


def doubt(rooms: Collection[RoomId]) -> None:
    """What surrounds them has moved: whoever comes back to one after all have gone has it read anew."""
    for room in rooms:
        if room in _rooms:
            _rooms[room].doubted_at_s = time.monotonic()


def doubt_all() -> None:
    """The same, where nobody knows whose surroundings have moved, or whether any have."""
    global _doubted_at_s
    _doubted_at_s = time.monotonic()


def here() -> list[RoomId]:
    """The rooms in memory."""
    return list(_rooms)


def given_up() -> list[RoomId]:
    """Rooms in which something could not be kept, or nobody can tell, and which nobody has asked for since."""
    return [room for room, held in _rooms.items() if held.moment and held.ahead is None]


def seq(room: RoomId) -> int:
    """Up to where this process knows the room, what is on its way to disk included."""
    held = _rooms.get(room)
    known = (held.ahead or held.moment) if held else None
    return known.seq if known else 0


def forget() -> None:
    """As if this process had just started."""
    _rooms.clear()


def _sweep() -> None:
    """The log keeps a room, memory need not."""
    global _swept_at_s
    now_s = time.monotonic()
    if now_s - _swept_at_s < IDLE_S / 2:
        return
    _swept_at_s = now_s
    for room, held in list(_rooms.items()):
        if now_s - held.used_at_s > IDLE_S and not broadcast.is_used(room) and held.ahead is held.moment:
            _rooms.pop(room, None)


def _is_watched(held: Live) -> bool:
    now_s = time.monotonic()
    is_sure = held.read_at_s > max(held.doubted_at_s, _doubted_at_s)
    return is_sure and now_s - held.left_at_s < STUMBLE_S and now_s - _watched_at_s < WATCHED_S


def _add_each(showing: broadcast.Showing, to: list[broadcast.Connection], views: Views, now: Moment) -> None:
    for connection in to:
        gone = GONE_CODES.get(now.state.seats[connection.person].standing)
        if gone:
            broadcast.disconnect(person=connection.person, room=now.state.id, code=gone)
        else:
            showing.add(connection, views.of(connection.person))


def _reach_further(entries: list[Entry[did.Event]]) -> bool:
    return any(type(event) in REACHES_FURTHER for entry in entries for event in entry.events)


def reading_id(segment: SegmentId) -> CommandId:
    """Under which what was found in a segment goes into the log, so that it does so once."""
    return CommandId(ids.digest(f"read:{segment}")[:32])


def _unread(state: RoomState, answered: set[str]) -> list[SegmentId]:
    """What was heard just before this process began, and may not have been read: its reader may have died."""
    since = clock.now() - READ_AGAIN
    return [h.id for h in state.heard if h.at > since and reading_id(h.id) not in answered]


def _stamped_now(changed: dict[str, Any]) -> dict[str, Any]:
    return stamped(changed, clock.now())


def _board(tx: Session, state: RoomState) -> Board:
    file, spoken = plan.casefile(tx, state.case), transcript.load(tx, state.id)
    return Board(file, spoken, _referral(tx, state), silenced=dictionary.silenced(tx, state.case, state.kind))


def _referral(tx: Session, state: RoomState) -> ReferralSummary | None:
    return referral.summary(tx, state.referral) if state.referral else None
