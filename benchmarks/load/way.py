"""How a client finds its room again, as the page does it: when it tries, where, and when it asks where."""

import random

FIRST_S, LONGEST_S, JITTER = 0.2, 1.5, 0.5
CLOSED_S = 0.5
"""After the server itself has ended the connection."""
REFUSED_S = 1.5
REST_S, LONGEST_REST_S, REST_GROWS_BY = 0.3, 2.0, 1.5
AFTER_LEASE_S, LONGEST_LEASE_S = 0.7, 5.0
LOOK_AFTER_S, LOOK_EVERY_S = 1.0, 2.0
NOT_YET_S = float("inf")


class Way:
    """Of one client. Times are seconds of one clock; each answer is when to try next."""

    __slots__ = ("_dice", "_look_from_s", "_misses", "_tries", "down_since_s", "next_s", "path")

    def __init__(self, path: str, dice: random.Random) -> None:
        self.path = path
        self.down_since_s: float | None = None
        self.next_s = NOT_YET_S
        self._dice = dice
        self._tries = 0
        self._misses = 0
        self._look_from_s = 0.0

    def arrived(self) -> None:
        self.down_since_s, self.next_s = None, NOT_YET_S
        self._tries = self._misses = 0

    def cut(self, now_s: float, by_server: bool = False) -> None:
        """The connection ended, or did not come about."""
        if self.down_since_s is None:
            self.down_since_s = now_s
        rest_s = CLOSED_S if by_server else min(LONGEST_S, self._jittered(FIRST_S * 2**self._tries))
        self._tries = min(self._tries + 1, 10)
        self.next_s = now_s + rest_s

    def refused(self, now_s: float) -> None:
        self.cut(now_s)
        self.next_s = now_s + REFUSED_S

    def sent_on(self, now_s: float, path: str, lease_s: float) -> None:
        """Another worker has the room; where that one cannot be reached, it has it until its lease is over."""
        self.cut(now_s)
        unreachable = path == self.path and self._misses > 0
        grown_s = min(LONGEST_REST_S, REST_S * REST_GROWS_BY**self._misses)
        lapse_s = min(LONGEST_LEASE_S, lease_s) + self._dice.random() * AFTER_LEASE_S
        self._misses += 1
        self.path = path
        self.next_s = now_s + (lapse_s if unreachable and lease_s else grown_s * self._dice.uniform(0.5, 1.0))

    def told(self, now_s: float, path: str) -> None:
        """Where the room is now, from its view."""
        if path != self.path:
            self.path, self.next_s = path, now_s

    def may_look(self, now_s: float) -> bool:
        """Whether it is time to ask where the room is; then that is the last time for a while."""
        down = self.down_since_s is not None and now_s - self.down_since_s > LOOK_AFTER_S
        return down and self.looks(now_s)

    def looks(self, now_s: float) -> bool:
        if now_s < self._look_from_s:
            return False
        self._look_from_s = now_s + LOOK_EVERY_S * self._dice.uniform(0.75, 1.25)
        return True

    def _jittered(self, rest_s: float) -> float:
        return rest_s * self._dice.uniform(1 - JITTER, 1 + JITTER)
