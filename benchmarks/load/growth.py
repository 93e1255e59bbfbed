"""What a command costs while the log of its room grows."""

from typing import NamedTuple

from benchmarks.load import ask, measure, processes
from benchmarks.load.client import Due
from benchmarks.load.gathering import Gathering
from benchmarks.load.mix import Sayings

FILL_PER_S = 400.0
MEASURE_PER_S = 200.0
SPOKEN_EVERY = 5
"""Every fifth event of a room's past is something that was said; the others move the floor."""


class Cost(NamedTuple):
    """With so many events in the log before."""

    events: int
    cpu_us: float
    p99_ms: float


def costs(gathered: Gathering, sizes: tuple[int, ...], seconds: float) -> list[Cost]:
    found, events = [], 0
    for size in sizes:
        events += _fill(gathered, size - events)
        plan = ask.grants(gathered.tables, gathered.chance, MEASURE_PER_S, seconds)
        before_s = processes.cpu_exactly_s(gathered.server.process_ids)
        run = measure.run(gathered, plan, to_the_point=True)
        used_s = processes.cpu_exactly_s(gathered.server.process_ids) - before_s
        found.append(Cost(size, used_s / len(plan) * 1e6, run.ack.p99))
        events += len(plan)
    return found


def _fill(gathered: Gathering, count: int) -> int:
    (table,), chance, sayings = gathered.tables, gathered.chance, Sayings(gathered.chance)
    plan: list[Due] = []
    for n in range(max(0, count)):
        at_s = n / FILL_PER_S
        if n % SPOKEN_EVERY:
            plan += ask.grants([table], chance, 1.0, 1.0, at_s)
        else:
            plan.append(ask.said(at_s, table, table.phones[n % len(table.phones)], chance, sayings.next()))
    gathered.crowd.run(plan)
    if not gathered.crowd.settle(measure.PATIENCE_S):
        raise RuntimeError("the room's past was not taken in time")
    return len(plan)
