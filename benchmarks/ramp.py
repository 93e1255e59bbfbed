"""The most grants a second of one server, to tune by: `python -m benchmarks.ramp product`.

Prints a line a step. `--hold 5000 --seconds 30` keeps one rate instead, for a profiler; the id of the process is
printed. `python -m benchmarks.speed` measures everything, beside the peer.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.load import ask, measure, ramp, servers
from benchmarks.load.ask import Chance
from benchmarks.load.gathering import Gathering
from benchmarks.load.measure import Run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", choices=servers.NAMES)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--halvings", type=int, default=3)
    parser.add_argument("--start", type=float, default=ramp.FROM_PER_S, help="grants/s of the first step")
    parser.add_argument("--hold", type=float, help="only this rate")
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.a_server(asked.server, Path(folder)) as server,
        Gathering.around(server, asked.rooms, Chance(1)) as gathered,
    ):
        _say(f"{asked.server}, process {gathered.server.process_ids}: {len(gathered.crowd.clients)} sockets")
        if asked.hold:
            plan = ask.grants(gathered.tables, gathered.chance, asked.hold, asked.seconds)
            _tell(measure.run(gathered, plan))
        else:
            best = ramp.highest(gathered, asked.halvings, _tell, asked.start)
            _say(f"highest: {best.per_s:.0f} grants/s")
        _say(f"lost: {gathered.check().told()}")
    return 0


def _tell(run: Run) -> None:
    _say(run.told())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
