"""How a moment is written on the wire. Pure: it never asks what time it is."""

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """ISO 8601 UTC with milliseconds, as every time on the wire is written."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The inverse of `iso`. Raises ValueError."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
