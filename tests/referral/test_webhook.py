"""One message to a facility's system, over a real connection."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db, ids, outbox
from facilitator.infra.dispatcher import Delivered, Refusal, TryLater
from facilitator.infra.outbox import Claimed
from facilitator.infra.refusal import Refused
from facilitator.referral import lines
from facilitator.referral.channels import addresses
from facilitator.referral.channels.webhook import WebhookChannel
from tests.referral.facility import FacilitySimulator, Slow, a_facility
from tests.referral.families import a_family, an_outcome, say_yes

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def facility() -> Iterator[FacilitySimulator]:
    with a_facility() as simulator:
        yield simulator


def a_heads_up(endpoint: str) -> tuple[Seeded, Claimed]:
    family = a_family(endpoint)
    say_yes(family, an_outcome())
    with db.writing() as tx:
        while (message := outbox.claim(tx, clock.now(), ids.new_id())) is not None:
            if message.kind == "webhook":
                return family, message
    raise AssertionError("no heads-up was written")


def send(endpoint: str) -> Any:
    return WebhookChannel(loopback_allowed=True).send(a_heads_up(endpoint)[1])


def test_it_is_signed_so_that_any_standard_receiver_can_check_it(facility: FacilitySimulator) -> None:
    family, message = a_heads_up(facility.url)
    assert WebhookChannel(loopback_allowed=True).send(message) == Delivered()
    (delivery,) = facility.deliveries
    assert delivery.id == message.key
    checked = Webhook(family.referral.webhook_secret).verify(delivery.body, delivery.headers)
    assert checked == json.loads(message.body)
    with pytest.raises(WebhookVerificationError):
        Webhook(family.referral.webhook_secret).verify(delivery.body + b" ", delivery.headers)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_a_receipt(facility: FacilitySimulator, status: int) -> None:
    facility.answers = [status]
    assert send(facility.url) == Delivered()


@pytest.mark.parametrize("status", [400, 410])
def test_400_and_410_are_final(facility: FacilitySimulator, status: int) -> None:
    facility.answers = [status]
    assert send(facility.url) == Refusal(f"status {status}")


@pytest.mark.parametrize("status", [404, 408, 500, 502, 503])
def test_other_failures_are_tried_again(facility: FacilitySimulator, status: int) -> None:
    facility.answers = [status]
    assert send(facility.url) == TryLater(f"status {status}")


def test_a_busy_facility_names_its_own_time_in_seconds_or_as_a_date(facility: FacilitySimulator) -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    facility.answers = [(429, 17), (429, in_a_minute), (429, "soon")]
    assert send(facility.url) == TryLater("status 429", 17.0)
    by_date = send(facility.url)
    assert by_date.retry_after_s == pytest.approx(60.0, abs=3.0)
    assert send(facility.url) == TryLater("status 429")


def test_while_a_secret_is_replaced_both_sign(facility: FacilitySimulator) -> None:
    family, message = a_heads_up(facility.url)
    with db.writing() as tx:
        fresh = lines.rotate(tx, message.to.removeprefix("facilities:"), clock.now())
    assert WebhookChannel(loopback_allowed=True).send(message) == Delivered()
    (delivery,) = facility.deliveries
    for secret in (fresh, family.referral.webhook_secret):
        assert Webhook(secret).verify(delivery.body, delivery.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(lines.new_secret()).verify(delivery.body, delivery.headers)


def test_a_410_closes_the_line_and_nothing_more_is_sent_until_somebody_reopens_it(
    facility: FacilitySimulator,
) -> None:
    message = a_heads_up(facility.url)[1]
    channel, line_of = WebhookChannel(loopback_allowed=True), message.to.removeprefix("facilities:")
    facility.answers = [410]
    assert channel.send(message) == Refusal("status 410")
    assert channel.send(message) == Refusal("gone")
    assert len(facility.deliveries) == 1
    with db.writing() as tx:
        lines.reopen(tx, line_of)
    assert channel.send(message) == Delivered()


def test_a_facility_that_is_slow_is_waited_for(facility: FacilitySimulator) -> None:
    facility.answers = [Slow(2.0)]
    assert send(facility.url) == Delivered()


def test_a_redirect_is_not_followed(facility: FacilitySimulator) -> None:
    with a_facility() as elsewhere:
        facility.answers = [(302, elsewhere.url)]
        assert send(facility.url) == TryLater("status 302")
        assert elsewhere.deliveries == []


def test_a_facility_that_hangs_is_left_after_five_seconds(facility: FacilitySimulator) -> None:
    facility.answers = ["hang"]
    began_s = time.monotonic()
    assert send(facility.url) == TryLater("ReadTimeout")
    assert 4.5 < time.monotonic() - began_s < 7.0


def test_a_connection_that_breaks_is_tried_again(facility: FacilitySimulator) -> None:
    facility.answers = ["reset"]
    assert send(facility.url) == TryLater("ConnectionError")
    assert len(facility.deliveries) == 1, "premise: it broke after the facility had read everything"


def test_a_port_where_nobody_listens_is_tried_again() -> None:
    assert isinstance(send("http://127.0.0.1:9/hook"), TryLater)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/hook",
        "https://192.168.0.9/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://0.0.0.0/hook",
        "http://93.184.216.34/hook",
        "ftp://93.184.216.34/hook",
        "file:///etc/passwd",
        "not a url",
        "https://[::1",
        "https://example.org:99999/hook",
    ],
)
def test_private_and_unencrypted_places_are_never_connected_to(url: str) -> None:
    assert send(url) == Refusal("not_allowed")


def test_this_machine_is_allowed_only_where_the_product_itself_is_local() -> None:
    with pytest.raises(Refused):
        addresses.resolve("http://127.0.0.1:5000/hook", loopback_allowed=False)
    with pytest.raises(Refused):
        addresses.resolve("https://localhost/hook", loopback_allowed=False)
    assert addresses.resolve("http://127.0.0.1:5000/hook?a=1", loopback_allowed=True).url == (
        "http://127.0.0.1:5000/hook?a=1"
    )


def test_a_name_is_turned_into_a_number_once_and_still_asked_for_by_name() -> None:
    target = addresses.resolve("http://localhost:8080/hook", loopback_allowed=True)
    assert target.url in ("http://127.0.0.1:8080/hook", "http://[::1]:8080/hook")
    assert target.session().headers["Host"] == "localhost:8080"
