"""How often somebody may try: what comes too fast is refused, with the time to wait."""

import ipaddress
import math
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from facilitator.infra import clock, shared
from facilitator.infra.refusal import Refused

T = TypeVar("T")

_PREFIX = "facilitator:limits"
_TOO_FAST = "Too many tries. Please wait a little, then try again."
_IPV6_PREFIX = 64


class Limit:
    """How often for each key. Counted over all workers; while Redis is away each counts by itself."""

    strategy: ClassVar[type[RateLimiter]]

    def __init__(self, name: str, tries: int, window_s: int) -> None:
        self._item = RateLimitItemPerSecond(tries, window_s, name)
        self._here = self.strategy(MemoryStorage())
        self._everywhere: tuple[object, RateLimiter] | None = None

    def take(self, key: str) -> None:
        """Raises Refused rate_limited, with the seconds to wait, when none is left."""
        wait_s = self._ask(lambda limiter: _wait_s(limiter, self._item, key))
        if wait_s is not None:
            raise Refused("rate_limited", _TOO_FAST, retry_after_s=wait_s)

    def _ask(self, work: Callable[[RateLimiter], T]) -> T:
        try:
            return shared.link().ask(lambda client: work(self._over_all(client)))
        except shared.Away:
            return work(self._here)

    def _over_all(self, client: Any) -> RateLimiter:
        if self._everywhere is None or self._everywhere[0] is not client:
            kept = RedisStorage("redis://", connection_pool=client.connection_pool, key_prefix=_PREFIX)
            self._everywhere = (client, self.strategy(kept))
        return self._everywhere[1]


class TryLimit(Limit):
    """At most `tries` within any `window_s` seconds for each key; every try counts."""

    strategy = MovingWindowRateLimiter


class FailureLimit(Limit):
    """At most `tries` in `window_s` seconds for each key; what turned out well is given back.

    A try is taken before it is judged, so that a hundred at once are not all judged before the first one counts.
    """

    strategy = FixedWindowRateLimiter

    def give_back(self, key: str) -> None:
        """It was no failure after all."""
        self._ask(lambda limiter: limiter.hit(self._item, key, cost=-1))

    def forget(self, key: str) -> None:
        """Start afresh: the rightful owner has come."""
        self._ask(lambda limiter: limiter.clear(self._item, key))


def neighbourhood(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the IPv6 network that one subscriber is given."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))


def _wait_s(limiter: RateLimiter, item: RateLimitItem, key: str) -> int | None:
    """None when this try is let through, else how many seconds from now the next one may be."""
    if limiter.hit(item, key):
        return None
    opens_at = limiter.get_window_stats(item, key).reset_time
    return min(item.get_expiry(), max(1, math.ceil(opens_at - clock.now().timestamp())))
