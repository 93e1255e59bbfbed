"""The rooms that this process holds in memory, and how long it may rely on them."""

import time
from collections.abc import Collection

from facilitator.infra import broadcast, commits, db
from facilitator.infra.ids import CaseId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.room.held import NEVER_S, Live

IDLE_S = 60.0
"""A room that nobody is connected to here is kept so long after it was last asked for."""

STUMBLE_S = 15.0
"""Whoever comes back within this is no newcomer: longer than a lost connection is waited for."""
WATCHED_S = 2.0
"""The watch looks twice a second; where it has not for so long, nobody is told of anything."""

_rooms: dict[RoomId, Live] = {}
_swept_at_s = 0.0
_watched_at_s = NEVER_S
_doubted_at_s = NEVER_S


GROUP = commits.Group()
"""Through which everything that is decided in any room goes to disk."""


def drain(patience_s: float) -> None:
    """Wait until whoever was promised an answer has it."""
    GROUP.drain(patience_s)


def of(room: RoomId) -> Live:
    """The room, read and, unless its clients are here, level with the database. Raises Refused for an unknown one.

    Where clients are connected, we are told of what moves elsewhere; where nobody is, nobody would be told.
    Only for a moment after they went does it stay like that: a network that stumbles sends everybody out and in.
    """
    _sweep()
    held = _rooms.get(room) or _rooms.setdefault(room, Live(room))
    held.used_at_s = asked_s = time.monotonic()
    if held.ahead and broadcast.is_used(room):
        return held
    try:
        with held.lock:
            if held.read_at_s >= asked_s:
                return held  # somebody else asked at the same moment, and has read all of it since
            with db.reading() as tx:
                news = held.catch_up(tx, board=not _is_watched(held))
            if news and broadcast.is_used(room):
                held.push()  # who reads it first shows it: nobody else will find news there
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
