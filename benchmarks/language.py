"""Measures the language engine on voices it never saw, beside three packages: `python -m benchmarks.language`.

Prints Markdown. The weights that judge a voice, and their thresholds, come from the other voices only. With
`--only VOICE ...` the weights come from all other voices at once and only the named ones are judged.
Needs `requirements-train.txt`.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from better_profanity import profanity
from profanity_check import predict_prob
from sklearn.metrics import roc_auc_score
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from facilitator.language import Examination, Surface, classifier, train
from facilitator.language.classifier import FLAG
from facilitator.language.engine import Engine
from facilitator.language.examples import Example, Utterance, examples_of, plain_examples, utterances_of, voices
from facilitator.language.taxonomy import Category

_GROUPS = 10
_INNER_ROUNDS = 4
_RESAMPLES = 400
_CURVE = (500, 1000, 2000)
_ALL = "all of the others"
_CURVE_FALSE_FLAGS = 0.055
_VADER_NEGATIVE = -0.05
_OURS = "this engine, live"
_SYSTEMS = (_OURS, "this engine, draft", "vaderSentiment", "alt-profanity-check", "better-profanity")


@dataclass(frozen=True)
class Row:
    """One utterance with each system's score and verdict, and what the engine found in it."""

    voice: str
    of: Utterance
    scores: dict[str, float]
    flags: dict[str, bool]
    found: Examination


Name = TypeVar("Name")
Rows = Sequence[Row]
Figure = Callable[[Rows], float]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], metavar="VOICE")
    only = parser.parse_args(arguments).only
    started = time.monotonic()
    by_voice = {name: list(examples_of(name)) for name in voices()}
    groups = [only] if only else [list(by_voice)[start::_GROUPS] for start in range(_GROUPS)]
    rows = [row for group in groups for row in _judged(group, by_voice)]
    _print_tables(rows)
    if not only:
        _print_curve(by_voice, groups)
    _say(f"\nMeasured in {time.monotonic() - started:.0f} s.")


def _judged(group: Sequence[str], by_voice: dict[str, list[Example]]) -> Iterator[Row]:
    """The voices of a group, judged by weights and thresholds that come from the others."""
    seen = [*plain_examples(), *(each for name in by_voice if name not in group for each in by_voice[name])]
    known = train.across_voices(seen, _INNER_ROUNDS, train.FLAG_HEADS)
    engine = Engine(classifier.decoded(train.packed(seen, known)))
    for voice in group:
        yield from (_row(engine, voice, utterance) for utterance in utterances_of(voice))


def _row(engine: Engine, voice: str, of: Utterance) -> Row:
    live = engine.examine(of.text)
    draft = engine.examine(of.text, surface=Surface.DRAFT)
    mood = -_VADER.polarity_scores(of.text)["compound"]
    rude = float(predict_prob([of.text])[0])
    swears = bool(profanity.contains_profanity(of.text))
    scores = (live.score, draft.score, mood, rude, float(swears))
    flags = (bool(live.findings), bool(draft.findings), mood >= -_VADER_NEGATIVE, rude >= 0.5, swears)
    return Row(voice, of, dict(zip(_SYSTEMS, scores, strict=True)), dict(zip(_SYSTEMS, flags, strict=True)), live)


def _print_tables(rows: Rows) -> None:
    bad, fine = [row for row in rows if row.of.flag], [row for row in rows if not row.of.flag]
    _say(
        f"{len(rows)} utterances by {len({row.voice for row in rows})} voices, {len(bad)} of them to be flagged.\n"
    )
    _table("System", _SYSTEMS, lambda system: _overall(system, rows, bad, fine))
    _say("\nWhat the engine says of what it rightly flags (live):\n")
    hits = [row for row in bad if row.flags[_OURS]]
    shares: dict[str, Figure] = {
        "any right category": _share(_names_one),
        "first category right": _share(lambda row: row.found.findings[0].category in row.of.categories),
        "touches the marked span": _share(_touches),
        "severity right": _share(lambda row: max(each.severity for each in row.found.findings) == row.of.severity),
    }
    _table("Share", shares, lambda name: {"engine": _with_range(shares[name], hits)})
    for title, kinds, key, some in (
        ("Recall, category", list(Category), lambda row: row.of.categories, bad),
        ("False flags, kind", sorted({row.of.kind for row in fine}), lambda row: [row.of.kind], fine),
    ):
        _say("")
        _table(title, kinds, lambda kind, key=key, some=some: _of_all([row for row in some if kind in key(row)]))
    for title, key in (("Register", lambda row: row.of.register), ("Voice", lambda row: row.voice)):
        _say("")
        names = sorted({key(row) for row in rows})
        _table(title, names, lambda name, key=key: _in_part([row for row in rows if key(row) == name]))


def _overall(system: str, rows: Rows, bad: Rows, fine: Rows) -> dict[str, str]:
    recalls = {
        f"recall {severity}": _with_range(_flagged(system), [row for row in bad if row.of.severity == severity])
        for severity in (3, 2, 1)
    }
    return {
        "F1": _with_range(_f1(system), rows),
        "false flags": _with_range(_flagged(system), fine),
        "AUC": _with_range(_auc(system), rows),
        **recalls,
    }


def _of_all(some: Rows) -> dict[str, str]:
    cells = {system: f"{_flagged(system)(some):.2f}" for system in _SYSTEMS[1:]}
    return {"n": str(len(some)), _OURS: _with_range(_flagged(_OURS), some), **cells}


def _in_part(some: Rows) -> dict[str, str]:
    fine = [row for row in some if not row.of.flag]
    peers = {f"F1 {system}": f"{_f1(system)(some):.2f}" for system in _SYSTEMS[2:]}
    return {
        "n": str(len(some)),
        "F1": _with_range(_f1(_OURS), some),
        "false flags": _with_range(_flagged(_OURS), fine),
        "AUC": f"{_auc(_OURS)(some):.2f}",
        **peers,
    }


def _print_curve(by_voice: dict[str, list[Example]], groups: Sequence[Sequence[str]]) -> None:
    """How well unseen voices are told apart after learning from so many utterances, drawn from the others."""
    _say(
        "\nThe learning curve (trained weights alone, without the sure rules;"
        " the cut is set on the judged lines themselves):\n"
    )
    _table("Utterances to learn from", [*_CURVE, _ALL], lambda size: _point(size, by_voice, groups))


def _point(size: int | str, by_voice: dict[str, list[Example]], groups: Sequence[Sequence[str]]) -> dict[str, str]:
    margins: list[float] = []
    wanted: list[bool] = []
    for number, group in enumerate(groups):
        families = [each for name in by_voice if name not in group for each in _families(by_voice[name])]
        kept = np.random.default_rng(number).permutation(len(families))[: None if isinstance(size, str) else size]
        heads = train.train([*plain_examples(), *(each for at in kept for each in families[at])], train.FLAG_HEADS)
        unseen = [each for name in group for each in by_voice[name] if each.whole]
        margins += [judged.margins[FLAG] for judged in heads.judge(unseen)]
        wanted += [each.flag for each in unseen]
    values, truth = np.array(margins), np.array(wanted)
    flagged = values > np.quantile(values[~truth], 1 - _CURVE_FALSE_FLAGS)
    both = 2 * (flagged & truth).sum() / (flagged.sum() + truth.sum())
    return {
        "AUC": f"{roc_auc_score(truth, values):.3f}",
        f"F1 at {_CURVE_FALSE_FLAGS:.1%} false flags": f"{both:.3f}",
        "recall there": f"{flagged[truth].mean():.3f}",
    }


def _families(examples: Sequence[Example]) -> list[list[Example]]:
    """Each utterance together with its sentences."""
    families: list[list[Example]] = []
    for example in examples:
        if example.whole:
            families.append([])
        families[-1].append(example)
    return families


def _names_one(row: Row) -> bool:
    return any(category in row.of.categories for each in row.found.findings for category in each.categories)


def _touches(row: Row) -> bool:
    start = row.of.text.find(row.of.span or "")
    end = start + len(row.of.span or "")
    return any(each.start < end and start < each.end for each in row.found.findings)


def _share(holds: Callable[[Row], bool]) -> Figure:
    return lambda rows: float(np.mean([holds(row) for row in rows])) if rows else float("nan")


def _flagged(system: str) -> Figure:
    return _share(lambda row: row.flags[system])


def _f1(system: str) -> Figure:
    def figure(rows: Rows) -> float:
        right = sum(row.flags[system] and row.of.flag for row in rows)
        return 2 * right / max(1, sum(row.flags[system] + row.of.flag for row in rows))

    return figure


def _auc(system: str) -> Figure:
    def figure(rows: Rows) -> float:
        wanted = [row.of.flag for row in rows]
        return float(roc_auc_score(wanted, [row.scores[system] for row in rows])) if len(set(wanted)) == 2 else 0.5

    return figure


def _with_range(figure: Figure, rows: Rows) -> str:
    """The figure with its 95 % interval, for which whole voices are drawn again (of one voice, its utterances)."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(row.voice, []).append(row)
    pieces = list(parts.values()) if len(parts) > 1 else [[row] for row in rows]
    if not pieces:
        return "none"
    draws = np.random.default_rng(1).integers(0, len(pieces), (_RESAMPLES, len(pieces)))
    values = [figure([row for at in draw for row in pieces[at]]) for draw in draws]
    low, high = np.quantile(values, [0.025, 0.975])
    return f"{figure(rows):.2f} ({low:.2f}-{high:.2f})"


def _table(title: str, names: Iterable[Name], cells: Callable[[Name], dict[str, str]]) -> None:
    for number, name in enumerate(names):
        row = cells(name)
        if number == 0:
            _say(f"| {title} | {' | '.join(row)} |")
            _say("|---" * (len(row) + 1) + "|")
        _say(f"| {name} | {' | '.join(row.values())} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


_VADER = SentimentIntensityAnalyzer()

if __name__ == "__main__":
    main(sys.argv[1:])
