"""How quickly the language engine reads, in a process that does nothing else."""

import time
from typing import NamedTuple

from benchmarks.load.ask import Chance
from benchmarks.load.mix import Sayings
from benchmarks.load.spread import Spread, spread
from facilitator import language


class Reading(NamedTuple):
    per_s: float
    """Utterances on one thread."""
    took: Spread


def read(count: int) -> Reading:
    sayings = Sayings(Chance(count))
    language.examine(sayings.next())  # reads the weights
    took_ms = []
    for text in [sayings.next() for _ in range(count)]:
        began_s = time.perf_counter()
        language.examine(text)
        took_ms.append((time.perf_counter() - began_s) * 1000)
    return Reading(1000 * count / sum(took_ms), spread(took_ms))
