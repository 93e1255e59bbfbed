"""Messages to a facility's FHIR server, over a real connection."""

import json
from collections.abc import Iterator

import pytest

from facilitator.demo import family as story
from facilitator.infra.dispatcher import Delivered, Refusal, TryLater, Verdict
from facilitator.referral.channels.fhir import FhirChannel
from tests.referral.facility import FacilitySimulator, Saying, a_facility
from tests.referral.test_webhook import a_heads_up

pytestmark = pytest.mark.usefixtures("database")

BUNDLE = b'{"resourceType":"Bundle","type":"transaction","entry":[]}'


@pytest.fixture
def facility() -> Iterator[FacilitySimulator]:
    with a_facility() as simulator:
        yield simulator


def send(facility: FacilitySimulator) -> Verdict:
    return FhirChannel(loopback_allowed=True).send_bundle(a_heads_up(facility.url)[1], BUNDLE)


def a_response(*statuses: str) -> bytes:
    entries = [{"response": {"status": status}} for status in statuses]
    return json.dumps({"resourceType": "Bundle", "type": "transaction-response", "entry": entries}).encode()


def an_outcome_of(code: str, severity: str = "error") -> bytes:
    issue = {"severity": severity, "code": code, "diagnostics": "Caleb Hart, 1996-02-03"}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()


def test_the_bundle_arrives_as_it_is_signed_and_under_its_key(facility: FacilitySimulator) -> None:
    assert send(facility) == Delivered()
    (delivery,) = facility.deliveries
    assert delivery.body == BUNDLE
    assert delivery.headers["content-type"] == "application/fhir+json"
    assert delivery.headers["webhook-signature"].startswith("v1,")


def test_a_heads_up_becomes_a_communication_that_a_repeat_makes_only_once(facility: FacilitySimulator) -> None:
    message = a_heads_up(facility.url)[1]
    assert FhirChannel(loopback_allowed=True).send(message) == Delivered()
    bundle = json.loads(facility.deliveries[0].body)
    (entry,) = bundle["entry"]
    assert (bundle["type"], entry["request"]["method"]) == ("transaction", "POST")
    system = entry["resource"]["identifier"][0]["system"]
    assert entry["request"]["ifNoneExist"] == f"identifier={system}|{message.key}"
    said = entry["resource"]["payload"][0]["contentString"]
    assert "HR-" in said
    assert "65 minutes" in said
    names = {part for each in story.CHARACTERS for part in each.name.split()}
    assert [name for name in names if name in facility.deliveries[0].body.decode()] == []


@pytest.mark.parametrize("body", [b"", b"<html>", a_response("201 Created", "200 OK"), b'"ok"', b"\xff"])
def test_whatever_a_server_says_with_a_2xx_is_a_receipt_unless_it_says_no(
    facility: FacilitySimulator, body: bytes
) -> None:
    facility.answers = [Saying(200, body)]
    assert send(facility) == Delivered()


def test_a_200_that_took_nothing_is_no_receipt(facility: FacilitySimulator) -> None:
    facility.answers = [
        Saying(200, a_response("201 Created", "422 Unprocessable")),
        Saying(200, a_response("503 Busy")),
        Saying(200, an_outcome_of("required")),
        Saying(200, an_outcome_of("informational", "information")),
    ]
    said = [send(facility) for _ in range(4)]
    assert said == [Refusal("entry 422"), TryLater("entry 503"), Refusal("outcome (required)"), Delivered()]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422])
def test_what_the_server_will_never_take_is_final(facility: FacilitySimulator, status: int) -> None:
    facility.answers = [Saying(status, an_outcome_of("invalid"))]
    assert send(facility) == Refusal(f"status {status} (invalid)")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(facility: FacilitySimulator, status: int) -> None:
    facility.answers = [Saying(status, an_outcome_of("transient"))]
    assert send(facility) == TryLater(f"status {status} (transient)")


def test_a_busy_server_names_its_own_time(facility: FacilitySimulator) -> None:
    facility.answers = [(429, 9)]
    assert send(facility) == TryLater("status 429", 9.0)


def test_what_is_kept_of_a_refusal_quotes_nothing_of_the_record(facility: FacilitySimulator) -> None:
    facility.answers = [Saying(422, an_outcome_of("Caleb Hart 1996"))]
    verdict = send(facility)
    assert isinstance(verdict, Refusal)
    assert "Caleb" not in verdict.why
