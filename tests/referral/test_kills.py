"""The dispatcher as a process of its own, ended by kill -9: nothing is lost, and nothing has its effect twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from facilitator.config import ROOT, Settings
from facilitator.demo.seed import Seeded
from facilitator.infra import db
from facilitator.infra.outbox import OutboxRow
from facilitator.referral import service
from facilitator.referral.tables import LocalMessage
from tests import processes
from tests.referral.facility import FacilitySimulator, a_facility
from tests.referral.families import a_family, an_outcome, say_yes, stage

pytestmark = pytest.mark.usefixtures("database")

COMMAND = [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "run"]
CRASH_POINTS = ("after_claim", "after_send", "before_mark")
KILLS = 8
PATIENCE_S = 40.0

PARENT = """
import time
from facilitator import create_app
from facilitator.infra import outbox, supervise
create_app()
supervise.start_dispatcher()
outbox.poke()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def facility() -> Iterator[FacilitySimulator]:
    with a_facility() as simulator:
        yield simulator


@pytest.fixture
def environment(config: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "INSTANCE_PATH": str(config.instance_path),
        "FACILITATOR_TESTING": "1",
    }


def drain(environment: dict[str, str], log: Path) -> int:
    """A dispatcher whose input has ended already: it sends what is due, and ends. Its exit code."""
    process = processes.start([*COMMAND, "--follow-stdin"], log, environment, cwd=ROOT)
    return process.wait(PATIENCE_S)


def assert_everything_took_effect_once(families: list[Seeded], facility: FacilitySimulator) -> None:
    with db.reading() as tx:
        states = Counter(tx.scalars(select(OutboxRow.state).where(OutboxRow.kind != "clock")))
        notes = tx.scalars(select(LocalMessage.key)).all()
        logs = [service.timeline(tx, family.referral.id) for family in families]
    assert states == {"delivered": 3 * len(families)}
    assert len(set(facility.ids)) == len(families)
    assert len(notes) == 2 * len(families)
    assert [stage(family) for family in families] == ["received"] * len(families)
    for log in logs:
        counted = Counter(type(event).__name__ for entry in log for event in entry.events)
        assert (counted["Arrived"], counted["Received"]) == (3, 1)


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_at_each_named_point_it_loses_nothing(
    point: str, facility: FacilitySimulator, environment: dict[str, str], tmp_path: Path
) -> None:
    families = [a_family(facility.url) for _ in range(3)]
    for family in families:
        say_yes(family, an_outcome())
    log = tmp_path / "dispatcher.log"
    assert drain({**environment, "FACILITATOR_CRASH_AT": point}, log) == -signal.SIGKILL
    assert "received" not in {stage(family) for family in families}, "premise: it died before it was through"
    assert drain(environment, log) == 0, processes.tail(log)
    assert_everything_took_effect_once(families, facility)


def test_a_crash_point_is_refused_where_people_depend_on_us(environment: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "dispatcher.log"
    serious = {**environment, "FACILITATOR_CRASH_AT": "after_send", "FACILITATOR_TESTING": ""}
    assert drain(serious, log) == 1
    assert "FACILITATOR_CRASH_AT is only for tests" in log.read_text()


def test_killed_again_and_again_at_random_it_loses_nothing_and_doubles_nothing(
    facility: FacilitySimulator, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "dispatcher.log"
    chance = random.Random(20260301)
    families = []
    for _ in range(KILLS):
        facility.answers += [chance.choice([200, 500, "reset"]) for _ in range(2)]
        dispatcher = processes.start(COMMAND, log, environment, cwd=ROOT)
        families += [a_family(facility.url) for _ in range(4)]
        for family in families[-4:]:
            say_yes(family, an_outcome())
        time.sleep(chance.uniform(0.6, 1.4))
        dispatcher.kill()
        assert dispatcher.wait() == -signal.SIGKILL
    assert facility.deliveries, "premise: some were on their way when it was killed"
    assert drain(environment, log) == 0, processes.tail(log)
    assert_everything_took_effect_once(families, facility)


def test_when_the_server_is_killed_its_dispatcher_sends_what_is_due_and_then_ends(
    facility: FacilitySimulator, environment: dict[str, str], tmp_path: Path
) -> None:
    facility.answers = [500, 500]
    family = a_family(facility.url)
    log = tmp_path / "parent.log"
    parent = processes.start([sys.executable, "-c", PARENT], log, environment, cwd=ROOT)
    processes.wait_until_ready(parent, log, lambda: "ready" in log.read_text())
    say_yes(family, an_outcome())
    facility.wait_for(1)
    parent.kill()
    parent.wait()
    assert stage(family) == "sent", "premise: the facility has not taken it yet"
    facility.wait_for(3, timeout_s=20.0)
    _wait_until_nothing_runs(environment["INSTANCE_PATH"])
    assert_everything_took_effect_once([family], facility)


def test_asked_to_end_it_ends_in_good_order(environment: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "dispatcher.log"
    dispatcher = processes.start(COMMAND, log, environment, cwd=ROOT)
    processes.wait_until_ready(dispatcher, log, lambda: "dispatcher started" in log.read_text())
    assert processes.end(dispatcher) == 0
    assert "dispatcher ended" in log.read_text()


def test_a_database_that_is_not_there_yet_is_waited_for_and_said_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "dispatcher.log"
    empty = {**environment, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    dispatcher = processes.start(COMMAND, log, empty, cwd=ROOT)
    processes.wait_until_ready(dispatcher, log, lambda: "did not answer" in log.read_text())
    time.sleep(1.0)
    assert processes.end(dispatcher) == 0
    assert log.read_text().count("did not answer") == 1


def test_the_dispatcher_is_plain_threads_without_the_servers_event_loop(environment: dict[str, str]) -> None:
    script = (
        "import sys, socket; plain = socket.socket; import wsgi; app = wsgi.create_app()\n"
        "runner = app.test_cli_runner(); result = runner.invoke(args=['outbox', 'run', '--help'])\n"
        "assert result.exit_code == 0, result.output\n"
        "assert 'eventlet' not in sys.modules and socket.socket is plain\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=True, timeout=PATIENCE_S)


def _wait_until_nothing_runs(instance_path: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while processes.with_variable("INSTANCE_PATH", instance_path):
        assert time.monotonic() < deadline, "the dispatcher outlived its work"
        time.sleep(0.05)
