"""Turns bags into a sparse matrix for training, and trained rows into the compact file that ships."""

import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import msgspec
import numpy as np
from scipy.sparse import csr_matrix

from facilitator.language.classifier import HEADS, RARITY_STEPS, WEIGHTS, ZERO, GroupHeader, Header
from facilitator.language.examples import Example
from facilitator.language.features import GROUPS, UNSCALED

_FEWEST_UTTERANCES = 2
_TOP = 127


@dataclass(frozen=True)
class Table:
    """The known features of each group, with how rare they are."""

    places: dict[str, dict[int, int]]
    rarities: dict[str, np.ndarray]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "Table":
        places: dict[str, dict[int, int]] = {}
        rarities: dict[str, np.ndarray] = {}
        for group in GROUPS:
            counts = Counter(each for example in examples for each in example.bag[group])
            known = sorted(each for each, count in counts.items() if count >= _FEWEST_UTTERANCES)
            places[group] = {each: place for place, each in enumerate(known)}
            rarities[group] = np.array([_rarity(counts[each], len(examples), group) for each in known])
        return cls(places, rarities)

    def matrix(self, examples: Sequence[Example]) -> csr_matrix:
        """One row an example, scaled exactly as the classifier scales a vector."""
        data: list[float] = []
        columns: list[int] = []
        starts = [0]
        for example in examples:
            base = 0
            for group, weight in GROUPS.items():
                known, rarity = self.places[group], self.rarities[group]
                found = [known[each] for each in example.bag[group] if each in known]
                length = sqrt(sum(rarity[place] ** 2 for place in found))
                factor = weight if group == UNSCALED else weight / (length or 1.0)
                data += [factor * float(rarity[place]) for place in found]
                columns += [base + place for place in found]
                base += len(known)
            starts.append(len(data))
        return csr_matrix((data, columns, starts), shape=(len(examples), self.width))

    @property
    def width(self) -> int:
        return sum(len(known) for known in self.places.values())


def write(language: str, packed: bytes) -> None:
    """Puts the weights of a language where the engine reads them."""
    WEIGHTS.mkdir(exist_ok=True)
    (WEIGHTS / f"{language}.bin").write_bytes(packed)


def encoded(header: Header, table: Table, rows: dict[str, np.ndarray]) -> bytes:
    """The bytes of a weights file."""
    groups: list[GroupHeader] = []
    body = bytearray()
    base = 0
    for group, known in table.places.items():
        body += struct.pack(f"<{len(known)}I", *known)
        body += bytes(round(rarity * RARITY_STEPS) for rarity in table.rarities[group])
        steps: dict[str, float] = {}
        for head in HEADS:
            row = rows[head][base : base + len(known)] * table.rarities[group]
            steps[head] = float(np.abs(row).max()) / _TOP or 1.0
            body += bytes(round(each / steps[head]) + ZERO for each in row)
        groups.append(GroupHeader(group, len(known), steps))
        base += len(known)
    head_line = msgspec.json.encode(msgspec.structs.replace(header, groups=groups))
    return head_line + b"\n" + bytes(body)


def _rarity(count: int, total: int, group: str) -> float:
    """How rare a feature is, in the steps that the file stores; signals from rules all count as one."""
    if group == UNSCALED:
        return 1.0
    return min(255, round((log((1 + total) / (1 + count)) + 1) * RARITY_STEPS)) / RARITY_STEPS
