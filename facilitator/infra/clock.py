"""The one place that asks what time it is."""

from datetime import UTC, datetime

from facilitator.infra.times import iso, parse

__all__ = ["iso", "now", "parse"]


def now() -> datetime:
    """The present moment as aware UTC, cut to milliseconds so that storing and replaying it changes nothing."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
