"""Staff sign in with e-mail and password; the sign-in is a row that ends when it should."""

import time
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from facilitator.infra import clock, db, ids
from facilitator.infra.ids import AccountId
from facilitator.people import passwords, sign_ins
from facilitator.people import service as people
from facilitator.people.tables import Account, SignIn
from tests.people.doors import (
    EMAIL,
    HTML,
    PASSWORD,
    SAME_ORIGIN,
    Family,
    Sockets,
    error_code,
    is_signed_in,
    sign_in,
)


def test_the_right_password_lets_in(client: FlaskClient, dana: AccountId):
    assert not is_signed_in(client)
    assert sign_in(client).status_code == 200
    assert is_signed_in(client)


def test_an_e_mail_is_the_same_in_capitals(client: FlaskClient, dana: AccountId):
    assert sign_in(client, email="  DANA@Practice.test ").status_code == 200


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"email": "nobody@practice.test"}])
def test_what_was_wrong_is_not_told(client: FlaskClient, dana: AccountId, given: dict[str, str]):
    answer = sign_in(client, **given)
    assert answer.status_code == 401
    assert error_code(answer) == "wrong_credentials"
    assert answer.text == sign_in(client, email=EMAIL, password="something else").text
    assert not is_signed_in(client)


def test_an_unknown_e_mail_costs_as_much_as_a_wrong_password(client: FlaskClient, dana: AccountId):
    def spent_s(email: str) -> float:
        begun_s = time.process_time()
        passwords.matches("wrong", known if email == EMAIL else None)
        return time.process_time() - begun_s

    with db.reading() as tx:
        known = tx.get_one(Account, dana).password_hash
    unknown_s = min(spent_s("nobody@practice.test") for _ in range(5))
    known_s = min(spent_s(EMAIL) for _ in range(5))
    assert 0.5 < unknown_s / known_s < 2


def test_passwords_are_kept_as_argon2id_of_at_least_the_recommended_cost(dana: AccountId):
    with db.reading() as tx:
        kept = tx.get_one(Account, dana).password_hash
    assert kept.startswith("$argon2id$")
    costs = dict(pair.split("=") for pair in kept.split("$")[3].split(","))
    assert int(costs["m"]) >= 19 * 1024
    assert int(costs["t"]) >= 2


def test_a_disabled_account_stays_outside_and_is_put_outside(client: FlaskClient, dana: AccountId):
    sign_in(client)
    assert is_signed_in(client)
    with db.writing() as tx:
        tx.get_one(Account, dana).disabled_at = clock.now()
    assert not is_signed_in(client)
    assert sign_in(client).status_code == 401


def test_the_secret_of_a_sign_in_is_kept_as_a_digest_only(client: FlaskClient, dana: AccountId):
    sign_in(client)
    with client.session_transaction() as session:
        secret = session["_user_id"]
    with db.reading() as tx:
        row = tx.query(SignIn).one()
    assert row.secret_digest == ids.digest(secret) != secret


def test_a_forged_cookie_is_nobody(app: Flask, dana: AccountId):
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], "eyJfdXNlcl9pZCI6ImEifQ.aaaa.bbbb")
    assert not is_signed_in(client)


def test_signing_out_ends_the_row_so_that_a_copied_cookie_is_worthless(
    app: Flask, client: FlaskClient, dana: AccountId
):
    sign_in(client)
    stolen = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert stolen is not None
    thief = app.test_client()
    thief.set_cookie(stolen.key, stolen.value)
    assert is_signed_in(thief)
    answer = client.post("/sign-out", headers={**SAME_ORIGIN, **HTML})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_signed_in(client)
    assert not is_signed_in(thief)


def test_signing_out_closes_the_sockets_of_that_sign_in(client: FlaskClient, family: Family, sockets: Sockets):
    sign_in(client)
    with db.reading() as tx:
        row = tx.query(SignIn).one()
    sockets.open("console", family.live, family.people["Dana"], row.id)
    sockets.open("ana", family.live, family.people["Ana"], None)
    client.post("/sign-out", headers=SAME_ORIGIN)
    assert sockets.told == [("console", "gone", {"code": "signed_out"})]
    assert sockets.closed == ["console"]


def test_signing_in_again_ends_the_sign_in_before(client: FlaskClient, dana: AccountId):
    sign_in(client)
    sign_in(client)
    with db.reading() as tx:
        rows = tx.query(SignIn).order_by(SignIn.created_at).all()
    assert len(rows) == 2
    assert [row.revoked_why for row in rows if row.revoked_at] == ["signed_out"]
    assert is_signed_in(client)


def test_half_an_hour_idle_ends_it(client: FlaskClient, dana: AccountId):
    begun = clock.now()
    sign_in(client)
    with time_machine.travel(begun + timedelta(minutes=29)):
        assert is_signed_in(client)
    with time_machine.travel(begun + timedelta(minutes=29 + 29)):
        assert is_signed_in(client), "the last visit counts"
    with time_machine.travel(begun + timedelta(minutes=29 + 29 + 31)):
        assert not is_signed_in(client)


def test_a_page_that_refreshes_itself_is_nobody_at_work(client: FlaskClient, dana: AccountId):
    begun = clock.now()
    sign_in(client)
    for minutes in (10, 20, 29):
        with time_machine.travel(begun + timedelta(minutes=minutes)):
            assert client.get("/", headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    with time_machine.travel(begun + timedelta(minutes=31)):
        assert not is_signed_in(client)


def test_whoever_sits_in_a_live_room_is_not_idle(client: FlaskClient, dana: AccountId):
    begun = clock.now()
    sign_in(client)
    with db.reading() as tx:
        row = tx.query(SignIn).one()
    with time_machine.travel(begun + timedelta(minutes=25)), db.writing() as tx:
        people.seen(tx, [row.id])
    with time_machine.travel(begun + timedelta(minutes=50)):
        assert is_signed_in(client)


def test_twelve_hours_end_it_however_busy(client: FlaskClient, dana: AccountId):
    begun = clock.now()
    sign_in(client)
    for quarters in range(1, 48):
        with time_machine.travel(begun + quarters * timedelta(minutes=15)):
            assert is_signed_in(client)
    with time_machine.travel(begun + sign_ins.STAFF_LIFETIME + timedelta(seconds=1)):
        assert not is_signed_in(client)


def test_what_ended_is_known_to_other_processes_with_its_reason(client: FlaskClient, dana: AccountId):
    begun = clock.now()
    sign_in(client)
    client.post("/sign-out", headers=SAME_ORIGIN)
    sign_in(client)
    with time_machine.travel(begun + sign_ins.STAFF_LIFETIME + timedelta(minutes=1)), db.reading() as tx:
        ended = people.revoked_since(tx, begun)
        assert [people.why_ended(tx, each) for each, _ in ended] == ["signed_out", "signed_out"]
        assert len(people.revoked_since(tx, begun + timedelta(hours=1))) == 1, "the one that ran out"
    with db.reading() as tx:
        assert len(people.revoked_since(tx, begun)) == 1


def test_ten_wrong_passwords_close_the_account_for_a_while_to_the_right_one_too(
    client: FlaskClient, dana: AccountId
):
    assert [sign_in(client, password="wrong").status_code for _ in range(10)] == [401] * 10
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert sign_in(client).status_code == 200


def test_thirty_failures_close_the_door_to_an_address_whatever_the_account(client: FlaskClient, dana: AccountId):
    tries = [sign_in(client, email=f"guess{n}@practice.test").status_code for n in range(30)]
    assert tries == [401] * 30
    assert sign_in(client).status_code == 429
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    given = {"email": EMAIL, "password": PASSWORD}
    answer = client.post("/api/sign-in", json=given, headers=SAME_ORIGIN, environ_overrides=elsewhere)
    assert answer.status_code == 200


def test_signing_in_rightly_is_never_limited(client: FlaskClient, dana: AccountId):
    assert [sign_in(client).status_code for _ in range(35)] == [200] * 35


class TestTheForm:
    """Works without script: a hidden field carries the token, what is wrong is said on the page."""

    def test_it_lets_in_and_goes_on_to_the_wanted_page(self, client: FlaskClient, dana: AccountId):
        fields = {"email": EMAIL, "password": PASSWORD, "totp": "", "next": "/handoff/abc?x=1"}
        answer = client.post("/sign-in", data={**fields, "csrf_token": token_in(client)}, headers=HTML)
        assert (answer.status_code, answer.location) == (303, "/handoff/abc?x=1")
        assert is_signed_in(client)

    def test_it_says_what_is_wrong_and_keeps_what_was_typed(self, client: FlaskClient, dana: AccountId):
        fields = {"email": EMAIL, "password": "mistyped-secret", "next": "/handoff/abc"}
        answer = client.post("/sign-in", data={**fields, "csrf_token": token_in(client)}, headers=HTML)
        assert answer.status_code == 401
        assert "is not right" in answer.text
        assert EMAIL in answer.text
        assert "/handoff/abc" in answer.text
        assert "mistyped-secret" not in answer.text

    def test_an_empty_form_is_no_error_of_ours(self, client: FlaskClient, dana: AccountId):
        answer = client.post("/sign-in", data={"csrf_token": token_in(client)}, headers=HTML)
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        "elsewhere",
        [
            *("https://evil.test/", "//evil.test/", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)"),
            *(
                "/\t/evil.test",
                "/\n//evil.test",
                " //evil.test",
                "evil.test",
                "///evil.test",
                "http:evil.test",
                "//[",
                "",
            ),
        ],
    )
    def test_it_never_leads_to_another_site(self, client: FlaskClient, dana: AccountId, elsewhere: str):
        fields = {"email": EMAIL, "password": PASSWORD, "next": elsewhere, "csrf_token": token_in(client)}
        answer = client.post("/sign-in", data=fields, headers=HTML)
        assert (answer.status_code, answer.location) == (303, "/")
        assert "evil" not in client.get("/sign-in", query_string={"next": elsewhere}).headers.get("Location", "/")

    def test_whoever_is_signed_in_is_led_on(self, client: FlaskClient, dana: AccountId):
        sign_in(client)
        assert client.get("/sign-in").location == "/"


def token_in(client: FlaskClient) -> str:
    """The token in the hidden field of the sign-in form."""
    page = client.get("/sign-in", headers=HTML).text
    return page.split('name="csrf_token" value="')[1].split('"')[0]
