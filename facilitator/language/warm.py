"""Notices what opens a conversation: kind words, "I" statements, concrete memories, the elements of CRAFT."""

import re
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from facilitator.language import words as word_lists
from facilitator.language.passage import Sentence, sentences_of
from facilitator.language.taxonomy import Finding, Language

BRIEF_WORDS = 150
"""About a minute aloud. Longer than that in one go, and the listener has lost the beginning."""


class Element(StrEnum):
    """The seven elements of positive communication that CRAFT teaches families."""

    BRIEF = "brief"
    POSITIVE = "positive"
    SPECIFIC = "specific"
    FEELINGS = "feelings"
    UNDERSTANDING = "understanding"
    RESPONSIBILITY = "responsibility"
    HELP = "help"


class Warmth(msgspec.Struct, frozen=True):
    """How many sentences hold each element, in the order of `Element`; those without any are left out."""

    sentences: dict[Element, int]

    @property
    def affirmations(self) -> int:
        return self.sentences.get(Element.POSITIVE, 0)

    @property
    def i_statements(self) -> int:
        return self.sentences.get(Element.FEELINGS, 0)

    @property
    def memories(self) -> int:
        return self.sentences.get(Element.SPECIFIC, 0)


class Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one element is known, with the sentences that prove it."""

    what: str
    pattern: str
    hits: tuple[str, ...]
    passes: tuple[str, ...]


def notice(text: str, findings: Sequence[Finding] = (), language: Language = Language.ENGLISH) -> Warmth:
    """Counts by sentence. A sentence that was flagged is not warm, however warm its words."""
    counts = dict.fromkeys(Element, 0)
    sentences = [s for s in sentences_of(text, word_lists.load(language)) if not _is_flagged(s, findings)]
    for sentence in sentences:
        for element, pattern in _patterns(language).items():
            counts[element] += pattern.search(sentence.plain) is not None
    said = sum(token.is_word for sentence in sentences for token in sentence.tokens)
    counts[Element.BRIEF] = int(0 < said <= BRIEF_WORDS and any(counts.values()))
    return Warmth({element: count for element, count in counts.items() if count})


@cache
def marks(language: str) -> dict[Element, Marks]:
    """What the data file of a language says of each element but brevity, which is counted."""
    path = Path(__file__).with_name("rules") / f"{language}_warm.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8"))["elements"], dict[Element, Marks])


@cache
def _patterns(language: str) -> dict[Element, re.Pattern[str]]:
    return {element: re.compile(rf"\b(?:{each.pattern})") for element, each in marks(language).items()}


def _is_flagged(sentence: Sentence, findings: Sequence[Finding]) -> bool:
    return any(f.start < sentence.end and sentence.start < f.end for f in findings)
