"""Sums up how well a set of judged utterances went: recall, false flags by kind, categories, severity."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from facilitator.language.classifier import EVEN, FLAG, LIKELY, MILD, SEVERE, SEVERE_FROM, Header, Margins, Mix
from facilitator.language.examples import Example
from facilitator.language.taxonomy import Category

Mixes = dict[str, Mix]


@dataclass(frozen=True)
class Judged:
    """An utterance and the margin of every head, from weights that never saw its voice."""

    example: Example
    margins: Margins
    second: Margins | None

    def encoded(self, head: str) -> float:
        """The encoder's margin, 0 where there is none."""
        return self.second[head] if self.second else 0.0

    def chance(self, head: str, by: Mix) -> float:
        return by.chance(self.margins[head], self.encoded(head))


def threshold_at(judged: Sequence[Judged], by: Mix, share: float) -> float:
    """The lowest threshold at which at most `share` of the harmless utterances are flagged."""
    harmless = sorted((each.chance(FLAG, by) for each in judged if not each.example.flag), reverse=True)
    return harmless[int(share * len(harmless))] + 1e-6


def figures(title: str, judged: Sequence[Judged], header: Header, threshold: float) -> str:
    """A few lines of text for whoever trains."""
    by = header.both or header.alone
    chances = np.array([each.chance(FLAG, by[FLAG]) for each in judged])
    wanted = np.array([each.example.flag for each in judged])
    flagged = chances >= threshold
    right = int((flagged & wanted).sum())
    precision, recall = right / max(1, flagged.sum()), right / max(1, wanted.sum())
    both = 2 * precision * recall / max(1e-9, precision + recall)
    false_flags = (flagged & ~wanted).sum() / max(1, (~wanted).sum())
    true_flags = [each for each, flag in zip(judged, flagged, strict=True) if flag and each.example.flag]
    return (
        f"{title}: {len(judged)} utterances, threshold {threshold:.3f}\n"
        f"  AUC {roc_auc_score(wanted, chances):.3f}  F1 {both:.3f}  precision {precision:.3f}"
        f"  recall {recall:.3f}  false flags {false_flags:.3f}\n"
        f"  recall by severity {_recall_by_severity(judged, flagged)}\n"
        f"  false flags by kind {_by_kind(judged, flagged)}\n"
        f"  a right category {_share(_first_right(each, by) or _any_right(each, by) for each in true_flags):.3f},"
        f" first {_share(_first_right(each, by) for each in true_flags):.3f},"
        f" severity right {_share(_severity_right(each, by) for each in true_flags):.3f}\n"
        f"  F1 by voice {_by_voice(judged, flagged)}\n"
    )


def _share(answers: Iterable[bool]) -> float:
    listed = list(answers)
    return sum(listed) / max(1, len(listed))


def _first_right(each: Judged, by: Mixes) -> bool:
    first = max(Category, key=lambda category: each.chance(category, by[category]))
    return first in each.example.categories


def _any_right(each: Judged, by: Mixes) -> bool:
    return any(each.chance(category, by[category]) > LIKELY for category in each.example.categories)


def _severity_right(each: Judged, by: Mixes) -> bool:
    severe, mild = (each.chance(head, by[head]) for head in (SEVERE, MILD))
    named = 3 if severe > max(mild, SEVERE_FROM) else 1 if mild > EVEN else 2
    return named == each.example.severity


def _recall_by_severity(judged: Sequence[Judged], flagged: np.ndarray) -> str:
    found: dict[int, list[bool]] = defaultdict(list)
    for each, flag in zip(judged, flagged, strict=True):
        if each.example.flag:
            found[each.example.severity].append(bool(flag))
    return ", ".join(f"{severity}: {_share(found[severity]):.2f}" for severity in sorted(found))


def _by_kind(judged: Sequence[Judged], flagged: np.ndarray) -> str:
    found: dict[str, list[bool]] = defaultdict(list)
    for each, flag in zip(judged, flagged, strict=True):
        if not each.example.flag:
            found[each.example.kind].append(bool(flag))
    return ", ".join(f"{kind} {sum(found[kind])}/{len(found[kind])}" for kind in sorted(found))


def _by_voice(judged: Sequence[Judged], flagged: np.ndarray) -> str:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each, flag in zip(judged, flagged, strict=True):
        counts = found[each.example.voice]
        counts[0] += bool(flag and each.example.flag)
        counts[1] += bool(flag)
        counts[2] += each.example.flag
    return ", ".join(f"{voice} {2 * n[0] / max(1, n[1] + n[2]):.2f}" for voice, n in sorted(found.items()))
