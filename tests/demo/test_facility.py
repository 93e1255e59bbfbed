"""The facility that the demonstration plays, and the page that shows what it received."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook
from werkzeug.test import TestResponse

from facilitator import create_app
from facilitator.config import Settings
from facilitator.demo import seed
from facilitator.infra import clock, db
from facilitator.referral.tables import Referral


@pytest.fixture
def app(database: str, config: Settings) -> Flask:
    assert database == config.database
    return create_app(config.model_copy(update={"demo": True}))


@pytest.fixture
def family(app: Flask) -> seed.Seeded:
    return seed.families(1, totp=False)[0]


def deliver(client: FlaskClient, family: seed.Seeded, age_s: float = 0.0, **changes: str) -> TestResponse:
    body = json.dumps({"type": "referral.heads_up", "referral": family.referral.id, "hold_number": "HR-7"})
    at = clock.now() - timedelta(seconds=age_s)
    headers = {
        "content-type": "application/json",
        "webhook-id": "outcome:facility",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(family.referral.webhook_secret).sign("outcome:facility", at, body),
    }
    given = headers | {name.replace("_", "-"): value for name, value in changes.items()}
    return client.post("/demo/facility/primary", data=changes.get("body", body), headers=given)


def test_what_is_signed_right_is_taken_and_shown(client: FlaskClient, family: seed.Seeded) -> None:
    assert b"HR-7" not in client.get("/demo/received").data
    assert deliver(client, family).status_code == 204
    assert b"HR-7" in client.get("/demo/received").data


def test_a_repeat_is_taken_and_shown_once(client: FlaskClient, family: seed.Seeded) -> None:
    assert [deliver(client, family).status_code for _ in range(3)] == [204, 204, 204]
    page = client.get("/demo/received").text
    assert (page.count("HR-7"), "came 3 times" in page) == (1, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook_signature": "v1,bm90IGl0"},
        {"webhook_signature": "nonsense"},
        {"webhook_id": "another"},
        {"webhook_timestamp": "yesterday"},
    ],
)
def test_what_is_signed_wrong_is_refused(
    client: FlaskClient, family: seed.Seeded, changes: dict[str, str]
) -> None:
    assert deliver(client, family, **changes).status_code == 403
    assert b"HR-7" not in client.get("/demo/received").data


def test_an_old_message_is_refused(client: FlaskClient, family: seed.Seeded) -> None:
    assert deliver(client, family, age_s=600).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"), [("no json", 422), ("[]", 422), ("{}", 422), ('{"referral": "unknown"}', 404)]
)
def test_what_names_no_referral_of_ours_is_refused(
    client: FlaskClient, family: seed.Seeded, body: str, status: int
) -> None:
    assert deliver(client, family, body=body).status_code == status


def test_it_is_only_there_for_this_machine_and_in_the_demonstration(
    app: Flask, family: seed.Seeded, config: Settings
) -> None:
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    assert app.test_client().get("/demo/received", environ_base=stranger).status_code == 404
    assert create_app(config).test_client().get("/demo/received").status_code == 404


def test_a_test_of_the_line_is_taken_too_if_it_is_signed_right(client: FlaskClient, family: seed.Seeded) -> None:
    with db.reading() as tx:
        facility = tx.scalars(select(Referral.primary_id)).one()
    body = json.dumps({"type": "referral.test", "facility": facility})
    at = clock.now()
    headers = {"webhook-id": "test:1", "webhook-timestamp": str(int(at.timestamp()))}
    right = Webhook(family.referral.webhook_secret).sign("test:1", at, body)
    for signature, status in (("v1,bm90IGl0", 403), (right, 204)):
        signed = headers | {"webhook-signature": signature}
        assert client.post("/demo/facility/primary", data=body, headers=signed).status_code == status
    assert "referral.test" in client.get("/demo/received").text
