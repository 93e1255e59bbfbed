"""Writes a kinder version of a flagged sentence: what was seen, what the speaker felt, what they would like."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

import msgspec

from facilitator.language import words as word_lists
from facilitator.language.lexicon import compiled
from facilitator.language.passage import Sentence, tokens_of
from facilitator.language.taxonomy import Category
from facilitator.language.words import Words

_ECHO_WORDS = 3
_CLAUSE = re.compile(r"[^.,;:!?\"()]+")
_NAME = re.compile(r"(?<=[a-zß-ÿ,] )[A-ZÀ-Þ][a-zß-ÿ]{2,}\b(?! ?['’][a-z])")


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a sentence can be about, with plain ways to name it."""

    name: str
    words: str
    things: tuple[str, ...]


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's material for suggestions."""

    form: str
    openings: tuple[str, ...]
    moment: str
    own_clause: str
    closing: tuple[str, ...]
    with_someone: tuple[str, ...]
    feelings: dict[Category, tuple[str, ...]]
    wants: dict[Category, tuple[str, ...]]
    topic: tuple[Topic, ...]
    people: dict[str, str]
    not_people: frozenset[str]


class Writer:
    """Offers suggestions in one language, the most fitting first; the same text always gets the same ones."""

    def __init__(self, phrases: Phrases, words: Words) -> None:
        self._phrases = phrases
        self._words = words
        self._topics = [(compiled(topic.words, {}, words), topic) for topic in phrases.topic]
        self._people = [(compiled(pattern, {}, words), name) for pattern, name in phrases.people.items()]
        self._moment = compiled(phrases.moment, {}, words)
        self._own_clause = compiled(phrases.own_clause, {}, words)

    def offers(self, sentence: Sentence, text: str, span: str, category: Category, recipe: str) -> Iterator[str]:
        """Candidates in order; `span` is the flagged stretch in plain form, which no candidate repeats."""
        seed = crc32(sentence.plain.encode())
        openings = [*self._own_words(sentence, text, span), *self._seen(sentence, recipe, seed)]
        for turn, opening in enumerate(openings):
            offer = self._compose(opening, sentence, text, category, seed + turn)
            if not self._echoes(offer, span):
                yield offer

    def _compose(self, opening: str, sentence: Sentence, text: str, category: Category, seed: int) -> str:
        phrases = self._phrases
        feeling = _choose(phrases.feelings[category], seed)
        want = _choose(phrases.wants[category], seed // 7)
        closing = _choose(phrases.closing, seed // 41).format(want=want)
        who = self._who(sentence, text)
        aside = _choose(phrases.with_someone, seed // 5).format(who=who) if who else ""
        aside = aside[:1] + aside[1:2].upper() + aside[2:]
        return phrases.form.format(opening=opening, feeling=feeling, aside=aside, closing=closing)

    def _own_words(self, sentence: Sentence, text: str, span: str) -> Iterator[str]:
        """The speaker's own account ("when I found ..."), where it stands apart from the flagged stretch."""
        for stretch in _CLAUSE.finditer(sentence.plain):
            clause = stretch.group().strip()
            if self._own_clause.fullmatch(clause) and span not in clause and clause not in span:
                start, end = sentence.locate(stretch.start() + stretch.group().index(clause), stretch.end())
                rest = text[start:end].split(None, 1)[1]
                yield re.sub(r"\bi\b", "I", rest)

    def _seen(self, sentence: Sentence, recipe: str, seed: int) -> Iterator[str]:
        moment = self._moment.search(sentence.plain)
        ending = f" {self._capitalised(moment.group())}" if moment else ""
        for turn, (pattern, topic) in enumerate(self._topics):
            found = pattern.search(sentence.plain)
            if topic.name == recipe or (found and not recipe):
                thing = _choose(topic.things, seed // 3).format(word=found.group() if found else "")
                yield _choose(self._phrases.openings, seed // 13 + turn).format(thing=thing) + ending
        yield _choose(self._phrases.openings, seed // 11).format(thing=self._topics[-1][1].things[0])

    def _who(self, sentence: Sentence, text: str) -> str:
        stretch = text[sentence.start : sentence.end]
        names = [name for name in _NAME.findall(stretch) if name not in self._phrases.not_people]
        if names:
            return str(names[0])
        return next((name for pattern, name in self._people if pattern.search(sentence.plain)), "")

    def _echoes(self, offer: str, span: str) -> bool:
        """Whether the offer repeats as many as three words of the flagged stretch in a row."""
        said = span.split(" ")
        size = min(_ECHO_WORDS, len(said))
        words = [token.text for token in tokens_of(offer, self._words) if token.is_word]
        offered = f" {' '.join(words)} "
        return any(f" {' '.join(said[at : at + size])} " in offered for at in range(len(said) - size + 1))

    def _capitalised(self, moment: str) -> str:
        names = {name.lower(): name for name in self._phrases.not_people}
        return " ".join(names.get(word, word) for word in moment.split(" "))


def _choose(options: Sequence[str], seed: int) -> str:
    return options[seed % len(options)]


@cache
def load(language: str) -> Writer:
    """The writer of a language code such as "en"."""
    path = Path(__file__).with_name("rules") / f"{language}_suggestions.toml"
    phrases = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Phrases)
    return Writer(phrases, word_lists.load(language))
