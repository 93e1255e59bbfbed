"""Splits a text into passages and gathers, for each, what the rules and the trained weights make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from facilitator.language import rulebook
from facilitator.language import words as word_lists
from facilitator.language.features import Bag, bag_of
from facilitator.language.passage import Sentence, sentences_of
from facilitator.language.rulebook import Rulebook, Scan
from facilitator.language.words import Words

_PASSAGE_WORDS = 90


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that are judged together, since a later one can take back an earlier one's words."""

    sentences: tuple[Sentence, ...]
    scans: tuple[Scan, ...]
    words: Words

    def words_in(self, text: str) -> str:
        """The passage as it stands in the text that it was read from."""
        return text[self.sentences[0].start : self.sentences[-1].end]

    @property
    def lead(self) -> str:
        """The words said just before that the passage goes on from, in plain form."""
        return self.sentences[0].plain[: self.sentences[0].lead_chars]

    def bag(self) -> Bag:
        return bag_of(self._own, self.scans, self.words)

    def bag_with_lead(self) -> Bag:
        return bag_of(self.lead + self._own, self.scans, self.words)

    def bag_of_lead(self) -> Bag:
        return bag_of(self.lead, (), self.words)

    def bag_of_sentence(self, index: int) -> Bag:
        return bag_of(self.sentences[index].own, self.scans[index : index + 1], self.words)

    @property
    def _own(self) -> str:
        return " | ".join(sentence.own for sentence in self.sentences)


class Reader:
    """Reads one language."""

    def __init__(self, words: Words, rules: Rulebook) -> None:
        self.words = words
        self.rules = rules

    def passages(self, text: str, before: Sequence[str] = ()) -> Iterator[Passage]:
        """Consecutive sentences, about as many words at a time as one utterance has."""
        current: list[Sentence] = []
        size = 0
        for sentence in sentences_of(text, self.words, before):
            if current and size + len(sentence.tokens) > _PASSAGE_WORDS:
                yield self.passage(current)
                current, size = [], 0
            current.append(sentence)
            size += len(sentence.tokens)
        if current:
            yield self.passage(current)

    def passage(self, sentences: Sequence[Sentence]) -> Passage:
        """One passage of the given sentences, searched by the rules."""
        return Passage(tuple(sentences), tuple(self.rules.scan(sentence) for sentence in sentences), self.words)


@cache
def load(language: str) -> Reader:
    """The reader of a language code such as "en"."""
    return Reader(word_lists.load(language), rulebook.load(language))
