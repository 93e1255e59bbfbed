"""How long the hand-off takes, from the click to the facility: `python -m benchmarks.handoff --families 30`.

Prints a table: acceptance to heads-up, signature to record, a "no" to the heads-up of the second facility; each
from just before the request to the moment at which the facility has the whole message.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.storm import a_database
from tests.referral.facility import Delivery, FacilitySimulator, a_facility
from tests.servers import Server
from tests.sessions import Session

PATIENCE_S = 10.0
BETWEEN_S = 0.05

Times = dict[str, list[float]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=30)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_database(asked.database, Path(folder)) as url:
        times = measured(Path(folder), url, asked.families)
    print(table(asked.database, times))  # noqa: T201 - this is what it is for
    return 0


def measured(folder: Path, url: str, families: int) -> Times:
    """Milliseconds by step, one a family."""
    times: Times = {"acceptance -> heads-up": [], "signature -> record": [], '"no" -> second heads-up': []}
    with a_facility() as first, a_facility() as second:
        env = {"FACILITY_PRIMARY_URL": first.url, "FACILITY_FALLBACK_URL": second.url}
        server = Server(folder / "handoff", url, "eventlet", env).start()
        try:
            for seeded in server.seed("--rooms", str(families)):
                _one(Session(server.base_url, seeded), first, second, times)
        finally:
            server.clear_away()
    return times


def table(database: str, times: Times) -> str:
    lines = [f"| {database} | n | p50 ms | p95 ms | most ms |", "|---|---|---|---|---|"]
    for step, found in times.items():
        ordered = sorted(found)
        p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        lines.append(f"| {step} | {len(found)} | {statistics.median(found):.0f} | {p95:.0f} | {ordered[-1]:.0f} |")
    return "\n".join(lines)


def _one(session: Session, first: FacilitySimulator, second: FacilitySimulator, times: Times) -> None:
    session.begin()
    said_yes, signed, said_no = times.values()
    said_yes.append(_ms(session.say_yes, first, session, "referral.heads_up"))
    signed.append(_ms(session.sign_consent, first, session, "referral.record"))
    decline = partial(session.facility_says, "declined", "no_capacity")
    said_no.append(_ms(decline, second, session, "referral.heads_up"))
    time.sleep(BETWEEN_S)


def _ms(act: Callable[[], Any], facility: FacilitySimulator, session: Session, type: str) -> float:
    before, began_s = len(facility.deliveries), time.monotonic()
    act()
    return (_arrival(facility, before, session.referral, type).at_s - began_s) * 1000


def _arrival(facility: FacilitySimulator, after: int, referral: str, type: str) -> Delivery:
    """Sleeps until something comes: on the same machine, looking all the time would slow down what is measured."""
    while True:
        for delivery in facility.wait_for(after + 1, PATIENCE_S)[after:]:
            after += 1
            body = json.loads(delivery.body)
            if (body["referral"], body["type"]) == (referral, type):
                return delivery


if __name__ == "__main__":
    sys.exit(main())
