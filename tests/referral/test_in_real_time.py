"""The clocks by the real dispatcher, only shorter: what happens by itself while nobody answers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from sqlalchemy import update

from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db, outbox
from facilitator.infra.dispatcher import Dispatcher
from facilitator.referral import service
from facilitator.referral.channels.local import LocalChannel
from facilitator.referral.channels.phone import PhoneChannel
from facilitator.referral.channels.timer import ClockChannel
from facilitator.referral.channels.webhook import WebhookChannel
from facilitator.referral.opened import OpenReferral
from facilitator.referral.summary import Which
from facilitator.referral.tables import Facility
from tests.referral.asked import answers, bids, summary
from tests.referral.facility import FacilitySimulator, a_facility
from tests.referral.families import a_family, an_outcome, say_yes

pytestmark = pytest.mark.usefixtures("database")

AT_ONCE_S = 2.0


@pytest.fixture
def desks() -> Iterator[dict[Which, FacilitySimulator]]:
    with a_facility() as first, a_facility() as second:
        yield {Which.PRIMARY: first, Which.FALLBACK: second}


@contextmanager
def dispatching() -> Iterator[None]:
    local = LocalChannel()
    channels = {
        "webhook": WebhookChannel(loopback_allowed=True),
        "text": local,
        "email": local,
        "phone": PhoneChannel(),
        "clock": ClockChannel(),
    }
    dispatcher = Dispatcher(channels, service.message_settled, service.hold_for_report)
    running = Thread(target=dispatcher.run)
    running.start()
    outbox.on_poke(dispatcher.wake)
    yield
    outbox.on_poke(None)
    dispatcher.stop()
    running.join(20)
    assert not running.is_alive()


def asked(desks: dict[Which, FacilitySimulator], **clocks: int) -> Seeded:
    """A family that said yes, with its facilities at these desks and these clocks."""
    family = a_family()
    with db.writing() as tx:
        opened = OpenReferral(tx, family.referral.id, clock.now())
        for which, card in opened.facilities.items():
            own = update(Facility).where(Facility.id == card.id)
            tx.execute(own.values(endpoint=desks[which].url, **clocks))
    say_yes(family, an_outcome())
    outbox.poke()
    return family


def names(desk: FacilitySimulator) -> list[str]:
    return [each.partition(":")[2] for each in desk.ids]


def test_silence_brings_the_reminder_and_then_the_second_facility_by_itself(
    desks: dict[Which, FacilitySimulator],
) -> None:
    with dispatching():
        family = asked(desks, receipt_s=1, reminder_s=1, answer_s=2, confirm_s=1)
        began_s = time.monotonic()
        desks[Which.FALLBACK].wait_for(1, timeout_s=10.0)
        took_s = time.monotonic() - began_s
    assert 2.9 < took_s < 5.0
    assert names(desks[Which.PRIMARY]) == ["facility", "primary:nudge"]
    assert names(desks[Which.FALLBACK])[0] == "fallback"
    assert bids(family)[Which.PRIMARY].stage == "received"


def test_a_system_that_does_not_answer_puts_a_call_on_the_list(desks: dict[Which, FacilitySimulator]) -> None:
    desks[Which.PRIMARY].answers = [503] * 20
    with dispatching():
        family = asked(desks, receipt_s=1)
        deadline_s = time.monotonic() + 10.0
        while not summary(family).tasks:
            assert time.monotonic() < deadline_s, "nobody was asked to call"
            time.sleep(0.05)
    (task,) = summary(family).tasks
    assert (task.phone, task.done_at) == ("+1 603-555-0130", None)


@pytest.mark.parametrize("status", [400, 410])
def test_a_final_refusal_is_with_the_second_facility_within_two_seconds(
    desks: dict[Which, FacilitySimulator], status: int
) -> None:
    desks[Which.PRIMARY].answers = [status]
    with dispatching():
        began_s = time.monotonic()
        asked(desks)
        desks[Which.FALLBACK].wait_for(1)
        assert time.monotonic() - began_s < AT_ONCE_S


def test_a_no_is_with_the_second_facility_within_two_seconds(desks: dict[Which, FacilitySimulator]) -> None:
    with dispatching():
        family = asked(desks)
        desks[Which.PRIMARY].wait_for(1)
        began_s = time.monotonic()
        answers(family, Which.PRIMARY, "declined")
        outbox.poke()
        desks[Which.FALLBACK].wait_for(1)
        assert time.monotonic() - began_s < AT_ONCE_S


def test_an_answer_in_time_stops_what_would_have_come(desks: dict[Which, FacilitySimulator]) -> None:
    with dispatching():
        family = asked(desks, receipt_s=1, reminder_s=1, answer_s=2, confirm_s=1)
        desks[Which.PRIMARY].wait_for(1)
        answers(family, Which.PRIMARY, "accepted")
        time.sleep(4.0)
    assert (names(desks[Which.PRIMARY]), names(desks[Which.FALLBACK])) == (["facility"], [])
