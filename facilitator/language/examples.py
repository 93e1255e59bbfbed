"""Reads the corpus as examples to learn from: whole utterances, and their sentences by themselves."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from facilitator.language import reader
from facilitator.language.features import Bag
from facilitator.language.passage import Sentence, sentences_of
from facilitator.language.reader import Reader
from facilitator.language.taxonomy import Category

_CORPUS = Path(__file__).with_name("corpus")
_MOST_OF_IT = 0.6
PLAIN = "plain"


class Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Short sentences that belong to no voice, as they pass and as they are flagged."""

    passes: tuple[str, ...]
    flagged: dict[Category, tuple[str, ...]]


class Utterance(msgspec.Struct, frozen=True):
    """One line of a voice's file."""

    text: str
    flag: bool
    categories: tuple[Category, ...]
    severity: int
    span: str | None
    register: str
    kind: str


@dataclass(frozen=True)
class Example:
    """An utterance, or one of its sentences, with what a reader should say about it."""

    voice: str
    text: str
    bag: Bag
    flag: bool
    categories: tuple[Category, ...]
    severity: int
    kind: str
    whole: bool


@dataclass(frozen=True)
class Line:
    """An utterance as it was written, and the examples made of it: the whole first, then its sentences."""

    utterance: Utterance
    examples: tuple[Example, ...]


def voices(language: str) -> list[str]:
    """Names of the voices in one part of the corpus: a language that is trained on, or "held"."""
    return sorted(path.stem for path in (_CORPUS / language).glob("*.jsonl"))


def utterances_of(voice: str, language: str) -> list[Utterance]:
    lines = (_CORPUS / language / f"{voice}.jsonl").read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Utterance) for line in lines if line.strip()]


def lines_of(voice: str, language: str) -> Iterator[Line]:
    """Each utterance with what can be learned from it."""
    for utterance in utterances_of(voice, language):
        yield Line(utterance, tuple(_examples_of(voice, utterance, reader.load(language))))


def _examples_of(voice: str, utterance: Utterance, reads: Reader) -> Iterator[Example]:
    """The utterance; then, where it has several sentences, each of those whose label is certain."""
    sentences = sentences_of(utterance.text, reads.words)
    if sentences:
        passage = reads.passage(sentences)
        yield _example(voice, utterance, passage.bag(), utterance.flag, whole=True)
        if len(sentences) > 1:
            for index, sentence in enumerate(sentences):
                label = _label(utterance, sentence)
                if label is not None:
                    bag = passage.bag_of_sentence(index)
                    yield _example(voice, utterance, bag, label, whole=False)


def plain_lines(language: str) -> Iterator[Line]:
    """The everyday core of the language, for training only."""
    for utterance in _plain_utterances(language):
        yield Line(utterance, tuple(_examples_of(PLAIN, utterance, reader.load(language)))[:1])


def _plain_utterances(language: str) -> Iterator[Utterance]:
    path = Path(__file__).with_name("rules") / f"{language}_plain.toml"
    plain = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Plain)
    for text in plain.passes:
        yield _plain(text, ())
    for category, texts in plain.flagged.items():
        yield from (_plain(text, (category,)) for text in texts)


def _plain(text: str, categories: tuple[Category, ...]) -> Utterance:
    flag = bool(categories)
    kind = categories[0] if flag else "other"
    return Utterance(text, flag, categories, 2 if flag else 0, text if flag else None, "written", kind)


def _example(voice: str, of: Utterance, bag: Bag, flag: bool, *, whole: bool) -> Example:
    return Example(voice, of.text, bag, flag, of.categories, of.severity if flag else 0, of.kind, whole)


def _label(utterance: Utterance, sentence: Sentence) -> bool | None:
    """Whether the sentence holds the flagged stretch; None where it holds a part of it."""
    if not utterance.flag:
        return False
    start = utterance.text.find(utterance.span or "")
    if utterance.span is None or start < 0:
        return None
    end = start + len(utterance.span)
    shared = min(end, sentence.end) - max(start, sentence.start)
    if shared <= 0:
        return False
    covered = shared / min(end - start, sentence.end - sentence.start)
    return True if covered >= _MOST_OF_IT else None
