"""Who may see a referral, and how much of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra.dispatcher import Dispatcher
from facilitator.referral import service
from facilitator.referral.channels.local import LocalChannel
from tests.referral.families import an_outcome, say_yes


@pytest.fixture
def family(app: Flask) -> Seeded:
    return seed.families(1, totp=False)[0]


def staff(app: Flask, family: Seeded) -> FlaskClient:
    client = app.test_client()
    given = {"email": family.staff.email, "password": family.staff.password}
    assert client.post("/api/sign-in", json=given).status_code == 200
    return client


def person(app: Flask, family: Seeded, role: str) -> FlaskClient:
    client = app.test_client()
    token = next(each.token for each in (*family.people, *family.others) if each.role == role)
    assert client.post("/api/join", json={"token": token}).status_code == 200
    return client


def record(client: FlaskClient, family: Seeded) -> int:
    return client.get(f"/api/referrals/{family.referral.id}").status_code


def page(client: FlaskClient, family: Seeded) -> int:
    return client.get(f"/handoff/{family.referral.id}").status_code


def test_the_professional_sees_the_record(app: Flask, family: Seeded) -> None:
    say_yes(family, an_outcome())
    told = staff(app, family).get(f"/api/referrals/{family.referral.id}").get_json()
    assert (told["state"], told["gaps"]) == ("sent", [])
    assert [line["event"] for line in told["timeline"]] == ["Planned", "Armed", "Released"]
    assert told["referral"]["primary"]["phone"] == "+1 603-555-0130"


@pytest.mark.parametrize("role", ["loved_one", "team_member", "observer", "escort", "driver"])
def test_nobody_else_sees_the_record(app: Flask, family: Seeded, role: str) -> None:
    assert record(person(app, family, role), family) == 403


@pytest.mark.parametrize("role", ["escort", "driver"])
def test_whoever_brings_the_loved_one_sees_the_page_without_the_gaps(
    app: Flask, family: Seeded, role: str
) -> None:
    client = person(app, family, role)
    assert page(client, family) == 200
    assert "Still open" not in client.get(f"/handoff/{family.referral.id}").text


@pytest.mark.parametrize("role", ["loved_one", "team_member", "observer"])
def test_the_page_is_not_for_the_family(app: Flask, family: Seeded, role: str) -> None:
    assert page(person(app, family, role), family) == 403


def test_whoever_is_not_signed_in_is_shown_the_way(client: FlaskClient, family: Seeded) -> None:
    answer = client.get(f"/handoff/{family.referral.id}")
    assert (answer.status_code, answer.location) == (302, f"/sign-in?next=/handoff/{family.referral.id}")
    assert record(client, family) == 401


def test_to_the_people_of_another_case_it_does_not_exist(app: Flask, family: Seeded) -> None:
    other = seed.families(1, totp=False)[0]
    for stranger in (staff(app, other), person(app, other, "escort")):
        assert (record(stranger, family), page(stranger, family)) == (404, 404)
        refusal = stranger.get(f"/api/referrals/{family.referral.id}").get_json()
        assert refusal == stranger.get(f"/api/referrals/{'0' * 32}").get_json()


def test_the_professionals_page_follows_what_happens(app: Flask, family: Seeded) -> None:
    client = staff(app, family)
    path = f"/handoff/{family.referral.id}"
    assert "Nothing has been sent yet" in client.get(path).text
    say_yes(family, an_outcome())
    told = client.get(path).text
    assert "Plan A is on" in told
    assert "Walter Bennett" in told


def test_messages_that_no_gateway_takes_are_shown_to_the_professional_alone(app: Flask, family: Seeded) -> None:
    say_yes(family, an_outcome())
    local = LocalChannel()
    dispatcher = Dispatcher({"text": local, "email": local}, service.message_settled)
    dispatcher.finish()
    dispatcher.run()
    path = f"/handoff/{family.referral.id}"
    assert staff(app, family).get(path).text.count("Plan A is on. Open:") == 2
    assert "Plan A is on. Open:" not in person(app, family, "escort").get(path).text
