"""Who comes and goes is shown together: when a network comes back, a meeting's phones do so all at once."""

import threading
from collections.abc import Callable

from facilitator.infra import broadcast, logs
from facilitator.infra.ids import RoomId
from facilitator.room import service

LOG = logs.get(__name__)

GATHERING_S = 0.1
"""So long others wait to be shown who came and went meanwhile. Whoever comes gets their own view at once."""


class Arrivals:
    """One task shows each room once to those who were there already. Another welcomes whoever came, where the
    server does not say sooner that they are accepted.
    """

    def __init__(self, spawn: Callable[[Callable[[], None]], object], sleep: Callable[[float], object]) -> None:
        self._spawn = spawn
        self._sleep = sleep
        self._lock = threading.Lock()
        self._new: set[RoomId] = set()
        self._moved: set[RoomId] = set()

    def came(self, room: RoomId) -> None:
        """Somebody has entered the room. The view follows: nothing may be sent before they are accepted."""
        with self._lock:
            is_first = not self._new
            self._new.add(room)
        if is_first:
            self._spawn(self.welcome)
        self._move(room)

    def left(self, room: RoomId) -> None:
        if broadcast.is_used(room):
            self._move(room)
        else:
            service.left(room)

    def welcome(self) -> None:
        """Whoever has come was accepted, and gets their view."""
        with self._lock:
            rooms, self._new = self._new, set()
        for room in rooms:
            _carefully(service.welcome, room)

    def _move(self, room: RoomId) -> None:
        with self._lock:
            is_first = not self._moved
            self._moved.add(room)
        if is_first:
            self._spawn(self._show)

    def _show(self) -> None:
        self._sleep(GATHERING_S)
        with self._lock:
            rooms, self._moved = self._moved, set()
        for room in rooms:
            if broadcast.is_used(room):
                _carefully(service.show, room)
                self._sleep(0)  # others get their turn between two rooms


def _carefully(show: Callable[[RoomId], None], room: RoomId) -> None:
    try:
        show(room)
    except Exception:  # the other rooms must still be shown
        LOG.exception("a room was not shown", room=room)
