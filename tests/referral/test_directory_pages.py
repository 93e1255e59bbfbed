"""The directory on its pages: who may open it, what is refused, and what happens to addresses and secrets."""

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db
from facilitator.people import service as people
from facilitator.people.roles import Role
from facilitator.referral import directory, facilities, lines, simulate
from facilitator.referral.arrangement import Channel
from facilitator.referral.tables import Facility
from tests.people.doors import HTML, SAME_ORIGIN, a_member_of_staff, sign_in
from tests.referral.records import LOCATOR_ROW, a_record

FORM = {**HTML, **SAME_ORIGIN}
CLOCKS = {"receipt_s": "60", "reminder_s": "300", "answer_s": "900", "confirm_s": "120"}
DETAILS = {
    "organization": "Cedar House",
    "service": "intake",
    "phone": "603-555-0151",
    "description": "By the river.",
    "hours": "Weekdays\nSaturdays until noon",
    "setting": ["residential", "outpatient"],
    "moud": "offered",
    "medications": "methadone\n\nbuprenorphine",
    "insurance": "Medicaid",
    "fees": "As agreed",
    "documents": "Photo identification",
    "banned_items": "mouthwash",
    "asam_levels": "3.5 | 4th edition",
}


@pytest.fixture
def family(app: Flask) -> Seeded:
    return seed.families(1, totp=False)[0]


@pytest.fixture
def client(app: Flask, family: Seeded) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, family.staff.email, family.staff.password).status_code == 200
    return client


def post(client: FlaskClient, where: str, **fields: Any) -> Any:
    return client.post(where, data=fields, headers=FORM)


def a_listed_one(client: FlaskClient) -> str:
    answer = post(client, "/facilities/new", **DETAILS)
    assert answer.status_code == 303, answer.text
    return str(answer.location).removeprefix("/facilities/")


def upload(client: FlaskClient, content: object) -> Any:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return post(client, "/facilities/import", file=(io.BytesIO(text), "list.json"))


def test_a_facility_is_added_shown_and_changed(client: FlaskClient) -> None:
    facility_id = a_listed_one(client)
    page = client.get(f"/facilities/{facility_id}", headers=HTML).text
    shown = ("Cedar House, intake", "Saturdays until noon", "3.5 | 4th edition", "mouthwash", "Never tested.")
    assert [words for words in shown if words not in page] == []
    changed = post(
        client, f"/facilities/{facility_id}", **DETAILS | {"service": "front desk", "moud": "", "medications": ""}
    )
    assert changed.status_code == 303
    with db.reading() as tx:
        card = facilities.card(tx, facility_id)
    assert (card.service, card.offers_moud) == ("front desk", None)
    assert "front desk" in client.get("/facilities", headers=HTML).text


def test_the_list_goes_by_name_and_by_nothing_else(client: FlaskClient) -> None:
    for name in ("Zeta", "alpha", "Mike"):
        post(client, "/facilities/new", **DETAILS | {"organization": name})
    page = client.get("/facilities", headers=HTML).text
    places = [page.index(f"{name}, intake") for name in ("alpha", "Mike", "Zeta")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"organization": ""}, "Organization is missing"),
        ({"phone": "x" * 41}, "shorten"),
        ({"asam_levels": "3.5"}, "edition"),
        ({"moud": "sometimes"}, "not on the list"),
        ({"setting": ["hotel"]}, "not on the list"),
        ({"moud": "not_offered"}, "MOUD policy"),
    ],
)
def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(
    client: FlaskClient, change: dict[str, Any], word: str
) -> None:
    typed = DETAILS | {"description": "typed with care"} | change
    facility_id = a_listed_one(client)
    for where in ("/facilities/new", f"/facilities/{facility_id}"):
        answer = post(client, where, **typed)
        assert answer.status_code == 422
        assert word in answer.text
        assert "typed with care" in answer.text


def set_line(client: FlaskClient, facility_id: str, **typed: Any) -> Any:
    return post(
        client, f"/facilities/{facility_id}/line", **{"channel": "webhook", "email": "", **CLOCKS, **typed}
    )


def test_a_new_address_has_to_be_tested_before_it_counts(client: FlaskClient) -> None:
    facility_id = a_listed_one(client)
    assert set_line(client, facility_id, endpoint="http://127.0.0.1:9/hook").status_code == 303
    with db.writing() as tx:
        facilities.row(tx, facility_id).tested_at = clock.now()
        lines.close(tx, facility_id, clock.now())
        facilities.row(tx, facility_id).tested_at = clock.now()
    assert set_line(client, facility_id, endpoint="http://127.0.0.1:9/hook", answer_s="600").status_code == 303
    with db.reading() as tx:
        kept = directory.reach(tx, facility_id)
        assert facilities.card(tx, facility_id).tested_at is not None
    assert (kept.channel, kept.clocks.answer_s) == (Channel.WEBHOOK, 600)
    assert set_line(client, facility_id, endpoint="http://127.0.0.1:9/other").status_code == 303
    with db.reading() as tx:
        assert facilities.card(tx, facility_id).tested_at is None
        assert not lines.line(tx, facility_id, clock.now()).gone


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ({"endpoint": "http://10.1.2.3/hook"}, "private network"),
        ({"endpoint": "https://192.168.0.4/hook"}, "private network"),
        ({"endpoint": "https://[fd00::1]/hook"}, "private network"),
        ({"endpoint": "http://8.8.8.8/hook"}, "https://"),
        ({"endpoint": "ftp://8.8.8.8/hook"}, "https://"),
        ({"endpoint": "hook"}, "https://"),
        ({"endpoint": "https://no-such-name.invalid/"}, "Check the spelling"),
        ({"endpoint": ""}, "Give the address"),
        ({"channel": "pigeon"}, "how this facility takes messages"),
        ({"channel": "link", "email": "desk"}, "not complete"),
        ({"endpoint": "https://8.8.8.8/hook", "answer_s": "0"}, "at least 1"),
        ({"endpoint": "https://8.8.8.8/hook", "answer_s": "99999"}, "whole number"),
    ],
)
def test_a_line_that_cannot_work_is_refused_when_it_is_saved(
    client: FlaskClient, typed: dict[str, str], word: str
) -> None:
    facility_id = a_listed_one(client)
    answer = set_line(client, facility_id, **typed)
    assert answer.status_code == 422
    assert word in answer.text
    with db.reading() as tx:
        assert directory.reach(tx, facility_id).endpoint == ""


def test_a_facility_without_a_system_needs_no_address(client: FlaskClient) -> None:
    facility_id = a_listed_one(client)
    assert (
        set_line(client, facility_id, channel="link", endpoint="", email="desk@cedar.example").status_code == 303
    )
    with db.reading() as tx:
        kept = directory.reach(tx, facility_id)
    assert (kept.channel, kept.email) == (Channel.LINK, "desk@cedar.example")


def test_a_new_secret_is_shown_once_and_the_old_one_signs_on_for_a_while(client: FlaskClient) -> None:
    facility_id = a_listed_one(client)
    with db.reading() as tx:
        before = lines.line(tx, facility_id, clock.now()).secrets
    shown = post(client, f"/facilities/{facility_id}/secret").text
    with db.reading() as tx:
        after = lines.line(tx, facility_id, clock.now()).secrets
    assert after == (after[0], *before)
    assert after[0] in shown
    assert after[0] not in client.get(f"/facilities/{facility_id}", headers=HTML).text


def test_a_test_message_is_written_and_followed_on_its_page(client: FlaskClient) -> None:
    facility_id = a_listed_one(client)
    answer = post(client, f"/facilities/{facility_id}/test")
    assert (answer.status_code, answer.location) == (303, f"/facilities/{facility_id}/tests")
    assert "On its way" in client.get(answer.location, headers=HTML).text
    with db.reading() as tx:
        assert [test.under_way for test in simulate.latest(tx, facility_id)] == [True]


def test_a_file_comes_in_and_goes_out_the_same(client: FlaskClient) -> None:
    done = upload(client, {"rows": [LOCATOR_ROW]})
    assert (done.status_code, "1 added" in done.text) == (200, True)
    assert "1 added" in upload(client, [a_record()]).text
    written = client.get("/facilities/export")
    assert written.mimetype == "application/json"
    assert "attachment" in written.headers["Content-Disposition"]
    assert "4 as before" in upload(client, written.data).text


def test_a_wrong_file_is_told_by_record_and_takes_nothing_over(client: FlaskClient) -> None:
    answer = upload(client, [a_record(), a_record(id="x", name="<script>alert(1)</script>")])
    assert answer.status_code == 422
    assert "Record 2" in answer.text
    assert "<script>alert" not in answer.text
    with db.reading() as tx:
        assert len(tx.scalars(select(Facility)).all()) == 2
    assert post(client, "/facilities/import").status_code == 422


def test_a_large_file_is_taken_where_files_are_taken_and_nowhere_else(client: FlaskClient) -> None:
    many = [LOCATOR_ROW | {"frid": f"row {n}", "name2": f"House {n}"} for n in range(400)]
    assert len(json.dumps(many)) > 200 * 1024
    assert "400 added" in upload(client, many).text
    assert post(client, "/facilities/new", **DETAILS | {"description": "x" * 200 * 1024}).status_code == 413
    length = {"CONTENT_LENGTH": str(8 * 1024 * 1024 + 1)}
    kind = "multipart/form-data; boundary=x"
    too_much = client.post("/facilities/import", headers=FORM, content_type=kind, environ_overrides=length)
    assert too_much.status_code == 413


def test_it_is_for_those_who_lead_and_for_admins(app: Flask, family: Seeded) -> None:
    admin, trainee = a_member_of_staff("admin@practice.test", is_admin=True), a_member_of_staff("t@practice.test")
    with db.writing() as tx:
        people.add_person(tx, people.NewPerson(family.case, Role.OBSERVER, "Kim", account_id=trainee))
    assert admin != trainee
    relative, boss, kim = app.test_client(), app.test_client(), app.test_client()
    relative.post("/api/join", json={"token": family.people[1].token})
    sign_in(boss, "admin@practice.test")
    sign_in(kim, "t@practice.test")
    assert boss.get("/facilities", headers=HTML).status_code == 200
    assert kim.get("/facilities", headers=HTML).status_code == 403
    assert kim.get("/facilities/export", headers=HTML).status_code == 403
    assert post(kim, "/facilities/new", **DETAILS).status_code == 403
    for stranger in (relative, app.test_client()):
        assert stranger.get("/facilities", headers=HTML).location == "/sign-in?next=/facilities"
        assert post(stranger, "/facilities/new", **DETAILS).status_code == 401


def test_what_does_not_exist_is_not_found(client: FlaskClient) -> None:
    nowhere = f"/facilities/{'0' * 32}"
    assert client.get(nowhere, headers=HTML).status_code == 404
    assert post(client, nowhere, **DETAILS).status_code == 404
    assert set_line(client, "0" * 32, endpoint="").status_code == 404
    assert post(client, f"{nowhere}/secret").status_code == 404
    assert post(client, f"{nowhere}/test").status_code == 404
