"""The one place that asks what time it is."""

import time
from datetime import UTC, datetime

from facilitator.infra.times import iso, parse

__all__ = ["iso", "now", "parse"]


def now() -> datetime:
    """The present moment as aware UTC, cut to milliseconds so that storing and replaying it changes nothing."""
    return datetime.fromtimestamp(time.time_ns() // 1_000_000 / 1000, UTC)
