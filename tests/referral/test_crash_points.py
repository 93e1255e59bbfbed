"""Server and dispatcher die at each named point, as by a power cut: what was acknowledged holds, once."""

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facilitator.config import ROOT, Settings
from facilitator.demo.seed import Seeded
from facilitator.infra import crypto, db
from facilitator.infra.ids import ReferralId
from facilitator.referral import service
from facilitator.referral.arrangement import Channel
from facilitator.referral.channels.local import newest
from facilitator.referral.channels.tables import PaperRow
from tests import processes
from tests.referral.facility import FacilitySimulator, a_facility
from tests.referral.families import a_family, an_outcome, say_yes, stage
from tests.referral.lines import reach, sign, states, until
from tests.servers import Server
from tests.sessions import Session

COMMAND = [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "run", "--follow-stdin"]
PATIENCE_S = 60.0

OF_THE_DISPATCHER = ("after_claim", "after_send", "before_mark", "after_mark", "record_allowed")
OF_THE_SERVER = ("messages_written", "outcome_kept", "answer_moved", "answer_kept")


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


def drain(environment: dict[str, str], log: Path, crash_at: str = "") -> int:
    """A dispatcher that sends what is due, and ends. Its exit code."""
    process = processes.start(COMMAND, log, {**environment, "FACILITATOR_CRASH_AT": crash_at}, cwd=ROOT)
    return process.wait(PATIENCE_S)


def events_of(referral: ReferralId) -> Counter[str]:
    with db.reading() as tx:
        log = service.timeline(tx, referral)
    return Counter(type(event).__name__ for entry in log for event in entry.events)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("point", OF_THE_DISPATCHER)
def test_the_dispatcher_dies_and_the_next_one_ends_the_work(
    point: str, facility: FacilitySimulator, environment: dict[str, str], tmp_path: Path
) -> None:
    family, log = a_family(facility.url), tmp_path / "dispatcher.log"
    say_yes(family, an_outcome())
    sign(family)
    assert drain(environment, log, point) == -signal.SIGKILL
    assert {state for state, _ in states("record")} == {"waiting"} or point == "after_mark", "premise"
    assert drain(environment, log) == 0, processes.tail(log)
    assert_all_arrived_once(family, facility)


def assert_all_arrived_once(family: Seeded, facility: FacilitySimulator) -> None:
    assert states("webhook") + states("record") == [("delivered", "")] * 2
    assert len(set(facility.ids)) == 2
    assert stage(family) == "received"
    events = events_of(family.referral.id)
    assert (events["Received"], events["RecordReleased"], events["Arrived"]) == (1, 1, 4)
    with db.reading() as tx:
        assert len(newest(tx, 100)) == 2, "driver and escort were written to once each"


@pytest.mark.usefixtures("database")
def test_it_dies_when_the_papers_are_laid_out_and_they_are_there_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    family, log = a_family(), tmp_path / "dispatcher.log"
    reach(family, channel=Channel.LINK, email="desk@harbor.example", receipt_s=3600)
    say_yes(family, an_outcome())
    sign(family)
    assert drain(environment, log, "papers_laid_out") == -signal.SIGKILL
    with db.reading() as tx:
        assert tx.query(PaperRow).count() == 1, "premise: it died right after"
    assert drain(environment, log) == 0, processes.tail(log)
    with db.reading() as tx:
        assert tx.query(PaperRow).count() == 1
        assert sum(kept.text.startswith("There is news") for kept in newest(tx, 100)) == 1


@pytest.mark.usefixtures("database")
def test_it_dies_when_a_line_was_closed_and_the_second_facility_is_still_asked(
    facility: FacilitySimulator, environment: dict[str, str], tmp_path: Path
) -> None:
    family, log = a_family(facility.url), tmp_path / "dispatcher.log"
    facility.answers = [410]
    with a_facility() as second:
        reach(family, "fallback", endpoint=second.url)
        say_yes(family, an_outcome())
        assert drain(environment, log, "line_closed") == -signal.SIGKILL
        assert drain(environment, log) == 0, processes.tail(log)
        assert (len(facility.deliveries), len(second.deliveries)) == (1, 1)
    assert stage(family) == "received"


@pytest.fixture(params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, running_server: Callable[..., Server], facility: FacilitySimulator
) -> Server:
    return running_server("eventlet", request.param, FACILITY_PRIMARY_URL=facility.url)


@pytest.mark.parametrize("point", OF_THE_SERVER)
def test_the_server_dies_and_a_client_that_repeats_itself_is_answered_once(
    point: str, server: Server, facility: FacilitySimulator
) -> None:
    session = Session(server.base_url, server.seed())
    dies_at(server, point)
    session.begin()
    of_an_answer = point.startswith("answer")
    if of_an_answer:
        session.say_yes()
        facility.wait_for(1)
    asking = threading.Thread(
        target=(lambda: session.facility_says("accepted")) if of_an_answer else session.say_yes
    )
    asking.start()
    until(lambda: not server.is_alive(), timeout_s=PATIENCE_S)
    del server.environment["FACILITATOR_CRASH_AT"]
    server.start()
    asking.join(PATIENCE_S)
    assert (asking.is_alive(), session.wrong) == (False, [])
    facility.wait_for(1)
    if not of_an_answer:
        session.facility_says("accepted")
    db.configure(server.environment["DATABASE_URL"])
    crypto.configure(crypto.Keyring.at(server.instance / "keys.json"))
    events = events_of(ReferralId(session.referral))
    db.engine().dispose()
    assert (events["Released"], events["Moved"]) == (1, 1)
    assert session.record()["state"] == "accepted"
    assert len(set(facility.ids)) == 1


def dies_at(server: Server, point: str) -> None:
    """From its next start on. The data it begins with is there already."""
    server.environment["FACILITATOR_CRASH_AT"] = point
    server.restart()
