"""Splits a text into passages and gathers, for each, what the rules and the trained weights make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from facilitator.language.features import Bag, bag_of
from facilitator.language.passage import Sentence, sentences_of
from facilitator.language.rulebook import ENGLISH, Scan

_PASSAGE_WORDS = 90


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that are judged together, since a later one can take back an earlier one's words."""

    sentences: tuple[Sentence, ...]
    scans: tuple[Scan, ...]

    def bag(self) -> Bag:
        return bag_of(" | ".join(sentence.own for sentence in self.sentences), self.scans)

    def bag_of_sentence(self, index: int) -> Bag:
        return bag_of(self.sentences[index].own, self.scans[index : index + 1])


def passages_of(text: str, before: Sequence[str] = ()) -> Iterator[Passage]:
    """Consecutive sentences, about as many words at a time as one utterance has."""
    current: list[Sentence] = []
    size = 0
    for sentence in sentences_of(text, before):
        if current and size + len(sentence.tokens) > _PASSAGE_WORDS:
            yield read(current)
            current, size = [], 0
        current.append(sentence)
        size += len(sentence.tokens)
    if current:
        yield read(current)


def read(sentences: Sequence[Sentence]) -> Passage:
    """One passage of the given sentences, searched by the rules."""
    return Passage(tuple(sentences), tuple(ENGLISH.scan(sentence) for sentence in sentences))
