"""Kills server and dispatcher at random while families say yes: `python -m benchmarks.storm --kills 100`.

With `--database postgresql` it starts one of its own. Prints one line of JSON: `lost`, `doubled` and `wrong` must
be 0, because everything that was acknowledged must be there at the end, once.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from facilitator.infra import crypto, db, schema
from facilitator.infra.ids import ReferralId
from facilitator.infra.outbox import OutboxRow, State
from facilitator.referral import service
from tests import processes, services
from tests.referral.facility import FacilitySimulator, a_facility
from tests.servers import Server
from tests.sessions import Session

AT_ONCE = 4
QUIET_S = 90.0
HEADS_UP_S = 60.0
MOODS = (200, 200, 200, 500, "reset", (429, 1))
"""How the facility answers: "reset" has taken the message, and breaks off before it says so."""
UNSENT = (State.WAITING, State.DEAD)
JOURNEY = ("accepted", "arrived", "admitted")


class Storm:
    """Kills until `stop`; every kill is followed by a start, as a service manager would do it."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self._server = server
        self._chance = chance
        self.kills = 0
        self.back_s: list[float] = []

    def blow(self, kills: int, pause_s: tuple[float, float]) -> None:
        for _ in range(kills):
            time.sleep(self._chance.uniform(*pause_s))
            if self._chance.random() < 0.5:
                self._kill_dispatcher()
            else:
                self._kill_server()
            self.kills += 1

    def _kill_server(self) -> None:
        """Its dispatcher lives on for what is due, so for a while there may be two."""
        self._server.kill9()
        began_s = time.monotonic()
        self._server.start()
        self.back_s.append(time.monotonic() - began_s)

    def _kill_dispatcher(self) -> None:
        own = processes.with_variable("INSTANCE_PATH", str(self._server.instance))
        processes.kill([each for each in own if each != self._server.process_id])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=20260301)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_database(asked.database, Path(folder)) as url:
        found = run(Path(folder), url, asked.kills, asked.sessions, asked.seed)
    print(json.dumps({"database": asked.database, **found}))  # noqa: T201 - this is what it is for
    return 1 if found["lost"] or found["doubled"] or found["wrong"] else 0


@contextmanager
def a_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a migrated, empty one."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'storm.db'}"
        schema.upgrade(url)
        yield url
        return
    with services.postgresql() as server:
        url = f"{server}/postgres"
        schema.upgrade(url)
        yield url
        db.engine().dispose()


def run(
    folder: Path, url: str, kills: int, sessions: int, seed: int, pause_s: tuple[float, float] = (0.2, 2.0)
) -> dict[str, Any]:
    """What was killed, and what became of the sessions."""
    chance = random.Random(seed)  # noqa: S311 - a seed, so that a storm can be had again
    with a_facility() as facility:
        server = Server(folder / "storm", url, "eventlet", {"FACILITY_PRIMARY_URL": facility.url}).start()
        try:
            families = server.seed("--rooms", str(sessions))
            facility.answers = [chance.choice(MOODS) for _ in range(2 * sessions)]
            storm, wrong = _through(server, facility, families, kills, pause_s, chance)
            _wait_until_quiet(url, server)
            found = _counted(families, facility)
            found["wrong"] += len(wrong)
            found["verified"] = "agree with their logs" in server.flask("room", "verify")
        finally:
            server.clear_away()
    back_s = sorted(storm.back_s) or [0.0]
    p95_s = round(back_s[int(0.95 * (len(back_s) - 1))], 2)
    return {"kills": storm.kills, "sessions": sessions, "back_p95_s": p95_s, **found}


def _through(
    server: Server,
    facility: FacilitySimulator,
    families: list[Any],
    kills: int,
    pause_s: tuple[float, float],
    chance: random.Random,
) -> tuple[Storm, list[str]]:
    """All sessions and all kills. This thread does the killing: a server ends with the thread that starts it."""
    storm = Storm(server, chance)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way = [pool.submit(_session, server.base_url, family, facility) for family in families]
        storm.blow(kills, pause_s)
        wrong = [said for each in under_way for said in each.result()]
    return storm, wrong


def _session(base_url: str, family: Any, facility: FacilitySimulator) -> list[str]:
    """A facility answers what it was sent, so its heads-up is waited for."""
    session = Session(base_url, family)
    try:
        session.begin()
        session.say_yes()
        _wait_for_heads_up(facility, session.referral)
        for state in JOURNEY:
            session.facility_says(state)
    except AssertionError as failure:
        return [*session.wrong, str(failure)]
    return session.wrong


def _wait_for_heads_up(facility: FacilitySimulator, referral: str) -> None:
    deadline = time.monotonic() + HEADS_UP_S
    while not any(referral.encode() in delivery.body for delivery in list(facility.deliveries)):
        assert time.monotonic() < deadline, f"no heads-up for {referral} within {HEADS_UP_S:.0f} s"
        time.sleep(0.02)


def _wait_until_quiet(url: str, server: Server) -> None:
    """Until nothing is left to be sent; this process looks at the database itself from here on."""
    db.configure(url)
    crypto.configure(crypto.Keyring.at(server.instance / "keys.json"))
    deadline = time.monotonic() + QUIET_S
    while _waiting() and time.monotonic() < deadline:
        time.sleep(0.2)


def _waiting() -> int:
    with db.reading() as tx:
        own = select(OutboxRow.key).where(OutboxRow.state == State.WAITING, OutboxRow.kind != "clock")
        return len(tx.scalars(own).all())


def _counted(families: list[Any], facility: FacilitySimulator) -> dict[str, Any]:
    """Lost: acknowledged and not there. Doubled: an effect that came twice. Wrong: what nobody asked for."""
    with db.reading() as tx:
        logs = [service.timeline(tx, ReferralId(family["referral"]["id"])) for family in families]
        states = [service.summary(tx, ReferralId(family["referral"]["id"])).state for family in families]
        outbox = Counter((kind, state) for kind, state in tx.execute(select(OutboxRow.kind, OutboxRow.state)))
    unsent = sum(count for (kind, state), count in outbox.items() if kind != "clock" and state in UNSENT)
    heads_up = {id for id in facility.ids if id.endswith(":facility")}
    released = [_times(log, lambda event: type(event).__name__ == "Released") for log in logs]
    moved = [_times(log, lambda event: getattr(event, "to", None) in JOURNEY) for log in logs]
    return {
        "deliveries": len(facility.deliveries),
        "lost": sum(state != JOURNEY[-1] for state in states) + unsent + max(0, len(families) - len(heads_up)),
        "doubled": sum(count > 1 for count in released) + max(0, len(heads_up) - len(families)),
        "wrong": sum(count != len(JOURNEY) for count in moved),
    }


def _times(log: list[Any], counts: Callable[[Any], bool]) -> int:
    return sum(counts(event) for entry in log for event in entry.events)


if __name__ == "__main__":
    sys.exit(main())
