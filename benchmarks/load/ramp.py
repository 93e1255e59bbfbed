"""The highest rate of grants at which answers and views stay quick."""

from collections.abc import Callable

from benchmarks.load import ask, measure
from benchmarks.load.gathering import Gathering
from benchmarks.load.measure import Run

QUICK_MS = 100.0
FROM_PER_S = 500.0
LEAST_PER_S, MOST_PER_S = 50.0, 64_000.0
WARM_S = 0.5
STEP_S = 2.0
TRIES = 2
"""A step that fails is tried again: on a machine that others use too, one hiccup is not the limit."""
HOPELESS = 0.6
"""But not where so little of what was asked was answered in time."""

Told = Callable[[Run], None]


def highest(
    gathered: Gathering,
    halvings: int,
    told: Told,
    from_per_s: float = FROM_PER_S,
    step_s: float = STEP_S,
    tries: int = TRIES,
) -> Run:
    """Doubles the rate until a step fails, then looks between. The best step that held."""

    def step(per_s: float) -> Run | None:
        return _step(gathered, per_s, step_s, told, tries)

    per_s = from_per_s
    while (best := step(per_s)) is None:
        per_s /= 2
        if per_s < LEAST_PER_S:
            raise RuntimeError(f"even {LEAST_PER_S:.0f} grants/s were not answered in time")
    per_s *= 2
    while per_s <= MOST_PER_S and (found := step(per_s)):
        best, per_s = found, per_s * 2
    low, high = per_s / 2, per_s
    for _ in range(halvings):
        middle = (low * high) ** 0.5
        if found := step(middle):
            best, low = found, middle
        else:
            high = middle
    return best


def _step(gathered: Gathering, per_s: float, seconds: float, told: Told, tries: int) -> Run | None:
    for _ in range(tries):
        plan = ask.grants(gathered.tables, gathered.chance, per_s, WARM_S + seconds)
        found = measure.run(gathered, plan, WARM_S)
        told(found)
        if found.holds(QUICK_MS):
            return found
        if found.answered_per_s < HOPELESS * per_s:
            break
    return None
