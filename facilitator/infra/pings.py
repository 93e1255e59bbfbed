"""One clock for the pings of all connections, where each would otherwise keep a timer of its own."""

import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from facilitator.infra import logs

LOG = logs.get(__name__)

TICK_S = 0.1
AT_ONCE = 100
"""Others get a turn after so many: a thousand phones may be due in the same tick."""


class Pinged(Protocol):
    pinged_s: float
    """When the ping left that was not answered yet; nought when none is out."""

    def ping(self) -> None: ...

    def silent(self) -> None:
        """It did not answer in time."""


class PingWheel:
    """Every connection waits equally long, so whoever came first is due first, and nobody is searched for."""

    def __init__(self, interval_s: float, timeout_s: float, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._due: deque[tuple[float, Pinged]] = deque()
        self._out: deque[tuple[float, Pinged]] = deque()

    def add(self, connection: Pinged) -> None:
        """It is well just now; ask again after the interval."""
        connection.pinged_s = 0
        self._due.append((self._now_s() + self._interval_s, connection))

    def run(self, sleep: Callable[[float], object]) -> None:
        while True:
            sleep(TICK_S)
            self._turn(self._now_s(), sleep)

    def _turn(self, now_s: float, sleep: Callable[[float], object]) -> None:
        served = 0
        while self._due and self._due[0][0] <= now_s:
            connection = self._due.popleft()[1]
            connection.pinged_s = now_s
            self._out.append((now_s, connection))
            _carefully(connection.ping)
            served += 1
            if served % AT_ONCE == 0:
                sleep(0)
        while self._out and self._out[0][0] + self._timeout_s < now_s:
            pinged_s, connection = self._out.popleft()
            if connection.pinged_s == pinged_s:
                _carefully(connection.silent)


def _carefully(what: Callable[[], None]) -> None:
    try:
        what()
    except Exception:  # the others' pings must go on
        LOG.exception("ping_failed")
