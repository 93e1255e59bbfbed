"""One room in memory: a cache of its log, ahead of it by what is on its way to disk."""

import threading
import time
from collections import deque
from typing import Any

from msgspec.structs import replace
from sqlalchemy.orm import Session

from facilitator.infra import broadcast, clock, commits
from facilitator.infra.ids import PersonId, RoomId, SegmentId
from facilitator.infra.refusal import Refused
from facilitator.room import transcript
from facilitator.room.board import Board, Spoken
from facilitator.room.evolve import fold
from facilitator.room.state import Seat, Standing
from facilitator.room.stored import LOG, NOTHING_NEW, Around, Moment, board_of, reach_further, unread
from facilitator.room.viewing import Views
from facilitator.room.views import stamped

NEVER_S = float("-inf")

UNKNOWN = "There is no such meeting. Check the link, or ask the professional."

GONE_CODES = {
    Standing.REMOVED: "removed",
    Standing.DECLINED: "declined",
    Standing.LEFT: "left",
}


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
        began_s = time.monotonic()
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
                self.unread.extend(unread(state, self.answered))
        if board or self._board is None or reach_further(fresh):
            self.read_at_s = began_s
            self._board = board_of(tx, self.now().state)
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


def _add_each(showing: broadcast.Showing, to: list[broadcast.Connection], views: Views, now: Moment) -> None:
    for connection in to:
        gone = GONE_CODES.get(now.state.seats[connection.person].standing)
        if gone:
            broadcast.disconnect(person=connection.person, room=now.state.id, code=gone)
        else:
            showing.add(connection, views.of(connection.person))


def _stamped_now(changed: dict[str, Any]) -> dict[str, Any]:
    return stamped(changed, clock.now())
