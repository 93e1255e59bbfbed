"""The dispatcher with its real channels, against facilities that misbehave."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from facilitator.infra import db, outbox
from facilitator.infra.dispatcher import PER_LANE, Dispatcher
from facilitator.referral import service
from facilitator.referral.channels.local import LocalChannel, newest
from facilitator.referral.channels.webhook import WebhookChannel
from tests.referral.facility import FacilitySimulator, a_facility
from tests.referral.families import a_family, an_outcome, say_yes, stage

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def facility() -> Iterator[FacilitySimulator]:
    with a_facility() as simulator:
        yield simulator


@contextmanager
def dispatching() -> Iterator[Dispatcher]:
    local = LocalChannel()
    channels = {"webhook": WebhookChannel(loopback_allowed=True), "text": local, "email": local}
    dispatcher = Dispatcher(channels, service.message_settled)
    running = threading.Thread(target=dispatcher.run)
    running.start()
    outbox.on_poke(dispatcher.wake)
    yield dispatcher
    outbox.on_poke(None)
    dispatcher.stop()
    running.join(20)
    assert not running.is_alive()


def until(true: Callable[[], bool], timeout_s: float = 10.0) -> float:
    """Seconds until it was so."""
    began_s = time.monotonic()
    while not true():
        assert time.monotonic() - began_s < timeout_s, "it never came"
        time.sleep(0.01)
    return time.monotonic() - began_s


def notes() -> int:
    with db.reading() as tx:
        return len(newest(tx, 1000))


def gaps(family_referral: service.ReferralSummary) -> str:
    return " ".join(family_referral.gaps)


def test_a_yes_is_with_the_facility_within_a_moment_of_the_wake_up(facility: FacilitySimulator) -> None:
    family = a_family(facility.url)
    with dispatching():
        time.sleep(0.5)  # so that it sleeps between two looks
        say_yes(family, an_outcome())
        began_s = time.monotonic()
        outbox.poke()
        (delivery,) = facility.wait_for(1)
        until(lambda: stage(family) == "received")
    assert delivery.at_s - began_s < 0.15


def test_ten_duplicate_activations_reach_everyone_once(facility: FacilitySimulator) -> None:
    family, outcome = a_family(facility.url), an_outcome()
    with dispatching():
        for _ in range(10):
            say_yes(family, outcome)
            outbox.poke()
        until(lambda: stage(family) == "received" and notes() == 2)
        time.sleep(0.5)
    assert facility.ids == [f"{outcome}:facility"]
    assert notes() == 2


def test_a_facility_that_fails_is_asked_again_under_the_same_id(facility: FacilitySimulator) -> None:
    facility.answers = [500, "reset", 503]
    family, outcome = a_family(facility.url), an_outcome()
    with dispatching():
        say_yes(family, outcome)
        until(lambda: stage(family) == "received", timeout_s=25.0)
    assert facility.ids == [f"{outcome}:facility"] * 4


def test_a_facility_that_is_busy_is_not_asked_before_the_time_it_named(facility: FacilitySimulator) -> None:
    facility.answers = [(429, 3)]
    family = a_family(facility.url)
    with dispatching():
        say_yes(family, an_outcome())
        first, second = facility.wait_for(2)
    assert 3.0 <= second.at_s - first.at_s < 4.5


@pytest.mark.parametrize("status", [400, 410])
def test_a_final_refusal_tells_the_professional_to_call_within_two_seconds(
    facility: FacilitySimulator, status: int
) -> None:
    facility.answers = [status]
    family = a_family(facility.url)

    def told() -> bool:
        with db.reading() as tx:
            return "could not be told by message" in gaps(service.summary(tx, family.referral.id))

    with dispatching():
        say_yes(family, an_outcome())
        outbox.poke()
        assert until(told) < 2.0
        time.sleep(1.0)
    assert (len(facility.deliveries), stage(family)) == (1, "sent")


def test_facilities_that_hang_delay_no_other_message(facility: FacilitySimulator) -> None:
    families = [a_family(facility.url) for _ in range(PER_LANE + 2)]
    facility.answers = ["hang"] * len(families)
    with a_facility() as well, dispatching():
        for family in families:
            say_yes(family, an_outcome())
        outbox.poke()
        facility.wait_for(PER_LANE)
        until(lambda: notes() == 2 * len(families), timeout_s=3.0)
        quick = a_family(well.url)
        say_yes(quick, an_outcome())
        outbox.poke()
        assert until(lambda: stage(quick) == "received") < 1.0
        assert len(facility.deliveries) == PER_LANE, "premise: the others are hanging still"


def test_a_message_that_takes_longer_than_a_lease_is_not_sent_twice_meanwhile(facility: FacilitySimulator) -> None:
    facility.answers = ["hang"]
    family = a_family(facility.url)
    with dispatching():
        say_yes(family, an_outcome())
        facility.wait_for(1)
        time.sleep(outbox.LEASE_S + 0.5)
        assert len(facility.deliveries) == 1


def test_with_nobody_to_wake_it_any_more_it_sends_what_is_due_and_ends(facility: FacilitySimulator) -> None:
    facility.answers = [500]
    family = a_family(facility.url)
    dispatcher = Dispatcher({"webhook": WebhookChannel(loopback_allowed=True)}, service.message_settled)
    say_yes(family, an_outcome())
    dispatcher.finish()
    running = threading.Thread(target=dispatcher.run, daemon=True)
    running.start()
    running.join(20)
    assert (running.is_alive(), len(facility.deliveries), stage(family)) == (False, 2, "received")


def test_a_kind_of_message_without_a_channel_is_given_up_and_said_so() -> None:
    family = a_family()
    dispatcher = Dispatcher({}, service.message_settled)
    say_yes(family, an_outcome())
    dispatcher.finish()
    dispatcher.run()
    with db.reading() as tx:
        summary = service.summary(tx, family.referral.id)
    assert {step.state for step in summary.steps} == {"failed"}
    assert {bid.stage for bid in summary.bids} == {"undeliverable"}
    assert "1-800-662-4357" in summary.gaps[0]
    assert [who for who in ("driver", "escort") if f"Call the {who} now" in gaps(summary)] == ["driver", "escort"]
