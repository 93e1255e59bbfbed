"""Describes a passage as groups of hashed features, the same way in training and at run time."""

from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32

from facilitator.language.rulebook import Scan
from facilitator.language.words import Words

# Each group has its own weight; the first six are scaled to length one, the signals from rules are not.
GROUPS = {"stem": 1.0, "mixed": 1.0, "letters": 0.7, "shape": 0.5, "sides": 0.5, "apart": 0.5, "rules": 0.12}
UNSCALED = "rules"

_START = "<s>"
_LETTERS = (3, 4, 5)
_FARTHEST = 5
_SHORTEST_STEM = 3

Bag = dict[str, set[int]]


def bag_of(plain: str, scans: Sequence[Scan], known: Words) -> Bag:
    """Hashed features of a passage (sentences joined by " | ") and of what the rules saw in it."""
    words = plain.split()
    stems = [_stem(word, known) for word in words]
    classed = [known.class_of.get(word, word) for word in words]
    return {
        "stem": _hashed(_runs([_START, *stems], 1, 2)),
        "mixed": _hashed(_runs([_START, *classed], 1, 2, 3)),
        "letters": _hashed(_letters(set(words))),
        "shape": _hashed(_runs([_START, *(_blurred(word, known) for word in words)], 2, 3, 4)),
        "sides": _hashed(_sides(words, stems, known)),
        "apart": _hashed(_apart(classed)),
        "rules": _hashed(name for scan in scans for name in _signals(scan)),
    }


def _hashed(names: Iterable[str]) -> set[int]:
    return {crc32(name.encode()) for name in names}


def _runs(words: Sequence[str], *sizes: int) -> Iterator[str]:
    for size in sizes:
        for at in range(len(words) - size + 1):
            yield " ".join(words[at : at + size])


def _letters(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        framed = f" {word} "
        for size in _LETTERS:
            for at in range(len(framed) - size + 1):
                yield framed[at : at + size]


def _apart(words: Sequence[str]) -> Iterator[str]:
    """Pairs of words with one to three others between them."""
    for at, word in enumerate(words):
        for other in words[at + 2 : at + _FARTHEST]:
            yield f"{word}_{other}"


def _sides(words: Sequence[str], stems: Sequence[str], known: Words) -> Iterator[str]:
    """Words of each clause, marked by whether "you", "I" or both are in it."""
    clause: list[str] = []
    side = ""
    for word, stem in zip(words, stems, strict=True):
        if not word[0].isalnum():
            yield from (f"{side}:{each}" for each in clause if side)
            clause, side = [], ""
            continue
        clause.append(stem)
        if word in known.you and "Y" not in side:
            side = f"Y{side}"
        elif word in known.i and "I" not in side:
            side = f"{side}I"
    yield from (f"{side}:{each}" for each in clause if side)


def _signals(scan: Scan) -> Iterator[str]:
    for hit in scan.hits:
        yield from ("hit", f"rule:{hit.rule.id}", f"category:{hit.rule.category}", f"severity:{hit.rule.severity}")
    for hit in scan.excused:
        yield from ("excused", f"excused:{hit.rule.category}")
    for name in scan.guards:
        yield f"guard:{name}"


def _stem(word: str, known: Words) -> str:
    for ending in known.endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _blurred(word: str, known: Words) -> str:
    if word in known.class_of:
        return known.class_of[word]
    if word in known.shape or not word[0].isalnum():
        return word
    if word.isdigit():
        return "NUM"
    for ending, name in known.blurred_endings.items():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return name
    return "X"
