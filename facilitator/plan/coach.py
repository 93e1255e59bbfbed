"""Reads a draft as the room will hear it: what may hurt, what warms, how long it takes. Advises, never blocks."""

import math

import msgspec

from facilitator import language
from facilitator.plan.prepared import read_aloud_s


class Hint(msgspec.Struct, frozen=True):
    """`start` and `end` are character offsets; severity 1 is a tip about wording, 3 will stop the conversation."""

    start: int
    end: int
    category: str
    severity: int
    why: str
    suggestion: str


class Advice(msgspec.Struct, frozen=True):
    """`warmth` counts sentences by the element of positive communication that they hold."""

    hints: tuple[Hint, ...]
    warmth: dict[str, int]
    words: int
    read_s: int


def advise(text: str, spoken: language.Language) -> Advice:
    found = language.examine(text, surface=language.Surface.DRAFT, language=spoken).findings
    words = len(text.split())
    return Advice(
        hints=tuple(Hint(f.start, f.end, f.category, f.severity, f.why, f.suggestion) for f in found),
        warmth={element.value: count for element, count in language.notice(text, found, spoken).sentences.items()},
        words=words,
        read_s=math.ceil(read_aloud_s(words)),
    )
