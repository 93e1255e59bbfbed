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

HEAD = "offered/s answered/s  ack p50    p99  view p99 ms  server CPU  load CPU  load late p99 ms  refused  lost"


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
        _say(
            f"{asked.server}, process {gathered.server.process_ids}: {len(gathered.crowd.clients)} sockets\n{HEAD}"
        )
        if asked.hold:
            plan = ask.grants(gathered.tables, gathered.chance, asked.hold, asked.seconds)
            _tell(measure.run(gathered, plan))
        else:
            best = ramp.highest(gathered, asked.halvings, _tell, asked.start)
            _say(f"highest: {best.per_s:.0f} grants/s")
        _say(f"lost: {gathered.check().told()}")
    return 0


def _tell(run: Run) -> None:
    _say(
        f"{run.per_s:9.0f} {run.answered_per_s:10.0f} {run.ack.p50:8.2f} {run.ack.p99:6.1f} {run.view.p99:12.1f}"
        f" {run.server_cpu:11.2f} {run.load_cpu:9.2f} {run.late_p99_ms:17.1f}"
        f" {len(run.refused):8d} {run.unanswered:5d} {run.refused[0] if run.refused else ''}"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
