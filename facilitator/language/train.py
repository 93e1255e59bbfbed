"""Trains what the engine of a language weighs by: `python -m facilitator.language.train [--language CODE]`.

Some voices are left out at first and judged by weights that never saw them: how sure to be before flagging is set
on those. Then all voices of the language fit the linear weights that ship. English also has an encoder; it ships
as it judged, without the voices left out, so that what was set by it stays true. Training it takes ten minutes
on two free cores. The voices in `corpus/held` take no part. Needs `requirements-train.txt`.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from facilitator.language import tune, weights
from facilitator.language.classifier import FLAG, FORMAT, HEADS, MILD, SEVERE, WEIGHTS, Header, Mix
from facilitator.language.examples import PLAIN, Example, Line, lines_of, plain_lines, voices
from facilitator.language.figures import Judged, figures, threshold_at
from facilitator.language.taxonomy import Category, Language, Surface
from facilitator.language.weights import Table

ENCODED = frozenset({Language.ENGLISH})
"""The languages with an encoder beside the linear weights."""
LEFT_OUT = 4
"""Every fourth voice is left out at a time."""
_PART_WEIGHT = 0.1
_PLAIN_WEIGHT = 2.0
_SEVERE_WEIGHT = 2.0
# How far signs of the gravest words count towards a flag; found to raise their recall at equal false flags.
_SEVERE_SHARE = 0.15
_COST = 0.5
_CATEGORY_COST = 0.3
# Below the bar of 8 %, since people outside the corpus differ more from its voices than those do from each other.
_FALSE_FLAGS = {Surface.LIVE: 0.05, Surface.DRAFT: 0.065}


@dataclass(frozen=True)
class Heads:
    """Trained linear weights in full precision: one row and one bias a head."""

    table: Table
    rows: dict[str, np.ndarray]
    bias: dict[str, float]

    def judge(self, examples: Sequence[Example]) -> list[Judged]:
        matrix = self.table.matrix(examples)
        margins = {head: np.asarray(matrix @ self.rows[head]).ravel() + self.bias[head] for head in self.rows}
        return [
            Judged(example, {head: float(row[at]) for head, row in margins.items()}, None)
            for at, example in enumerate(examples)
        ]


@dataclass(frozen=True)
class Trained:
    """What some voices of a language have taught."""

    heads: Heads
    encoder: tune.Tuned | None

    @classmethod
    def by(cls, language: Language, lines: Iterable[Line]) -> "Trained":
        learned = [*plain_lines(language), *lines]
        heads = fitted([example for line in learned for example in line.examples])
        return cls(heads, tune.tune([line.utterance for line in learned]) if language in ENCODED else None)

    def judge(self, lines: Iterable[Line]) -> list[Judged]:
        whole = [line.examples[0] for line in lines if line.examples]
        judged = self.heads.judge(whole)
        if self.encoder is None:
            return judged
        seconds = self.encoder.margins([example.text for example in whole])
        return [Judged(each.example, each.margins, second) for each, second in zip(judged, seconds, strict=True)]


def judged_unseen(language: Language, rounds: int) -> tuple[list[Judged], Trained]:
    """Utterances judged by what never saw their voices, and what judged the last of them.

    In `LEFT_OUT` rounds every voice has its turn.
    """
    names = voices(language)
    judged: list[Judged] = []
    for left_out in (names[start::LEFT_OUT] for start in range(rounds)):
        trained = Trained.by(language, lines_by(language, [name for name in names if name not in left_out]))
        judged += trained.judge(lines_by(language, left_out))
    return judged, trained


def lines_by(language: Language, names: Sequence[str]) -> list[Line]:
    """What the named voices say."""
    return [line for name in names for line in lines_of(name, language)]


def fitted(examples: Sequence[Example]) -> Heads:
    """Fits the linear heads; categories and severities learn from what is flagged only."""
    table = Table.of([example for example in examples if example.whole])
    everything = table.matrix(examples)
    flagged = np.flatnonzero([example.flag for example in examples])
    rows: dict[str, np.ndarray] = {}
    bias: dict[str, float] = {}
    for head in HEADS:
        kept = np.arange(len(examples)) if head == FLAG else flagged
        model = _fitted(head, everything[kept], [examples[at] for at in kept.tolist()])
        rows[head], bias[head] = model.coef_.ravel(), float(model.intercept_[0])
    rows[FLAG] = rows[FLAG] + _SEVERE_SHARE * rows[SEVERE]
    bias[FLAG] += _SEVERE_SHARE * bias[SEVERE]
    return Heads(table, rows, bias)


def header(language: Language, heads: Heads, judged: Sequence[Judged]) -> Header:
    """How to weigh, and how sure to be, as learned from utterances that were judged while unseen."""
    alone = {head: mix(judged, head, encoder=False) for head in HEADS}
    both = {head: mix(judged, head, encoder=True) for head in HEADS} if language in ENCODED else {}
    chances = both or alone
    thresholds = {surface: threshold_at(judged, chances[FLAG], share) for surface, share in _FALSE_FLAGS.items()}
    return Header(FORMAT, language, voices(language), heads.bias, alone, both, thresholds, groups=[])


def mix(judged: Sequence[Judged], head: str, *, encoder: bool) -> Mix:
    """Turns the margins of a head into a chance, by those utterances that the head is about."""
    about = [each for each in judged if head == FLAG or each.example.flag]
    margins = np.array([[each.margins[head], each.encoded(head) if encoder else 0.0] for each in about])
    model = LogisticRegression(C=1e3).fit(margins, [_wanted(head, each.example) for each in about])
    linear, second = model.coef_[0]
    return Mix(float(linear), float(second), float(model.intercept_[0]))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", type=Language, default=Language.ENGLISH, choices=list(Language))
    language = parser.parse_args(arguments).language
    judged, trained = judged_unseen(language, rounds=1 if language in ENCODED else LEFT_OUT)
    everything = [*plain_lines(language), *lines_by(language, voices(language))]
    heads = fitted([example for line in everything for example in line.examples])
    head = header(language, heads, judged)
    for surface, threshold in head.thresholds.items():
        sys.stdout.write(figures(f"voices unseen, {surface}", judged, head, threshold))
    weights.write(language, weights.encoded(head, heads.table, heads.rows))
    if trained.encoder is not None:
        tune.pack(trained.encoder, WEIGHTS / f"{language}.onnx")


def _fitted(head: str, matrix: csr_matrix, examples: Sequence[Example]) -> LinearSVC:
    model = LinearSVC(C=_COST) if head == FLAG else LinearSVC(C=_CATEGORY_COST, class_weight="balanced")
    importance = [_importance(head, example) for example in examples]
    return model.fit(matrix, [_wanted(head, example) for example in examples], sample_weight=importance)


def _importance(head: str, example: Example) -> float:
    """The everyday core counts most, sentences of an utterance least; the gravest must not be missed."""
    weight = _PLAIN_WEIGHT if example.voice == PLAIN else 1.0 if example.whole else _PART_WEIGHT
    return weight * _SEVERE_WEIGHT if head == FLAG and example.severity == 3 else weight


def _wanted(head: str, example: Example) -> bool:
    if head == FLAG:
        return example.flag
    if head in (SEVERE, MILD):
        return example.severity == (3 if head == SEVERE else 1)
    return Category(head) in example.categories


if __name__ == "__main__":
    main(sys.argv[1:])
