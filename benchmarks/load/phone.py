"""A device that behaves as the page does when things break."""

from collections import Counter
from typing import Any, NamedTuple

from benchmarks.load import wire
from benchmarks.load.client import Asked, Client
from benchmarks.load.line import Person
from benchmarks.load.way import Way
from benchmarks.load.wire import Answer

LATER = frozenset({"not_saved", "rate_limited", "conflict"})
"""Codes that mean "not now" rather than "no"."""
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
UNREACHABLE = "unreachable"


class Ack(NamedTuple):
    """One promise that a command is kept."""

    at_s: float
    number: int
    seq: int
    by_http: bool


class Look(NamedTuple):
    """A view that was asked for by HTTP."""

    seq: int
    sections: dict[str, Any]


class Waiting:
    """A command without an answer yet."""

    __slots__ = ("again_s", "asked", "pauses", "posting", "sent_s", "times")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.times = 0
        self.sent_s = 0.0
        self.again_s: float | None = None
        self.pauses = 0
        self.posting = False

    def put_off(self, now_s: float) -> None:
        self.again_s = now_s + PAUSES_S[min(self.pauses, len(PAUSES_S) - 1)]
        self.pauses += 1


class Phone(Client):
    """Every promise and every view that it got is kept, with its time."""

    __slots__ = (
        "acks",
        "away",
        "browser",
        "heard_s",
        "look_s",
        "looks",
        "put_off",
        "resent",
        "told",
        "waiting",
        "way",
    )

    def __init__(self, browser: Person, room: str, person: str, role: str, way: Way) -> None:
        seat = {"seat": person} if browser.seat else {}
        super().__init__(browser.at, room, person, role, {"room": room, **seat}, browser.cookie)
        self.browser = browser
        self.way = way
        self.acks: list[Ack] = []
        self.looks: list[Look] = []
        self.away: list[tuple[float, float]] = []
        """From when until when it had no connection."""
        self.put_off: Counter[str] = Counter()
        """How often it was told "not now", by code."""
        self.resent = 0
        self.waiting: dict[int, Waiting] = {}
        self.told: list[bytes] = []
        """What the server said of the connection itself, and nobody has minded yet."""
        self.heard_s = 0.0
        self.look_s: float | None = None
        """When to ask where the room is."""

    def answered(self, at_s: float, number: int, answer: Answer, by_http: bool = False) -> None:
        """A no stands unless another copy of the same command gets a yes."""
        code = str((answer.error or {}).get("code"))
        waiting = self.waiting.get(number)
        if not answer.ok and code in LATER:
            self.put_off[code] += 1
            if waiting:
                waiting.put_off(at_s)
            return
        self.waiting.pop(number, None)
        if answer.ok:
            self.acks.append(Ack(at_s, number, answer.seq, by_http))
        if number not in self.answers or (answer.ok and not self.answers[number][1].ok):
            self.answers[number] = (at_s, answer)

    def unreached(self, at_s: float, number: int) -> None:
        """Nobody answered by HTTP."""
        self.put_off[UNREACHABLE] += 1
        if number in self.waiting:
            self.waiting[number].put_off(at_s)

    def _take(self, at_s: float, message: bytes) -> None:
        if message.startswith(b"43"):
            self.answered(at_s, *wire.answer(message))
        elif message.startswith((wire.REFUSED, wire.GONE, wire.CLOSED)):
            self.told.append(message)
        else:
            super()._take(at_s, message)
