"""Measures the language engine on voices it never saw, beside three packages: `python -m benchmarks.language`.

Prints Markdown. In each round every fourth voice is left out and judged by weights that come from the others; with
four rounds (`--rounds 4`) each voice has its turn. A round of English takes some ten minutes. With `--held` the
engine that ships judges the voices in `corpus/held`, which nothing was trained on or tuned to.
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

from facilitator.language import Examination, Language, Surface, classifier, encoder, train, weights
from facilitator.language.engine import Engine
from facilitator.language.examples import Utterance, utterances_of, voices
from facilitator.language.taxonomy import Category

_HELD = "held"
_RESAMPLES = 400
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
    parser.add_argument("--language", type=Language, default=Language.ENGLISH, choices=list(Language))
    parser.add_argument("--rounds", type=int, default=1, choices=range(1, train.LEFT_OUT + 1))
    parser.add_argument("--held", action="store_true")
    given = parser.parse_args(arguments)
    started = time.monotonic()
    rows = list(_of_held() if given.held else _of_unseen(given.language, given.rounds))
    _print_tables(rows)
    if given.held:
        _print_speed([row.of.text for row in rows])
    _say(f"\nMeasured in {time.monotonic() - started:.0f} s.")


def _of_held() -> Iterator[Row]:
    engine = Engine(classifier.load("en"), encoder.load("en"))
    for voice in voices(_HELD):
        yield from (_row(engine, voice, utterance) for utterance in utterances_of(voice, _HELD))


def _of_unseen(language: Language, rounds: int) -> Iterator[Row]:
    names = voices(language)
    for left_out in (names[start :: train.LEFT_OUT] for start in range(rounds)):
        learned = train.lines_by(language, [name for name in names if name not in left_out])
        trained = train.Trained.by(language, learned)
        judged = trained.judge(train.lines_by(language, left_out))
        head = train.header(language, trained.heads, judged)
        packed = weights.encoded(head, trained.heads.table, trained.heads.rows)
        engine = Engine(classifier.decoded(packed), trained.encoder)
        for voice in left_out:
            yield from (_row(engine, voice, utterance) for utterance in utterances_of(voice, language))


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


def _print_speed(texts: Sequence[str]) -> None:
    """One utterance after the other on one thread, as the engine ships."""
    engine = Engine(classifier.load("en"), encoder.load("en"))
    took_ms = []
    for text in texts:
        started = time.perf_counter()
        engine.examine(text)
        took_ms.append((time.perf_counter() - started) * 1000)
    half, most = np.quantile(took_ms, [0.5, 0.95])
    a_second = 1000 * len(took_ms) / sum(took_ms)
    _say(f"\nSpeed: half take at most {half:.1f} ms, 95 % {most:.1f} ms; {a_second:.0f} a second on one thread.")


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
