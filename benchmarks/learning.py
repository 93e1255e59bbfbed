"""How much more text helps, and which way of weighing wins: `python -m benchmarks.learning`.

Prints Markdown. Every fourth English voice is judged by what was learned from lines of others. The cut is set on
the judged lines themselves, at the same share of false flags for all. Takes about half an hour.
Needs `requirements-train.txt`.
"""

import sys
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from facilitator.language import Language, train, tune
from facilitator.language.classifier import FLAG
from facilitator.language.examples import Line, voices
from facilitator.language.figures import Judged

SIZES = (500, 1000, 2000, 4000)
FALSE_FLAGS = 0.08
LANGUAGE = Language.ENGLISH


def main() -> None:
    names = voices(LANGUAGE)
    left_out = names[:: train.LEFT_OUT]
    others = train.lines_by(LANGUAGE, [name for name in names if name not in left_out])
    unseen = [line for line in train.lines_by(LANGUAGE, left_out) if line.examples]
    _say(f"{len(unseen)} utterances by {len(left_out)} voices, judged after learning from others.\n")
    _say("| Learned from | way | AUC | F1 at 8 % false flags | recall, severity 3 | 2 | 1 |")
    _say("|---|---|---|---|---|---|---|")
    order = np.random.default_rng(1).permutation(len(others))
    for size in (*SIZES, len(others)):
        _ways([others[at] for at in order[:size]], unseen)
    _frozen(others, unseen)


def _ways(learned: Sequence[Line], unseen: Sequence[Line]) -> None:
    judged = train.Trained.by(LANGUAGE, learned).judge(unseen)
    both = train.mix(judged, FLAG, encoder=True)
    ways: dict[str, Callable[[Judged], float]] = {
        "linear": lambda each: each.margins[FLAG],
        "encoder, tuned": lambda each: each.encoded(FLAG),
        "both": lambda each: each.chance(FLAG, both),
    }
    for way, score in ways.items():
        _row(len(learned), way, unseen, [score(each) for each in judged])


def _frozen(learned: Sequence[Line], unseen: Sequence[Line]) -> None:
    """The encoder as it comes, with logistic regression on its vectors."""
    base = tune.Tuned().eval()
    model = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(list(_vectors(base, learned)), [line.utterance.flag for line in learned])
    scores = model.decision_function(list(_vectors(base, unseen)))
    _row(len(learned), "encoder, frozen", unseen, scores.tolist())


def _vectors(base: tune.Tuned, lines: Sequence[Line]) -> Iterator[list[float]]:
    return (base.vector(line.utterance.text) for line in lines)


def _row(size: int, way: str, unseen: Sequence[Line], scores: Sequence[float]) -> None:
    wanted = np.array([line.utterance.flag for line in unseen])
    severity = np.array([line.utterance.severity for line in unseen])
    values = np.array(scores)
    flagged = values > np.quantile(values[~wanted], 1 - FALSE_FLAGS)
    both = 2 * (flagged & wanted).sum() / (flagged.sum() + wanted.sum())
    recalls = " | ".join(f"{flagged[severity == each].mean():.2f}" for each in (3, 2, 1))
    _say(f"| {size} | {way} | {roc_auc_score(wanted, values):.3f} | {both:.3f} | {recalls} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
