"""Who is connected to a room that another worker serves: its owner keeps a list in Redis, the others read it."""

import time
from collections.abc import Mapping, Set
from typing import Any

import msgspec

from facilitator.infra import shared

KEPT_S = 5
"""So long after its owner's last word, a list counts for nothing."""
REFRESH_S = 2.0

_PREFIX = "facilitator:presence:"


class Board:
    """What this process tells: what changed at once, the rest often enough to be believed."""

    def __init__(self) -> None:
        self._told: dict[str, Set[str]] = {}
        self._refreshed_s = 0.0

    def tell(self, present: Mapping[str, Set[str]]) -> None:
        """By room, who is connected here. Rooms that are not named any more run out by themselves."""
        now_s = time.monotonic()
        due = now_s - self._refreshed_s >= REFRESH_S
        news = {room: who for room, who in present.items() if due or self._told.get(room) != who}
        if not news:
            return
        try:
            shared.link().ask(lambda client: _write(client, news))
        except shared.Away:
            return
        self._told = dict(present)
        self._refreshed_s = now_s if due else self._refreshed_s


def of(room: str) -> frozenset[str]:
    """Who is connected elsewhere; nobody, as far as we can tell, where Redis does not say."""
    try:
        told = shared.link().ask(lambda client: client.get(_PREFIX + room))
    except shared.Away:
        return frozenset()
    return frozenset(msgspec.json.decode(told, type=list[str])) if told else frozenset()


def _write(client: Any, news: Mapping[str, Set[str]]) -> None:
    with client.pipeline(transaction=False) as batch:
        for room, who in news.items():
            batch.set(_PREFIX + room, msgspec.json.encode(sorted(who)), ex=KEPT_S)
        batch.execute()
