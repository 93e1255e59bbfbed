"""How often somebody may try: what comes too fast is refused, with the time to wait."""

import ipaddress
import math

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from facilitator.infra import clock
from facilitator.infra.refusal import Refused

_TOO_FAST = "Too many tries. Please wait a little, then try again."
_IPV6_PREFIX = 64


class TryLimit:
    """At most `tries` within any `window_s` seconds for each key; every try counts."""

    def __init__(self, tries: int, window_s: int) -> None:
        self._item = RateLimitItemPerSecond(tries, window_s)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, key: str) -> None:
        """Raises Refused rate_limited, with the seconds to wait, when none is left."""
        if not self._limiter.hit(self._item, key):
            raise _refusal(self._limiter, self._item, key)


class FailureLimit:
    """At most `failures` in `window_s` seconds for each key; what turned out well is given back.

    A try is taken before it is judged, so that a hundred at once are not all judged before the first one counts.
    """

    def __init__(self, failures: int, window_s: int) -> None:
        self._item = RateLimitItemPerSecond(failures, window_s)
        self._kept = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._kept)

    def take(self, key: str) -> None:
        """Raises Refused rate_limited, with the seconds to wait, when none is left."""
        if not self._limiter.hit(self._item, key):
            raise _refusal(self._limiter, self._item, key)

    def give_back(self, key: str) -> None:
        """It was no failure after all."""
        self._kept.decr(self._item.key_for(key))

    def forget(self, key: str) -> None:
        """Start afresh: the rightful owner has come."""
        self._limiter.clear(self._item, key)


def neighbourhood(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the IPv6 network that one subscriber is given."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))


def _refusal(limiter: RateLimiter, item: RateLimitItem, key: str) -> Refused:
    opens_at = limiter.get_window_stats(item, key).reset_time
    wait_s = max(1, math.ceil(opens_at - clock.now().timestamp()))
    return Refused("rate_limited", _TOO_FAST, retry_after_s=wait_s)
