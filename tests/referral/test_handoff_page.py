"""The hand-off page over HTTP: what each role sees and what not, its news, and taps without script or late."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from facilitator.demo import family as story
from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db
from facilitator.people.tables import SignIn
from facilitator.referral import news, service
from facilitator.referral.summary import Clock, Which
from tests.referral.asked import answers, lead, rings, summary
from tests.referral.families import an_outcome, say_yes, stage

ClientOf = Callable[[str], FlaskClient]

WITHIN = timedelta(seconds=5)


@pytest.fixture
def family(app: Flask) -> Seeded:
    made = seed.families(1, totp=False)[0]
    say_yes(made, an_outcome())
    return made


@pytest.fixture
def client_of(app: Flask, family: Seeded) -> ClientOf:
    def client(role: str) -> FlaskClient:
        made = app.test_client()
        if role == "interventionist":
            given = {"email": family.staff.email, "password": family.staff.password}
            assert made.post("/api/sign-in", json=given).status_code == 200
            return made
        token = next(each.token for each in (*family.people, *family.others) if each.role == role)
        assert made.post("/api/join", json={"token": token}).status_code == 200
        return made

    return client


def page(client: FlaskClient, family: Seeded) -> str:
    answer = client.get(f"/handoff/{family.referral.id}")
    assert answer.status_code == 200
    return answer.text


def news_of(client: FlaskClient, family: Seeded, version: str = "") -> Any:
    path, by_script = f"/handoff/{family.referral.id}/news?version={version}", {"Sec-Fetch-Mode": "cors"}
    return client.get(path, headers=by_script)


def version(family: Seeded) -> str:
    with db.reading() as tx:
        return news.version(tx, family.referral.id)


def press(client: FlaskClient, family: Seeded, move: str, **more: Any) -> Any:
    body = {"id": str(uuid.uuid4()), "move": move, **more}
    return client.post(
        f"/api/referrals/{family.referral.id}/moves", json=body, headers={"Sec-Fetch-Site": "same-origin"}
    )


PROFESSIONALS_ONLY = (
    *("Everything that happened", "Messages kept here", "Facilities</h2>", "/consent/", "Go to plan B now"),
    *("Say it for them", "Call now", "Plan B is due", "Nora at the desk", story.FALLBACK.organization),
)


@pytest.mark.parametrize("role", ["escort", "driver"])
def test_those_who_travel_see_the_journey_and_nothing_of_the_desk(
    client_of: ClientOf, family: Seeded, role: str
) -> None:
    answers(family, Which.PRIMARY, "accepted")
    desk, phone = page(client_of("interventionist"), family), page(client_of(role), family)
    assert "Everything that happened" in desk
    assert [text for text in PROFESSIONALS_ONLY if text in phone] == []
    assert news_of(client_of(role), family).text.count("Everything that happened") == 0
    for needed in ("We have left", story.ROUTE.partition(";")[0], *story.BAG, "tel:+1603-555-0100"):
        assert needed in phone


@pytest.mark.parametrize("role", ["loved_one", "team_member", "observer"])
def test_the_family_gets_neither_the_page_nor_its_news(client_of: ClientOf, family: Seeded, role: str) -> None:
    client = client_of(role)
    refused = client.get(f"/handoff/{family.referral.id}"), news_of(client, family)
    assert [answer.status_code for answer in refused] == [403, 403]
    assert all(story.PRIMARY.organization not in answer.text for answer in refused)


def test_a_stranger_gets_neither(app: Flask, client: FlaskClient, family: Seeded) -> None:
    assert news_of(client, family).status_code == 401
    token = next(each.token for each in seed.families(1, totp=False)[0].people if each.role == "escort")
    stranger = app.test_client()
    assert stranger.post("/api/join", json={"token": token}).status_code == 200
    assert news_of(stranger, family).status_code == 404


def test_news_are_told_once(client_of: ClientOf, family: Seeded) -> None:
    client = client_of("escort")
    before = version(family)
    assert f'data-version="{before}"' in page(client, family)
    assert news_of(client, family, before).status_code == 204
    answers(family, Which.PRIMARY, "accepted")
    fresh = news_of(client, family, before)
    assert fresh.status_code == 200
    assert "The facility said yes" in fresh.text
    assert "<html" not in fresh.text
    assert news_of(client, family, version(family)).status_code == 204


def test_both_facilities_come_with_their_clocks_and_the_one_tap(client_of: ClientOf, family: Seeded) -> None:
    client = client_of("interventionist")
    shown = page(client, family)
    for clock_label in ("A second way is tried", "They are reminded", "Plan B is due"):
        assert clock_label in shown
    assert not re.search(r'button--primary" id="move-fallback"', shown)
    rings(family, Clock.ANSWER)
    shown = page(client, family)
    assert "Plan B goes out by itself" in shown
    assert re.search(r'button--primary" id="move-fallback"', shown)
    assert press(client, family, "fallback").status_code == 200
    shown = page(client, family)
    assert "Their time to answer ends" in shown
    assert "move-fallback" not in shown


def test_a_tap_that_waited_for_a_network_counts_from_when_it_was_made(client_of: ClientOf, family: Seeded) -> None:
    with db.writing() as tx:
        service.stand_down(tx, family.referral.id, an_outcome(), clock.now())
    with db.writing() as tx:
        service.activate(tx, family.referral.id, an_outcome(), clock.now() - timedelta(seconds=1800))
    answers(family, Which.PRIMARY, "accepted", ago_s=1200)
    assert press(client_of("driver"), family, "left", ago_s=900).status_code == 200
    left = summary(family).moments.left
    assert left is not None
    assert abs(clock.now() - timedelta(seconds=900) - clock.parse(left)) < WITHIN


def test_no_tap_counts_from_before_the_facilitys_yes(client_of: ClientOf, family: Seeded) -> None:
    answers(family, Which.PRIMARY, "accepted")
    press(client_of("driver"), family, "left", ago_s=7200)
    moments = summary(family).moments
    assert moments.left == moments.accepted


@pytest.mark.parametrize("ago_s", [-1, 86_401, "soon"])
def test_how_long_it_waited_has_to_make_sense(client_of: ClientOf, family: Seeded, ago_s: object) -> None:
    answers(family, Which.PRIMARY, "accepted")
    assert press(client_of("driver"), family, "left", ago_s=ago_s).status_code == 422
    assert stage(family) == "accepted"


def test_the_buttons_work_without_script_and_keep_the_seat(client_of: ClientOf, family: Seeded) -> None:
    answers(family, Which.PRIMARY, "accepted")
    client = client_of("escort")
    seat = next(each.id for each in family.people if each.role == "escort")
    shown = client.get(f"/handoff/{family.referral.id}?seat={seat}").text
    assert f"/moves?seat={seat}" in shown
    form = {"id": str(uuid.uuid4()), "move": "left", "reason": ""}
    path, same_origin = f"/api/referrals/{family.referral.id}/moves?seat={seat}", {"Sec-Fetch-Site": "same-origin"}
    for _ in range(2):
        answer = client.post(path, data=form, headers=same_origin)
        assert (answer.status_code, answer.location) == (303, f"/handoff/{family.referral.id}?seat={seat}")
    assert stage(family) == "en_route"


def test_who_admitted_and_what_was_said_is_for_the_professionals(client_of: ClientOf, family: Seeded) -> None:
    answers(family, Which.PRIMARY, "accepted")
    press(client_of("escort"), family, "left")
    answers(family, Which.PRIMARY, "admitted")
    desk, phone = page(client_of("interventionist"), family), page(client_of("escort"), family)
    assert "By <bdi>Nora at the desk</bdi>" in desk
    assert "Nora at the desk" not in phone
    assert "From the yes to the door" in phone


def test_words_about_turning_back_are_shown_once_and_only_to_the_professionals(
    client_of: ClientOf, family: Seeded
) -> None:
    answers(family, Which.PRIMARY, "accepted")
    press(client_of("escort"), family, "refused_on_the_way", reason="He got out at the lights.")
    desk, phone = page(client_of("interventionist"), family), page(client_of("escort"), family)
    assert desk.count("He got out at the lights.") == 1
    assert "The outcome is open again" in desk
    assert "lights" not in phone
    assert "Thank you for staying with them" in phone


def test_at_another_place_the_way_to_the_first_is_not_shown(client_of: ClientOf, family: Seeded) -> None:
    with db.writing() as tx:
        service.confirm_fallback(tx, family.referral.id, lead(family))
    answers(family, Which.FALLBACK, "accepted")
    shown = page(client_of("driver"), family)
    assert "It is another place than planned" in shown
    assert story.FALLBACK.organization in shown
    assert story.ROUTE.partition(";")[0] not in shown
    assert "<h1>Plan B</h1>" in shown


def test_a_professional_who_watches_a_journey_is_not_signed_out_for_sitting_still(
    client_of: ClientOf, family: Seeded
) -> None:
    client = client_of("interventionist")
    for watched in (True, False):
        last = _idle_for(timedelta(minutes=29))
        assert news_of(client, family, "" if watched else version(family)).status_code == (200 if watched else 204)
        assert (_last_seen() > last) is watched
    answers(family, Which.PRIMARY, "accepted")
    answers(family, Which.PRIMARY, "admitted")
    last = _idle_for(timedelta(minutes=29))
    assert news_of(client, family).status_code == 200
    assert _last_seen() == last


def _idle_for(so_long: timedelta) -> datetime:
    with db.writing() as tx:
        tx.execute(update(SignIn).where(SignIn.account_id.is_not(None)).values(last_seen_at=clock.now() - so_long))
    return _last_seen()


def _last_seen() -> datetime:
    with db.reading() as tx:
        return tx.scalars(select(SignIn.last_seen_at).where(SignIn.account_id.is_not(None))).one()
