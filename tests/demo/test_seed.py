"""The demonstration family: complete, fresh each time, and told as one JSON value."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from facilitator.demo import family as story
from facilitator.demo import seed
from facilitator.demo.statements import STATEMENTS
from facilitator.infra import db
from facilitator.people import service as people
from facilitator.people.tables import Account, Person
from facilitator.plan import service as plan
from facilitator.plan.prepared import PartName
from facilitator.referral import service as referral

pytestmark = pytest.mark.usefixtures("database")


def seeded(app: Flask, *options: str) -> Any:
    result = app.test_cli_runner().invoke(args=["seed", "demo", "--json", *options])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_it_prints_what_outside_programs_rely_on(app: Flask) -> None:
    told = seeded(app)
    assert set(told) >= {"base_url", "case", "staff", "rooms", "people", "referral"}
    assert set(told["staff"]) == {"email", "password", "totp_secret"}
    assert told["staff"]["totp_secret"] is None
    assert set(told["rooms"]) == {"rehearsal", "live"}
    assert set(told["referral"]) == {"id", "primary", "fallback", "webhook_secret"}
    assert told["referral"]["webhook_secret"].startswith("whsec_")
    roles = [person["role"] for person in told["people"]]
    assert sorted(roles) == sorted(["loved_one", *["team_member"] * 7, "observer", "escort"])
    for person in told["people"]:
        assert set(person) == {"id", "name", "role", "token", "join_url"}
        assert person["join_url"] == f"{told['base_url']}/join#{person['token']}"


def test_every_link_opens_that_persons_seat(app: Flask) -> None:
    told = seeded(app)
    with db.reading() as tx:
        opened = [people.person_by_token(tx, each["token"]) for each in (*told["people"], *told["others"])]
    assert [person.id for person in opened if person] == [
        each["id"] for each in (*told["people"], *told["others"])
    ]


def test_each_family_is_fresh(app: Flask) -> None:
    first, second = seeded(app), seeded(app)
    assert first["staff"]["password"] != second["staff"]["password"]
    assert first["case"] != second["case"]
    assert {p["token"] for p in first["people"]}.isdisjoint(p["token"] for p in second["people"])


def test_twenty_families_can_be_made_at_once(app: Flask) -> None:
    told = seeded(app, "--rooms", "20")
    assert len({each["rooms"]["live"] for each in told}) == 20
    assert len({each["staff"]["email"] for each in told}) == 20


def test_one_room_asked_for_is_still_a_list(app: Flask) -> None:
    assert len(seeded(app, "--rooms", "1")) == 1


def test_a_code_at_sign_in_is_asked_for_only_on_demand(app: Flask) -> None:
    assert len(seeded(app, "--totp")["staff"]["totp_secret"]) == 32


def test_the_password_opens_the_account(app: Flask) -> None:
    staff = seeded(app)["staff"]
    answer = app.test_client().post("/api/sign-in", json={"email": staff["email"], "password": staff["password"]})
    assert answer.status_code == 200


def test_everything_is_prepared_and_the_referral_is_armed() -> None:
    family = seed.families(1, totp=False)[0]
    with db.reading() as tx:
        file = plan.casefile(tx, family.case)
        summary = referral.summary(tx, family.referral.id)
        orders = dict(
            tx.execute(select(Person.id, Person.reading_order).where(Person.case_id == family.case)).all()
        )
    team = [person.id for person in family.people if person.role == "team_member"]
    assert set(file.statements) == set(file.bottom_lines) == set(team)
    assert file.plan == story.PLAN
    assert file.safety_contact == story.SAFETY_CONTACT
    assert (summary.armed, summary.gaps) == (True, ())
    assert summary.primary.name != summary.fallback.name
    in_order = sorted(team, key=lambda person: orders[person] or 0)
    assert file.members[in_order[0]].relation == "grandmother"


@pytest.mark.parametrize("reader", STATEMENTS)
def test_each_statement_has_its_five_parts_and_takes_about_two_minutes(reader: str) -> None:
    family = seed.families(1, totp=False)[0]
    name = next(each.name for each in story.CHARACTERS if each.key == reader)
    person = next(each.id for each in family.people if each.name == name)
    with db.reading() as tx:
        statement = plan.casefile(tx, family.case).statements[person]
    assert [part.name for part in statement.parts] == list(PartName)
    assert 60 <= statement.read_s <= 240


def test_nothing_that_the_family_wrote_can_be_read_in_the_database(database: str) -> None:
    family = seed.families(1, totp=False)[0]
    words = ("Caleb", "Whitfield", "603-555", "tomatoes", "Harbor Ridge, at", family.staff.email)
    with db.reading() as tx:
        raw = [
            str(value)
            for table in db.Base.metadata.sorted_tables
            if table.name != "facilities"
            for row in tx.execute(select(table))
            for value in row
        ]
    assert raw, "premise: there are rows"
    assert [text for text in raw if any(word in text for word in words)] == []


def test_user_create_makes_an_account_that_can_sign_in(app: Flask) -> None:
    arguments = ["user", "create", "--email", "kim@practice.example", "--name", "Kim", "--no-totp"]
    result = app.test_cli_runner().invoke(args=[*arguments, "--password", "a long enough password"])
    assert result.exit_code == 0, result.output
    answer = app.test_client().post(
        "/api/sign-in", json={"email": "kim@practice.example", "password": "a long enough password"}
    )
    assert answer.status_code == 200
    again = app.test_cli_runner().invoke(args=[*arguments, "--password", "a long enough password"])
    assert (again.exit_code, "already" in again.output) == (1, True)
    with db.reading() as tx:
        assert len(tx.scalars(select(Account)).all()) == 1
