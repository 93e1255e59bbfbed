"""One figure of one server, to tune by: `python -m benchmarks.ramp product` for the most grants a second.

`--hold 5000` keeps one rate for a profiler, `--joins 3` lets everybody come back three times, `--mix 10` sends the
mix for ten seconds. The ids of the processes are printed. `python -m benchmarks.speed` measures everything.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.load import ask, measure, mix, ramp, servers
from benchmarks.load.ask import Chance
from benchmarks.load.gathering import Gathering

IDLE_S = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", choices=servers.NAMES)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--halvings", type=int, default=3)
    parser.add_argument("--start", type=float, default=ramp.FROM_PER_S, help="grants/s of the first step")
    parser.add_argument("--hold", type=float, help="only this rate")
    parser.add_argument("--seconds", type=float, default=10.0, help="of --hold")
    parser.add_argument("--joins", type=int, help="only joins, so many times")
    parser.add_argument("--mix", type=float, help="only the mix, for so many seconds")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.a_server(asked.server, Path(folder)) as server,
        Gathering.around(server, asked.rooms, Chance(1)) as gathered,
    ):
        _say(f"{asked.server}, process {gathered.server.process_ids}: {len(gathered.crowd.clients)} sockets")
        _measure(gathered, asked)
        _say(f"lost: {gathered.check().told()}")
    return 0


def _measure(gathered: Gathering, asked: argparse.Namespace) -> None:
    gathered.settle(IDLE_S)
    if asked.hold:
        plan = ask.grants(gathered.tables, gathered.chance, asked.hold, asked.seconds)
        _say(measure.run(gathered, plan).told())
    elif asked.joins:
        for _ in range(asked.joins):
            _say(f"{gathered.rejoin(IDLE_S):.0f} joins/s")
    elif asked.mix:
        _tell_mix(gathered, asked.mix)
    else:
        best = ramp.highest(gathered, asked.halvings, lambda run: _say(run.told()), asked.start)
        _say(f"highest: {best.per_s:.0f} grants/s")


def _tell_mix(gathered: Gathering, seconds: float) -> None:
    mixed = mix.run(gathered, gathered.tables, seconds)
    _say(mixed.run.told())
    for name, took in {**mixed.by_name, "flag at the console": mixed.flag}.items():
        _say(f"{name:20} {took.of:6d}  p50 {took.p50:7.1f}  p99 {took.p99:7.1f}  most {took.most:7.1f} ms")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
