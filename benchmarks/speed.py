"""Measures the product beside a Node server: `python -m benchmarks.speed`, or with `--quick` in a minute.

The last line is one JSON object: ratios of the product to its peer, `flag_p99_ms` in milliseconds, `lost` a count.
With `--write` it also writes docs/speed.md and docs/speed.svg.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.load import page, report, servers, sides, talk
from benchmarks.load.report import Results
from benchmarks.load.sides import Size
from facilitator.config import ROOT
from tests import services

FULL = Size(
    rooms=250,
    busy_rooms=100,
    idle_s=3.0,
    mix_s=20.0,
    rejoins=3,
    start_per_s=1000.0,
    halvings=3,
    step_s=2.0,
    tries=3,
    growth=(0, 1000, 5000, 10_000),
    growth_s=3.0,
)
QUICK = Size(
    rooms=32,
    busy_rooms=32,
    idle_s=1.0,
    mix_s=4.0,
    rejoins=1,
    start_per_s=2000.0,
    halvings=1,
    step_s=1.0,
    tries=2,
    growth=(),
    growth_s=0.0,
)
UTTERANCES = 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    began_s = time.monotonic()

    def told(line: str) -> None:
        _say(f"{time.monotonic() - began_s:5.0f} s  {line}")

    with tempfile.TemporaryDirectory() as folder:
        found = measured(QUICK if asked.quick else FULL, Path(folder), told, with_postgresql=not asked.quick)
    _say(f"\n{report.machine()}\n\n{report.table(found)}\n")
    if asked.write:
        page.write(found, ROOT / "docs")
    _say(report.last_line(found))
    return 0


def measured(size: Size, folder: Path, told: Callable[[str], None], with_postgresql: bool) -> Results:
    """One server after the other; while one is measured, no other runs."""
    product = sides.whole(servers.PRODUCT, size, folder, told)
    peer = sides.whole(servers.PEER_NORMAL, size, folder, told)
    peer_full = sides.ramp_only(servers.PEER_FULL, size, folder, told)
    postgresql = two_workers = None
    if with_postgresql and services.postgresql_programs():
        postgresql = sides.ramp_only(servers.PRODUCT_POSTGRESQL, size, folder, told)
    if postgresql and services.redis_program() and services.nginx_program():
        two_workers = sides.ramp_only(servers.TWO_WORKERS, size, folder, told)
    growth, growth_verdict = sides.grown(size, folder / "grown", told) if size.growth else ((), None)
    reading = talk.read(UTTERANCES)
    return Results(size, product, peer, peer_full, reading, growth, growth_verdict, postgresql, two_workers)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
