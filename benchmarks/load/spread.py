"""How long something took, of many times."""

from collections.abc import Sequence
from typing import NamedTuple

NEVER_MS = float("inf")


class Spread(NamedTuple):
    """Milliseconds: half take no longer than `p50`, 99 of 100 no longer than `p99`."""

    p50: float
    p99: float
    most: float
    of: int


def spread(found_ms: Sequence[float]) -> Spread:
    if not found_ms:
        return Spread(NEVER_MS, NEVER_MS, NEVER_MS, 0)
    ordered = sorted(found_ms)
    last = len(ordered) - 1
    return Spread(ordered[last // 2], ordered[min(last, int(0.99 * len(ordered)))], ordered[last], len(ordered))
