"""Breaks what can break while rooms are full, and holds everybody's record against the log: `make bench-faults`.

`python -m benchmarks.faults --only worker-killed --seconds 3` tries one, with so much calm before and after. The
last line is JSON; the exit status is 1 where anything was lost, doubled, reordered or shown other than logged.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.load import places
from benchmarks.load.breaks import BREAKS
from benchmarks.load.shaken import Break, Outcome, shaken

SEED = 20260301
CALM_S = 5.0
CALM_FLAWS = {"verdict", "before", "during", "after"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[each.name for each in BREAKS], action="append")
    parser.add_argument("--seconds", type=float, default=CALM_S)
    asked = parser.parse_args()
    began_s = time.monotonic()
    chosen = [each for each in BREAKS if not asked.only or each.name in asked.only]
    found: list[Outcome] = []
    disagreeing: list[str] = []
    for needs_workers in (True, False):
        some = [each for each in chosen if each.needs_workers is needs_workers]
        if some:
            found += _tried(some, needs_workers, asked.seconds, disagreeing)
    _say(f"{time.monotonic() - began_s:.0f} s in all")
    well = all(each.is_well for each in found) and not disagreeing
    _say(json.dumps({"well": well, "verify": disagreeing, "faults": [_plain(each) for each in found]}))
    return 0 if well else 1


def _tried(faults: Sequence[Break], workers: bool, calm_s: float, disagreeing: list[str]) -> list[Outcome]:
    found = []
    make = places.a_cluster if workers else places.a_sole_worker
    with tempfile.TemporaryDirectory() as folder, make(Path(folder)) as place:
        for fault in faults:
            found.append(shaken(fault, place, calm_s, SEED))
            _say(told(found[-1]))
        if not place.agrees():
            disagreeing.append("several workers" if workers else "one worker")
            _say("the product's own `room verify` found differences")
    return found


def told(o: Outcome) -> str:
    """One line for people, and a few more where something is wrong."""
    v = o.verdict
    counted = ", ".join(f"{name} {_short(value)}" for name, value in o.counted.items())
    lines = [
        f"{o.name}: {o.rooms} rooms, {o.sockets} sockets; {o.commands} commands, {o.acks} acks, {o.resent} resent,"
        f" {o.unanswered} unanswered; longest outage {max(o.away_ms, o.waited_ms):.0f} ms (away {o.away_ms:.0f},"
        f" answer {o.waited_ms:.0f}); p99 {o.before.p99:.0f} before, {o.during.p99:.0f} during,"
        f" {o.after.p99:.0f} ms after; lost {v.lost}, doubled {v.doubled}, reordered {v.reordered},"
        f" disagreeing {v.disagreeing}",
        f"  refused {o.refused or 0}, told to wait {o.put_off or 0}" + (f"; {counted}" if counted else ""),
        *(f"  wrong: {each}" for each in (*o.wrong, *v.examples)),
    ]
    return "\n".join(lines)


def _plain(o: Outcome) -> dict[str, Any]:
    spreads = {f"p99_{name}_ms": round(getattr(o, name).p99, 1) for name in ("before", "during", "after")}
    verdict = {name: getattr(o.verdict, name) for name in ("lost", "doubled", "reordered", "disagreeing")}
    plain = {name: value for name, value in o._asdict().items() if name not in CALM_FLAWS}
    rounded = {name: round(value, 2) if isinstance(value, float) else value for name, value in plain.items()}
    return {**rounded, "counted": {n: round(v, 2) for n, v in o.counted.items()}, **spreads, **verdict}


def _short(value: float) -> str:
    return f"{value:.0f}" if value == int(value) or value > 100 else f"{value:.2f}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
