"""The page behind a facility's link: what it shows, what it takes, what it never tells."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from facilitator.demo import family as story
from facilitator.demo.seed import Seeded
from facilitator.infra import db
from facilitator.referral import links, service
from facilitator.referral.tables import Referral
from tests.referral.families import a_family, an_outcome, say_yes, stage, take_it_back


@pytest.fixture
def family(app: Flask) -> Seeded:
    return a_family()


def a_link(family: Seeded, which: str = "primary", key: str = "a message") -> str:
    with db.writing() as tx:
        row = tx.get_one(Referral, family.referral.id)
        facility = row.primary_id if which == "primary" else row.fallback_id
        link = links.make(tx, family.referral.id, facility, key)
    assert link is not None
    return "/referrals/" + link.rpartition("/")[2]


def answer_of(page: str) -> str:
    """The id that the buttons of this page carry."""
    found = re.search(r'name="answer" value="(\w+)"', page)
    assert found, page
    return found[1]


def press(client: FlaskClient, link: str, state: str, **fields: str) -> int:
    form = {"answer": answer_of(client.get(link).text), "state": state, **fields}
    return client.post(link, data=form).status_code


def test_it_shows_what_a_desk_needs_and_nobodys_name(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    page = client.get(a_link(family)).text
    assert re.search(r"HR-\d{8}", page)
    assert story.CALL_BACK_PHONE in page
    names = {part for each in story.CHARACTERS for part in each.name.split()} | set(story.PROFESSIONAL.split())
    assert [name for name in names if re.search(rf"\b{name}\b", page)] == []
    assert "<title>Family meeting</title>" in page, "the history of a shared computer says nothing"


def test_looking_changes_nothing_and_keeps_nothing_on_the_way(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    link, before = a_link(family), stage(family)
    answers = [client.get(link) for _ in range(3)]
    assert {(each.status_code, each.headers["Cache-Control"]) for each in answers} == {(200, "no-store")}
    assert client.head(link).status_code == 200
    assert stage(family) == before


def test_a_desk_says_yes_arrived_and_who_admitted(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    link = a_link(family)
    for state, fields in (("accepted", {}), ("arrived", {}), ("admitted", {"by": "Nora Castellano, nurse"})):
        assert press(client, link, state, **fields) == 303
        assert stage(family) == state
    page = client.get(link).text
    assert "Admitted" in page
    assert 'name="state"' not in page, "there is nothing left to press"


def test_a_button_pressed_twice_counts_once(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    link = a_link(family)
    form = {"answer": answer_of(client.get(link).text), "state": "accepted"}
    assert [client.post(link, data=form).status_code for _ in range(3)] == [303, 303, 303]
    with db.reading() as tx:
        moved = [entry for entry in service.timeline(tx, family.referral.id) if "accepted" in str(entry.events)]
    assert len(moved) == 1


def test_a_no_needs_a_reason_and_an_admission_a_name(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    link = a_link(family)
    refused = client.post(link, data={"answer": answer_of(client.get(link).text), "state": "declined"})
    assert (refused.status_code, "needs a reason" in refused.text) == (422, True)
    assert press(client, link, "accepted") == 303
    nameless = client.post(link, data={"answer": answer_of(client.get(link).text), "state": "admitted", "by": " "})
    assert (nameless.status_code, "who admitted" in nameless.text) == (422, True)
    assert stage(family) == "accepted"


def test_what_cannot_follow_is_said_on_the_page(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    refused = client.post(a_link(family), data={"state": "arrived", "answer": "one"})
    assert (refused.status_code, 'role="alert"' in refused.text) == (409, True)


def test_the_page_takes_json_too(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    link = a_link(family)
    told = client.post(link, json={"state": "accepted", "answer": "mine"})
    assert (told.status_code, told.get_json()) == (200, {"ok": True, "changed": True, "state": "accepted"})
    again = client.post(link, json={"state": "accepted", "answer": "mine"})
    assert (again.status_code, again.get_json()["changed"]) == (200, False)
    assert client.post(link, json={"state": "delighted"}).status_code == 422


def test_the_second_facility_sees_only_that_it_was_not_asked(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    page = client.get(a_link(family, "fallback")).text
    assert "Nobody is coming for now" in page
    assert re.search(r"HR-\d{8}", page) is None
    assert 'name="state"' not in page


def test_when_it_is_called_off_the_page_says_so_and_can_confirm(client: FlaskClient, family: Seeded) -> None:
    outcome = an_outcome()
    say_yes(family, outcome)
    link = a_link(family)
    assert press(client, link, "accepted") == 303
    take_it_back(family, outcome)
    assert "Nobody is coming for now" in client.get(link).text


def test_a_link_that_ended_and_one_that_never_was_open_nothing(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    link = a_link(family)
    assert client.get(link).status_code == 200, "premise: it was good"
    with db.writing() as tx:
        links.revoke(tx, family.referral.id)
    for asked in (client.get(link), client.post(link, data={"state": "accepted", "answer": "one"})):
        assert (asked.status_code, "call the number" in asked.text) == (410, True)
    assert client.get("/referrals/" + "0" * 64).status_code == 404
    assert client.post("/referrals/" + "0" * 64, json={"state": "accepted"}).status_code == 404
    assert stage(family) == "sent"


def test_the_professional_ends_the_links_and_nobody_else(app: Flask, client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    link, path = a_link(family), f"/api/referrals/{family.referral.id}/links"
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    assert client.delete(path, headers=same_origin).status_code == 401
    escort = app.test_client()
    token = next(person.token for person in family.people if person.role == "escort")
    assert escort.post("/api/join", json={"token": token}).status_code == 200
    assert escort.delete(path, headers=same_origin).status_code == 403
    assert client.get(link).status_code == 200
    staff = app.test_client()
    given = {"email": family.staff.email, "password": family.staff.password}
    assert staff.post("/api/sign-in", json=given).status_code == 200
    assert staff.delete(path, headers=same_origin).status_code == 200
    assert client.get(link).status_code == 410


def test_another_site_cannot_press_a_button(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    forged = client.post(
        a_link(family),
        data={"state": "accepted", "answer": "one"},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert (forged.status_code, stage(family)) == (403, "sent")


def test_the_page_to_leave_to_says_nothing_of_the_referral(client: FlaskClient) -> None:
    page = client.get("/referrals/done").text
    assert "You can close this now" in page
    assert re.search(r"HR-\d{8}", page) is None
