"""Notices when this machine's clock is set, so that what was to take a while really takes that while."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from facilitator.infra import clock

SET_S = 2.0
"""By so much the clock has to be off between two looks to have been set; it drifts by far less."""


class Jump(msgspec.Struct, frozen=True):
    """The clock showed `before` when it was set by `by_s` seconds; below zero it was put back."""

    before: datetime
    by_s: float


class Jumps:
    """What this process saw since it began to look. `steady_s` is a clock that nobody sets."""

    def __init__(
        self, wall: Callable[[], datetime] = clock.now, steady_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._steady_s = steady_s
        self._jumps: tuple[Jump, ...] = ()
        self._seen = (wall(), steady_s())

    def look(self) -> None:
        """To be called often: of a jump between two looks nobody knows the moment."""
        now, now_s = self._wall(), self._steady_s()
        before, before_s = self._seen
        expected = before + timedelta(seconds=now_s - before_s)
        by_s = (now - expected).total_seconds()
        if abs(by_s) >= SET_S:
            self._jumps = (*self._jumps, Jump(expected, by_s))
        self._seen = (now, now_s)

    def passed_s(self, since: datetime) -> float:
        """How many seconds ago the clock showed `since`, as far as this process can know; never below zero."""
        apparent_s = (self._wall() - since).total_seconds()
        jumped_s = sum(jump.by_s for jump in self._jumps if since <= jump.before)
        return max(0.0, apparent_s - jumped_s)


HERE = Jumps()
"""What happened to the clock while this process ran; the dispatcher looks five times a second."""
