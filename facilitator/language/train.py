"""Trains the weights from the corpus: `python -m facilitator.language.train [--hold-out VOICE ...]`.

Figures come from voices that the weights of that round never saw. With `--hold-out`, those voices take no part in
training and are judged at the end; nothing is written. Without it, all voices train the file that ships.
Needs `requirements-train.txt`.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from facilitator.language import weights
from facilitator.language.classifier import FLAG, FORMAT, HEADS, MILD, SEVERE, Header
from facilitator.language.examples import PLAIN, Example, examples_of, plain_examples, voices
from facilitator.language.figures import Judged, figures, threshold_at
from facilitator.language.taxonomy import Category, Surface
from facilitator.language.weights import Table

_PART_WEIGHT = 0.1
_PLAIN_WEIGHT = 2.0
_SEVERE_WEIGHT = 2.0
_ROUNDS = 12
# How far signs of the gravest words count towards a flag; found to raise their recall at equal false flags.
_SEVERE_SHARE = 0.15
FLAG_HEADS = (FLAG, SEVERE)
_COST = 0.5
_CATEGORY_COST = 0.3
# Below the bar of 8 %, since people outside the corpus differ more from its voices than those do from each other.
_FALSE_FLAGS = {Surface.LIVE: 0.055, Surface.DRAFT: 0.075}


@dataclass(frozen=True)
class Heads:
    """Trained weights in full precision: one row and one bias a head."""

    table: Table
    rows: dict[str, np.ndarray]
    bias: dict[str, float]

    def judge(self, examples: Sequence[Example]) -> list[Judged]:
        matrix = self.table.matrix(examples)
        margins = {head: np.asarray(matrix @ self.rows[head]).ravel() + self.bias[head] for head in self.rows}
        return [
            Judged(example, {head: float(row[at]) for head, row in margins.items()})
            for at, example in enumerate(examples)
        ]


def train(examples: Sequence[Example], heads: Sequence[str] = HEADS) -> Heads:
    """Fits the heads, at the least `FLAG_HEADS`; categories and severities learn from what is flagged only."""
    table = Table.of([example for example in examples if example.whole])
    everything = table.matrix(examples)
    flagged = np.flatnonzero([example.flag for example in examples])
    rows: dict[str, np.ndarray] = {}
    bias: dict[str, float] = {}
    for head in heads:
        kept = np.arange(len(examples)) if head == FLAG else flagged
        model = _fitted(head, everything[kept], [examples[at] for at in kept])
        rows[head], bias[head] = model.coef_.ravel(), float(model.intercept_[0])
    rows[FLAG] = rows[FLAG] + _SEVERE_SHARE * rows[SEVERE]
    bias[FLAG] += _SEVERE_SHARE * bias[SEVERE]
    return Heads(table, rows, bias)


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


def across_voices(
    examples: Sequence[Example], rounds: int = _ROUNDS, heads: Sequence[str] = HEADS
) -> list[Judged]:
    """Every utterance judged by weights that never saw its voice; a few voices are left out in each round."""
    judged: list[Judged] = []
    names = sorted({example.voice for example in examples} - {PLAIN})
    for left_out in (set(names[start::rounds]) for start in range(min(rounds, len(names)))):
        trained = train([example for example in examples if example.voice not in left_out], heads)
        judged += trained.judge([each for each in examples if each.voice in left_out and each.whole])
    return judged


def packed(examples: Sequence[Example], judged: Sequence[Judged]) -> bytes:
    """A weights file learned from the examples, with thresholds set on how they were judged while unseen."""
    slope, offset = calibrated(judged)
    heads = train(examples)
    names = sorted({example.voice for example in examples} - {PLAIN})
    header = Header(FORMAT, "en", names, heads.bias, slope, offset, thresholds(judged), groups=[])
    return weights.encoded(header, heads.table, heads.rows)


def thresholds(judged: Sequence[Judged]) -> dict[Surface, float]:
    """For each surface, the threshold that keeps its share of false flags."""
    slope, offset = calibrated(judged)
    return {surface: threshold_at(judged, slope, offset, share) for surface, share in _FALSE_FLAGS.items()}


def calibrated(judged: Sequence[Judged]) -> tuple[float, float]:
    """Slope and offset that turn a margin into a probability."""
    margins = np.array([[each.margins[FLAG]] for each in judged])
    model = LogisticRegression(C=1e6).fit(margins, [each.example.flag for each in judged])
    return float(model.coef_[0][0]), float(model.intercept_[0])


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hold-out", nargs="*", default=[], metavar="VOICE")
    held = set(parser.parse_args(arguments).hold_out)
    names = [name for name in voices() if name not in held]
    examples = [*plain_examples(), *(example for name in names for example in examples_of(name))]
    judged = across_voices(examples)
    _report("voices unseen", judged, judged)
    if held:
        unseen = [each for name in sorted(held) for each in examples_of(name) if each.whole]
        _report("held out", train(examples).judge(unseen), judged)
    else:
        ready = packed(examples, judged)
        weights.write("en", ready)
        sys.stdout.write(f"wrote {len(ready)} bytes\n")


def _report(title: str, judged: Sequence[Judged], known: Sequence[Judged]) -> None:
    """`known` are the utterances by which the thresholds are set."""
    slope, offset = calibrated(known)
    for surface, threshold in thresholds(known).items():
        sys.stdout.write(figures(f"{title}, {surface}", judged, slope, offset, threshold))


if __name__ == "__main__":
    main(sys.argv[1:])
