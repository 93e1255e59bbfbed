"""Writing a statement: the coach advises and never blocks, and no version is lost to another screen."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from facilitator.infra import db
from facilitator.infra.ids import PersonId
from facilitator.language import Language
from facilitator.people import service as people
from facilitator.people.roles import Role
from facilitator.plan import coach, tables
from facilitator.room import service as room
from facilitator.room.phases import Kind
from tests.makers import a_case, a_person

HURTS = "I remember the lake. You are nothing but a junkie."
NOT_IN_THE_ROOM_BUT_HERE = "I just want you to get clean."


class Writer:
    """A browser that holds one person's seat."""

    def __init__(self, app: Flask, person: PersonId) -> None:
        self.http: FlaskClient = app.test_client()
        self.person = person
        with db.writing() as tx:
            token = people.invite(tx, person)
        assert self.http.post("/api/join", json={"token": token}).status_code == 200

    def coach(self, text: str) -> Any:
        return self.http.post("/api/coach", json={"text": text}, headers=self.csrf)

    def save(self, text: str, based_on: int) -> Any:
        parts = [{"name": "love", "text": text}]
        return self.http.put("/api/statement", json={"parts": parts, "based_on": based_on}, headers=self.csrf)

    @property
    def csrf(self) -> dict[str, str]:
        cookie = self.http.get_cookie("csrf")
        return {"X-CSRF-Token": cookie.decoded_value if cookie else ""}


@pytest.fixture
def writer(app: Flask) -> Callable[..., Writer]:
    def make(role: Role = Role.TEAM_MEMBER) -> Writer:
        with db.writing() as tx:
            case = a_case(tx)
            lead = a_person(tx, case, "Ines", Role.INTERVENTIONIST)
            person = a_person(tx, case, role=role)
            kind = Kind.REHEARSAL if role is Role.STAND_IN else Kind.LIVE
            room.create(tx, case, kind, [(lead, Role.INTERVENTIONIST), (person, role)], [])
        return Writer(app, person)

    return make


def test_the_coach_points_at_what_may_hurt_and_offers_other_words(writer: Callable[..., Writer]) -> None:
    advice = writer().coach(HURTS).get_json()
    (hint,) = advice["hints"]
    assert "junkie" in HURTS[hint["start"] : hint["end"]]
    assert hint["why"]
    assert hint["suggestion"]
    assert advice["warmth"]["specific"] == 1
    assert advice["words"] == 10


def test_the_coach_gives_tips_that_the_room_does_not_raise() -> None:
    (hint,) = coach.advise(NOT_IN_THE_ROOM_BUT_HERE, Language.ENGLISH).hints
    assert hint.severity == 1


def test_saving_is_never_blocked_by_what_the_coach_says(writer: Callable[..., Writer]) -> None:
    one = writer()
    assert one.coach(HURTS).get_json()["hints"]
    kept = one.save(HURTS, based_on=0)
    assert kept.status_code == 200
    assert kept.get_json()["version"] == 1
    assert HURTS in one.http.get("/statement").get_data(as_text=True)


def test_an_older_screen_replaces_nothing_and_sees_both(writer: Callable[..., Writer]) -> None:
    one = writer()
    assert one.save("By the lake.", based_on=0).status_code == 200
    refused = one.save("By the river.", based_on=0)
    assert refused.status_code == 409
    assert refused.get_json()["error"]["code"] == "edited_elsewhere"
    assert refused.get_json()["theirs"]["parts"][0]["text"] == "By the lake."
    assert one.save("By the river.", based_on=1).get_json()["version"] == 2


def test_a_draft_is_sealed(writer: Callable[..., Writer]) -> None:
    one = writer()
    one.save("Zanzibar.", based_on=0)
    with db.reading() as tx:
        body = tx.get_one(tables.Draft, one.person).body
    assert b"Zanzibar" not in body


def test_each_writes_only_their_own(writer: Callable[..., Writer]) -> None:
    one, other = writer(), writer()
    one.save("Only mine.", based_on=0)
    assert "Only mine." not in other.http.get("/statement").get_data(as_text=True)
    assert other.http.get(f"/statement?seat={one.person}").status_code in (401, 403)


@pytest.mark.parametrize("role", [Role.LOVED_ONE, Role.OBSERVER, Role.STAND_IN])
def test_only_the_team_writes_statements(writer: Callable[..., Writer], role: Role) -> None:
    one = writer(role)
    for answer in (one.coach("Hello."), one.save("Hello.", 0), one.http.get("/statement")):
        assert answer.status_code in (401, 403)


def test_strangers_are_refused(client: FlaskClient) -> None:
    assert client.get("/statement").status_code == 401
    assert client.post("/api/coach", json={"text": "Hello."}).status_code in (401, 403)


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"parts": "x", "based_on": 0}, {"parts": [], "based_on": -1}, {"parts": [{"name": "x"}]},
     {"parts": [{"name": "love", "text": "\0"}], "based_on": 0},
     {"parts": [{"name": "love", "text": "x" * 10_001}], "based_on": 0}],
)  # fmt: skip
def test_odd_sheets_are_told_what_is_wrong(writer: Callable[..., Writer], body: Any) -> None:
    one = writer()
    answer = one.http.put("/api/statement", json=body, headers=one.csrf)
    assert answer.status_code == 422
    assert answer.get_json()["error"]["message"]
