"""What the professional sees first."""

from flask import Flask
from flask.testing import FlaskClient

from facilitator.infra import db
from facilitator.infra.ids import AccountId
from facilitator.people import service as people
from facilitator.people.board import dashboard
from facilitator.people.roles import Role
from facilitator.room.tables import Room
from tests.people.doors import HTML, SAME_ORIGIN, Family, a_member_of_staff, join, sign_in


def test_a_stranger_is_sent_to_the_sign_in(client: FlaskClient, family: Family):
    answer = client.get("/", headers=HTML)
    assert (answer.status_code, answer.location) == (302, "/sign-in")


def test_it_lists_the_case_with_its_rooms_and_people(dana: AccountId, family: Family):
    [case] = dashboard(dana).cases
    assert case.label == "The Okafor family"
    assert [(room.kind, room.state, room.url) for room in case.rooms] == [
        ("live", "waiting", f"/rooms/{family.live}"),
        ("rehearsal", "waiting", f"/rooms/{family.rehearsal}"),
    ]
    assert [(room.inside, room.waiting) for room in case.rooms] == [(1, 3), (1, 3)]
    assert case.rooms[0].code == family.code
    may_be_invited = {person.name: person.can_invite for person in case.people}
    assert may_be_invited == {"Dana": False, "Ana": True, "Ben": True, "Rosa": True, "Sam": True}


def test_it_says_what_is_missing(dana: AccountId, family: Family):
    [case] = dashboard(dana).cases
    assert any("statement" in reason for reason in case.missing)
    assert any("referral" in reason for reason in case.missing)


def test_it_tells_who_opened_the_link_and_who_has_none(app: Flask, dana: AccountId, family: Family):
    join(app.test_client(), token=family.tokens["Ana"])
    with db.writing() as tx:
        people.revoke_invitations(tx, family.people["Ben"])
        people.add_person(tx, people.NewPerson(family.case, Role.TEAM_MEMBER, "Theo"))
    [case] = dashboard(dana).cases
    assert {person.name: person.state for person in case.people} == {
        "Dana": "",
        "Ana": "opened",
        "Ben": "link revoked",
        "Rosa": "not opened yet",
        "Sam": "not opened yet",
        "Theo": "no link yet",
    }
    ana = next(person for person in case.people if person.name == "Ana")
    assert ana.opened_at is not None
    [unopened] = [alert.text for alert in dashboard(dana).alerts if "not opened yet by" in alert.text]
    assert "Rosa" in unopened
    assert "Sam" in unopened
    assert "Ana" not in unopened


def test_its_version_changes_with_what_it_shows_and_only_then(app: Flask, dana: AccountId, family: Family):
    before = dashboard(dana).version
    assert dashboard(dana).version == before
    join(app.test_client(), token=family.tokens["Ana"])
    assert dashboard(dana).version != before


def test_the_code_goes_when_the_waiting_room_closes(dana: AccountId, family: Family):
    with db.writing() as tx:
        tx.get_one(Room, family.live).waiting_room_open = False
    codes = {room.id: room.code for case in dashboard(dana).cases for room in case.rooms}
    assert codes[family.live] is None
    assert codes[family.rehearsal] is not None


def test_a_colleague_and_an_admin_see_nothing_of_it(app: Flask, family: Family):
    for email, is_admin in (("other@practice.test", False), ("admin@practice.test", True)):
        account = a_member_of_staff(email, is_admin=is_admin)
        assert dashboard(account).cases == ()
        client = app.test_client()
        sign_in(client, email=email)
        assert "Okafor" not in client.get("/", headers=HTML).text


def test_an_observer_of_the_case_gets_neither_codes_nor_links(family: Family):
    account = a_member_of_staff("trainee@practice.test")
    with db.writing() as tx:
        people.add_person(tx, people.NewPerson(family.case, Role.OBSERVER, "Kim", account_id=account))
    [case] = dashboard(account).cases
    assert not any(person.can_invite for person in case.people)
    assert all(room.code is None for room in case.rooms)


def test_the_page_shows_it(client: FlaskClient, family: Family):
    sign_in(client)
    page = client.get("/", headers=HTML)
    assert page.status_code == 200
    for shown in ("Dana Reyes", "The Okafor family", "Ana", f"/rooms/{family.live}", family.code[:4]):
        assert shown in page.text


def test_names_cannot_smuggle_markup_into_it(client: FlaskClient, family: Family):
    join(client, code=family.code, name="<script>alert(1)</script>")
    sign_in(client)
    page = client.get("/", headers={**HTML, **SAME_ORIGIN}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_professional_chooses_the_language_of_the_case_and_of_each_speaker(
    client: FlaskClient, dana: AccountId, family: Family
):
    sign_in(client)
    settings = {"language": "es", "shares_verdicts": True}
    answer = client.post(f"/cases/{family.case}/settings", json=settings, headers=SAME_ORIGIN)
    assert answer.status_code == 200
    ana = family.people["Ana"]
    answer = client.post(f"/people/{ana}/language", json={"language": "en"}, headers=SAME_ORIGIN)
    assert answer.status_code == 200
    [case] = dashboard(dana).cases
    assert case.settings is not None
    assert (case.settings.language, case.settings.shares_verdicts) == ("es", True)
    assert {each.name: each.language for each in case.speakers}["Ana"] == "en"
    page = client.get("/", headers=HTML).get_data(as_text=True)
    assert "Languages and tuning" in page


def test_nobody_else_chooses_languages(app: Flask, client: FlaskClient, family: Family):
    settings = {"language": "es", "shares_verdicts": True}
    phone = app.test_client()
    join(phone, token=family.tokens["Ana"])
    for who in (client, phone):
        for path, body in (
            (f"/cases/{family.case}/settings", settings),
            (f"/people/{family.people['Ana']}/language", {"language": "es"}),
        ):
            assert who.post(path, json=body, headers=SAME_ORIGIN).status_code in (401, 403)
    a_member_of_staff("other@practice.example")
    sign_in(client, email="other@practice.example")
    answer = client.post(f"/cases/{family.case}/settings", json=settings, headers=SAME_ORIGIN)
    assert answer.status_code == 404
