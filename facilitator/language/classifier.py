"""Weighs a passage's features with trained weights: how likely a flag is, which categories, how severe."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path
from typing import Protocol

import msgspec

from facilitator.language.features import GROUPS, UNSCALED, Bag
from facilitator.language.taxonomy import Category, Surface

WEIGHTS = Path(__file__).with_name("weights")
FORMAT = 2
FLAG, SEVERE, MILD = "flag", "severe", "mild"
HEADS = (FLAG, SEVERE, MILD, *Category)
RARITY_STEPS = 32
EVEN = 0.5
SEVERE_FROM = 0.4
"""It is worse to call a grave word light than the other way round."""
LIKELY = 0.13
"""A category beside the likeliest is named from this chance on."""
ZERO = 128  # weights are stored as bytes around this


class GroupHeader(msgspec.Struct, frozen=True):
    """How one group of features is stored: `size` hashes and rarities, then a row of `size` weights a head."""

    name: str
    size: int
    steps: dict[str, float]


class Mix(msgspec.Struct, frozen=True):
    """How margins become a calibrated chance; `encoder` is 0 where the linear weights are asked alone."""

    linear: float
    encoder: float
    offset: float

    def chance(self, linear: float, encoder: float = 0.0) -> float:
        return 1 / (1 + exp(-(self.linear * linear + self.encoder * encoder + self.offset)))


class Header(msgspec.Struct, frozen=True):
    """The first line of a weights file; the arrays follow in the order of the groups.

    `alone` mixes for the linear weights by themselves, `both` for them and the encoder, a mix for each head.
    """

    format: int
    language: str
    trained_on: list[str]
    bias: dict[str, float]
    alone: dict[str, Mix]
    both: dict[str, Mix]
    thresholds: dict[Surface, float]
    groups: list[GroupHeader]


@dataclass(frozen=True, slots=True)
class _Group:
    places: dict[int, int]
    rarities: bytes
    rows: dict[str, bytes]
    steps: dict[str, float]


Vector = list[tuple[_Group, list[int], float]]
Margins = dict[str, float]
"""By head: how far it leans to yes (above 0) or no."""


class SecondOpinion(Protocol):
    """Reads words in another way than the linear weights."""

    def margins(self, texts: Sequence[str]) -> list[Margins]: ...


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
            total += factor * group.steps[head] * (sum([row[place] for place in places]) - ZERO * len(places))
        return total

    def chance(self, vector: Vector, second: Margins | None, head: str = FLAG) -> float:
        """The calibrated chance of a head; `second` is what the encoder makes of the same words."""
        margin = self.margin(vector, head)
        if second is None:
            return self.header.alone[head].chance(margin)
        return self.header.both[head].chance(margin, second[head])

    def lean(self, bag: Bag) -> float:
        """How far a bag leans to a flag, to compare stretches with each other."""
        return self.margin(self.vector(bag), FLAG)

    def categories(self, vector: Vector, second: Margins | None) -> list[Category]:
        """The most likely category, then any others that are likely as well."""
        chances = {category: self.chance(vector, second, category) for category in Category}
        ordered = sorted(chances, key=lambda category: -chances[category])
        return [category for place, category in enumerate(ordered) if place == 0 or chances[category] > LIKELY]

    def severity(self, vector: Vector, second: Margins | None) -> int:
        """1, 2 or 3, given that the passage is flagged."""
        severe, mild = (self.chance(vector, second, head) for head in (SEVERE, MILD))
        if severe > max(mild, SEVERE_FROM):
            return 3
        return 1 if mild > EVEN else 2


def load(language: str) -> Classifier:
    """The trained weights of a language code such as "en"; raises ValueError for a file of another format."""
    path = WEIGHTS / f"{language}.bin"
    return decoded(path.read_bytes())


def decoded(packed: bytes) -> Classifier:
    """Weights from the bytes of a weights file; raises ValueError for those of another format."""
    head, _, body = packed.partition(b"\n")
    header = msgspec.json.decode(head, type=Header)
    if header.format != FORMAT:
        raise ValueError(f"the weights have format {header.format}; run `train` again to write format {FORMAT}")
    return Classifier(header, body)


def _groups(header: Header, body: bytes) -> Iterator[tuple[str, _Group]]:
    at = 0
    for group in header.groups:
        size = group.size
        hashes = struct.unpack_from(f"<{size}I", body, at)
        at += 4 * size
        rarities, *rows = (body[start : start + size] for start in range(at, at + size * (1 + len(HEADS)), size))
        at += size * (1 + len(HEADS))
        places = {each: place for place, each in enumerate(hashes)}
        yield group.name, _Group(places, rarities, dict(zip(HEADS, rows, strict=True)), group.steps)


def _length(group: _Group, places: list[int]) -> float:
    rarities = group.rarities
    return sqrt(sum([rarities[place] ** 2 for place in places])) / RARITY_STEPS
