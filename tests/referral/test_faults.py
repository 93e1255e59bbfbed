"""Facilities that refuse, hang or break; two dispatchers; a storm; a backup put back: nothing lost or twice."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import storm
from facilitator.config import Settings
from facilitator.infra import clock, db, outbox
from facilitator.referral import service
from facilitator.referral.answer import Answer, AnswerState, DeclineReason
from facilitator.referral.channels.local import newest
from tests.referral.facility import FacilitySimulator, Slow, a_facility
from tests.referral.families import a_family, an_outcome, say_yes, stage
from tests.referral.lines import dispatching, reach, sign, states, until

QUICKLY_S = 2.0


@pytest.fixture
def facility() -> Iterator[FacilitySimulator]:
    with a_facility() as simulator:
        yield simulator


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("status", [400, 410])
def test_after_a_final_refusal_the_second_facility_is_asked_within_two_seconds(
    facility: FacilitySimulator, status: int
) -> None:
    facility.answers = [status]
    with a_facility() as second:
        family = a_family(facility.url)
        reach(family, "fallback", endpoint=second.url)
        with dispatching():
            say_yes(family, an_outcome())
            outbox.poke()
            (refused,) = facility.wait_for(1)
            (asked,) = second.wait_for(1)
            until(lambda: stage(family) == "received")
    assert asked.at_s - refused.at_s < QUICKLY_S
    assert b"referral.heads_up" in asked.body


@pytest.mark.usefixtures("database")
def test_after_a_no_the_second_facility_gets_heads_up_and_record_within_two_seconds(
    facility: FacilitySimulator,
) -> None:
    with a_facility() as second:
        family = a_family(facility.url)
        primary = reach(family)
        reach(family, "fallback", endpoint=second.url)
        with dispatching():
            say_yes(family, an_outcome())
            sign(family)
            outbox.poke()
            facility.wait_for(2)
            answer = Answer("one", AnswerState.DECLINED, clock.now(), DeclineReason.NO_CAPACITY)
            with db.writing() as tx:
                service.take_answer(tx, family.referral.id, primary, answer)
            outbox.poke()
            assert until(lambda: len(second.deliveries) == 2) < QUICKLY_S


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "trouble",
    [[500, 503], [(429, 1)], ["reset"], [Slow(3.0)], ["hang"]],
    ids=["5xx", "429", "drops", "slow", "hangs"],
)
def test_whatever_a_facility_does_it_has_each_message_in_effect_once(
    facility: FacilitySimulator, trouble: list[Any]
) -> None:
    facility.answers = list(trouble)
    family = a_family(facility.url)
    with dispatching():
        say_yes(family, an_outcome())
        outbox.poke()
        until(lambda: stage(family) == "received", timeout_s=25.0)
    assert len(set(facility.ids)) == 1
    assert len({delivery.body for delivery in facility.deliveries}) == 1, "each try says the same"
    assert [state for state, _ in states("webhook")] == ["delivered"]


@pytest.mark.usefixtures("database")
def test_two_dispatchers_at_once_do_no_harm(facility: FacilitySimulator) -> None:
    families = [a_family(facility.url) for _ in range(12)]
    with dispatching(), dispatching():
        for family in families:
            say_yes(family, an_outcome())
            outbox.poke()
        until(lambda: all(stage(family) == "received" for family in families), timeout_s=20.0)
    assert len(set(facility.ids)) == len(families)
    assert len({delivery.body for delivery in facility.deliveries}) == len(families)
    with db.reading() as tx:
        assert len(newest(tx, 100)) == 2 * len(families)


@pytest.mark.usefixtures("database")
def test_while_no_dispatcher_runs_a_yes_is_as_quick_as_ever_and_leaves_later(facility: FacilitySimulator) -> None:
    family = a_family(facility.url)
    began = clock.now()
    say_yes(family, an_outcome())
    assert (clock.now() - began).total_seconds() < 1.0
    assert stage(family) == "sent"
    with dispatching():
        until(lambda: stage(family) == "received")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_backup_from_before_the_sending_sends_the_same_again_and_nothing_else(
    database: str, database_kind: str, facility: FacilitySimulator, config: Settings, tmp_path: Path
) -> None:
    """The facility tells a repeat by its id, so in effect nothing is sent twice."""
    family = a_family(facility.url)
    say_yes(family, an_outcome())
    db.engine().dispose()  # folds the write-ahead log into the file
    file = Path(config.database.removeprefix("sqlite:///"))
    shutil.copyfile(file, tmp_path / "backup.db")
    with dispatching():
        until(lambda: stage(family) == "received")
    db.engine().dispose()
    shutil.copyfile(tmp_path / "backup.db", file)
    db.configure(config.database)
    assert stage(family) == "sent", "premise: it knows nothing of what was sent"
    with dispatching():
        until(lambda: stage(family) == "received")
    assert (len(facility.ids), len(set(facility.ids))) == (2, 1)
    assert len({delivery.body for delivery in facility.deliveries}) == 1


def test_a_short_storm_of_kills_loses_and_doubles_nothing(
    database_kind: str, tmp_path: Path, fresh_database: Any
) -> None:
    assert threading.current_thread() is threading.main_thread(), "a server ends with the thread that starts it"
    found = storm.run(tmp_path, fresh_database(database_kind), kills=5, sessions=8, seed=20260301)
    assert (found["kills"], found["sessions"], found["verified"]) == (5, 8, True)
    assert (found["lost"], found["doubled"], found["wrong"]) == (0, 0, 0)
