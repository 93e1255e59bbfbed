"""Who has no link at hand comes by the room code, while the waiting room is open."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from facilitator.infra import clock, db
from facilitator.people import service as people
from facilitator.people.tables import Person
from facilitator.room import service as room
from facilitator.room.tables import Room
from tests.people.doors import SAME_ORIGIN, Family, error_code, join, may_see


def names_on_the_case(family: Family) -> list[str]:
    with db.reading() as tx:
        return [people.name_of(row) for row in tx.query(Person).where(Person.case_id == family.case)]


def another_code(family: Family) -> str:
    return f"{(int(family.code) + 1) % 10**8:08d}"


def test_the_code_asks_for_a_seat_and_waits_to_be_let_in(client: FlaskClient, family: Family):
    answer = join(client, code=family.code, name="Uncle Theo")
    assert answer.status_code == 200
    joined = answer.get_json()
    assert (joined["role"], joined["rooms"]) == ("team_member", [family.live])
    assert joined["page"] == f"/rooms/{family.live}?seat={joined['person']}"
    assert room.standing(family.live, joined["person"]) == "waiting"
    assert may_see(client, family.live)
    assert "Uncle Theo" in names_on_the_case(family)


@pytest.mark.parametrize("grouping", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_the_code_may_be_typed_as_it_was_read_out(client: FlaskClient, family: Family, grouping: str):
    code = grouping.format(family.code[:4], family.code[4:])
    assert join(client, code=code, name="Theo").status_code == 200


def test_an_unknown_code_and_a_closed_room_look_the_same(client: FlaskClient, family: Family):
    unknown = join(client, code=another_code(family), name="Theo")
    with db.writing() as tx:
        tx.get_one(Room, family.live).waiting_room_open = False
    closed = join(client, code=family.code, name="Theo")
    assert unknown.status_code == closed.status_code == 404
    assert unknown.text == closed.text
    assert "Theo" not in names_on_the_case(family)


@pytest.mark.parametrize("code", ["", "1234567", "123456789", "١٢٣٤٥٦٧٨", "abcdefgh", "12345678'--", "²²²²²²²²"])
def test_what_is_no_code_is_an_unknown_code(client: FlaskClient, family: Family, code: str):
    assert error_code(join(client, code=code, name="Theo")) == "not_found"


def test_ten_tries_a_minute_and_no_more(client: FlaskClient, family: Family):
    tries = [join(client, code=another_code(family), name="Theo").status_code for _ in range(10)]
    assert tries == [404] * 10
    refused = join(client, code=family.code, name="Theo")
    assert (refused.status_code, error_code(refused)) == (429, "rate_limited")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    given = {"code": family.code, "name": "Theo"}
    answer = client.post("/api/join", json=given, headers=SAME_ORIGIN, environ_overrides=elsewhere)
    assert answer.status_code == 200
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert join(client, code=family.code, name="Theo").status_code == 200


def test_links_are_not_counted_with_the_codes(client: FlaskClient, family: Family):
    for _ in range(10):
        join(client, code=another_code(family), name="Theo")
    assert join(client, token=family.tokens["Ana"]).status_code == 200


@pytest.mark.parametrize("name", ["Zoë O’Brien-Łukasz", "نور", "王小明", "🌻 Sunny 👩‍👧", "J.", "नीलम"])
def test_names_come_in_every_script(client: FlaskClient, family: Family, name: str):
    joined = join(client, code=family.code, name=name).get_json()
    assert name in names_on_the_case(family)
    assert room.view(family.live, joined["person"])["sections"]["me"]["name"] == name


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "a\u0007b", "evil\u202egnp", "a\u0000b", "x" * 81])
def test_a_name_that_shows_nothing_or_lies_is_refused(client: FlaskClient, family: Family, name: str):
    answer = join(client, code=family.code, name=name)
    assert (answer.status_code, error_code(answer)) == (422, "malformed")
    assert len(names_on_the_case(family)) == 5


def test_a_name_is_one_line(client: FlaskClient, family: Family):
    join(client, code=family.code, name="  Theo \n\t Reyes ")
    assert "Theo Reyes" in names_on_the_case(family)
