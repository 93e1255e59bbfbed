"""Everything that is measured of one server, in the same order for each."""

import statistics
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import mix, processes, ramp, rooms, servers
from benchmarks.load.ask import Chance
from benchmarks.load.checker import Verdict
from benchmarks.load.gathering import Gathering
from benchmarks.load.growth import Cost, costs
from benchmarks.load.measure import Run
from benchmarks.load.mix import Mixed
from benchmarks.load.probing import a_probe
from benchmarks.load.spread import Spread

SEED = 20260301

Told = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much is measured: in all `rooms` memory, the mix and joins; in the `busy_rooms` the mix and the ramp."""

    rooms: int
    busy_rooms: int
    idle_s: float
    """Until a server has come to rest, and its memory is looked at."""
    mix_s: float
    rejoins: int
    start_per_s: float
    halvings: int
    step_s: float
    tries: int
    growth: tuple[int, ...]
    growth_s: float


@dataclass(frozen=True)
class Ramped:
    """A server of which only the highest rate is known."""

    highest: Run
    verdict: Verdict


@dataclass(frozen=True)
class Side(Ramped):
    """One server in full. `full_mix` is in all rooms, `mix` in the fewer busy ones."""

    mix: Mixed
    full_mix: Mixed
    gap: Spread
    joins_per_s: float
    kib_per_connection: float


def whole(name: str, size: Size, folder: Path, told: Told) -> Side:
    """Memory, the mix in all rooms, joins; then in fewer rooms the mix and the ramp."""
    with (
        servers.a_server(name, folder) as server,
        closing(Gathering.before(server, size.rooms, Chance(SEED))) as all_,
    ):
        kib = _memory(all_, size.idle_s)
        told(f"{name}: {len(all_.crowd.clients)} sockets, {kib:.1f} KiB each")
        full_mix, gap = _mixed(all_, size.mix_s, folder)
        _tell_mix(told, name, len(all_.tables), full_mix, gap)
        joins = statistics.median(all_.rejoin(size.idle_s) for _ in range(size.rejoins))
        told(f"{name}: {joins:.0f} joins/s")
        busy, small_mix = all_.only(size.busy_rooms), full_mix
        if size.busy_rooms < size.rooms:
            busy.settle(size.idle_s)
            small_mix, again = _mixed(busy, size.mix_s, folder)
            gap = max(gap, again, key=lambda each: each.most)
            _tell_mix(told, name, len(busy.tables), small_mix, again)
        best = _ramp(busy, name, size, told)
        return Side(
            highest=best,
            verdict=_checked(all_, name, told),
            mix=small_mix,
            full_mix=full_mix,
            gap=gap,
            joins_per_s=joins,
            kib_per_connection=kib,
        )


def ramp_only(name: str, size: Size, folder: Path, told: Told) -> Ramped:
    with servers.a_server(name, folder) as server, Gathering.around(server, size.busy_rooms, Chance(SEED)) as all_:
        best = _ramp(all_, name, size, told)
        return Ramped(best, _checked(all_, name, told))


def grown(size: Size, folder: Path, told: Told) -> tuple[Sequence[Cost], Verdict]:
    """One room of the product, with a longer and longer past."""
    name = servers.PRODUCT
    folder.mkdir()
    with servers.a_server(name, folder) as server, Gathering.around(server, 1, Chance(SEED)) as alone:
        found = costs(alone, size.growth, size.growth_s)
        for cost in found:
            told(
                f"{name}: after {cost.events} events {cost.cpu_us:.0f} us of CPU a command,"
                f" p99 {cost.p99_ms:.1f} ms"
            )
        return found, _checked(alone, name, told)


def _memory(gathered: Gathering, idle_s: float) -> float:
    """KiB that each connection adds, at rest. What a server sets up with the first ones is left out."""
    first = len(gathered.tables) // 5
    gathered.open(gathered.tables[:first])
    gathered.settle(idle_s)
    before = processes.resident_bytes(gathered.server.process_ids)
    others = gathered.tables[first:]
    gathered.open(others)
    gathered.settle(idle_s)
    after = processes.resident_bytes(gathered.server.process_ids)
    return (after - before) / 1024 / len(rooms.everybody(others))


def _mixed(gathered: Gathering, seconds: float, folder: Path) -> tuple[Mixed, Spread]:
    with a_probe(gathered, folder) as probe:
        found = mix.run(gathered, gathered.tables, seconds)
    return found, probe.found


def _ramp(gathered: Gathering, name: str, size: Size, told: Told) -> Run:
    best = ramp.highest(
        gathered,
        size.halvings,
        lambda run: told(f"{name}: {run.told()}"),
        from_per_s=size.start_per_s,
        step_s=size.step_s,
        tries=size.tries,
    )
    told(f"{name}: at most {best.per_s:.0f} grants/s")
    return best


def _checked(gathered: Gathering, name: str, told: Told) -> Verdict:
    verdict = gathered.check()
    told(f"{name}: lost {verdict.told()}")
    return verdict


def _tell_mix(told: Told, name: str, rooms: int, mixed: Mixed, gap: Spread) -> None:
    told(
        f"{name}: the mix in {rooms} rooms, {mixed.run.per_s:.0f} commands/s: p50 {mixed.run.ack.p50:.1f},"
        f" p99 {mixed.run.ack.p99:.1f} ms; flags p99 {mixed.flag.p99:.1f} ms; largest gap {gap.most:.0f} ms;"
        f" refused {len(mixed.run.refused)}"
    )
