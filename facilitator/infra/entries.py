"""One entry of an append-only log, as a plain value."""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

E = TypeVar("E")


class Entry(msgspec.Struct, Generic[E], frozen=True):
    """What one command did: `seq` counts from 1 within the stream, `at` is aware UTC."""

    seq: int
    at: datetime
    actor: str
    events: tuple[E, ...]
