"""Weighs a passage's features with trained weights: how likely a flag is, which categories, how severe."""

import sys
from array import array
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

import msgspec

from facilitator.language.features import GROUPS, UNSCALED, Bag
from facilitator.language.taxonomy import Category, Surface

FORMAT = 1
FLAG, SEVERE, MILD = "flag", "severe", "mild"
HEADS = (FLAG, SEVERE, MILD, *Category)
RARITY_STEPS = 32


class GroupHeader(msgspec.Struct, frozen=True):
    """How one group of features is stored: `size` hashes and rarities, then a row of `size` weights a head."""

    name: str
    size: int
    steps: dict[str, float]


class Header(msgspec.Struct, frozen=True):
    """The first line of a weights file; the arrays follow in the order of the groups."""

    format: int
    language: str
    trained_on: list[str]
    bias: dict[str, float]
    slope: float
    offset: float
    thresholds: dict[Surface, float]
    groups: list[GroupHeader]


@dataclass(frozen=True, slots=True)
class _Group:
    places: dict[int, int]
    rarities: bytes
    rows: dict[str, "array[int]"]
    steps: dict[str, float]


Vector = list[tuple[_Group, list[int], float]]


class Classifier:
    """One language's trained weights."""

    def __init__(self, header: Header, body: bytes) -> None:
        self.header = header
        self._groups = dict(_groups(header, body))

    def vector(self, bag: Bag) -> Vector:
        """The known features of a bag, each group with the factor that scales it."""
        vector: Vector = []
        for name, weight in GROUPS.items():
            group = self._groups[name]
            places = [group.places[each] for each in bag[name] if each in group.places]
            if places:
                vector.append((group, places, weight if name == UNSCALED else weight / _length(group, places)))
        return vector

    def margin(self, vector: Vector, head: str) -> float:
        """How far a head leans to yes (above 0) or no."""
        total = self.header.bias[head]
        for group, places, factor in vector:
            row = group.rows[head]
            total += factor * group.steps[head] * sum([row[place] for place in places])
        return total

    def probability(self, vector: Vector) -> float:
        """The calibrated chance that the passage should be flagged."""
        return 1 / (1 + exp(-(self.header.slope * self.margin(vector, FLAG) + self.header.offset)))

    def categories(self, vector: Vector) -> list[Category]:
        """The most likely category, then any others that lean to yes."""
        margins = {category: self.margin(vector, category) for category in Category}
        ordered = sorted(margins, key=lambda category: -margins[category])
        return [category for place, category in enumerate(ordered) if place == 0 or margins[category] > 0]

    def severity(self, vector: Vector) -> int:
        """1, 2 or 3, given that the passage is flagged."""
        if self.margin(vector, SEVERE) > 0:
            return 3
        return 1 if self.margin(vector, MILD) > 0 else 2


def load(language: str) -> Classifier:
    """The trained weights of a language code such as "en"; raises ValueError for a file of another format."""
    path = Path(__file__).with_name("weights") / f"{language}.bin"
    head, _, body = path.read_bytes().partition(b"\n")
    header = msgspec.json.decode(head, type=Header)
    if header.format != FORMAT:
        raise ValueError(f"{path.name} has format {header.format}; run `train` again to write format {FORMAT}")
    return Classifier(header, body)


def _groups(header: Header, body: bytes) -> list[tuple[str, _Group]]:
    found = []
    at = 0
    for group in header.groups:
        hashes, at = _numbers("I", body, at, group.size)
        rarities, at = body[at : at + group.size], at + group.size
        rows = {}
        for head in HEADS:
            rows[head], at = _numbers("b", body, at, group.size)
        places = {each: place for place, each in enumerate(hashes)}
        found.append((group.name, _Group(places, rarities, rows, group.steps)))
    return found


def _numbers(kind: str, body: bytes, at: int, count: int) -> "tuple[array[int], int]":
    """`count` little-endian numbers from `body`, and where they end."""
    numbers = array(kind)
    end = at + count * numbers.itemsize
    numbers.frombytes(body[at:end])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers, end


def _length(group: _Group, places: list[int]) -> float:
    rarities = group.rarities
    return sqrt(sum([rarities[place] ** 2 for place in places])) / RARITY_STEPS
