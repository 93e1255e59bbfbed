"""Nothing changes because some other site made this browser ask for it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from facilitator.people.sign_in import CSRF_COOKIE
from tests.people.doors import EMAIL, HTML, PASSWORD, SAME_ORIGIN, Family, error_code, is_signed_in, sign_in

CREDENTIALS = {"email": EMAIL, "password": PASSWORD}
ELSEWHERE = "https://evil.test"


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(CSRF_COOKIE)
    assert cookie is not None
    return cookie.value


@pytest.fixture
def signed_in(client: FlaskClient, family: Family) -> FlaskClient:
    assert sign_in(client).status_code == 200
    return client


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no proof at all"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a neighbouring host"),
        pytest.param({"Sec-Fetch-Site": "none"}, id="typed into the address bar"),
        pytest.param({"X-CSRF-Token": "made-up"}, id="a made-up token"),
        pytest.param({"X-CSRF-Token": ""}, id="an empty token"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site"),
        pytest.param({**SAME_ORIGIN, "Origin": ELSEWHERE}, id="a foreign origin"),
        pytest.param({"Origin": "null"}, id="an origin without a name"),
        pytest.param({**SAME_ORIGIN, "Origin": "http://localhost.evil.test"}, id="a host that looks like ours"),
        pytest.param({**SAME_ORIGIN, "Origin": "http://localhost:8080"}, id="another port"),
        pytest.param({**SAME_ORIGIN, "Origin": "http://["}, id="an origin that cannot be read"),
    ],
)
def test_it_is_refused(signed_in: FlaskClient, family: Family, headers: dict[str, str]):
    for answer in (
        signed_in.post("/sign-out", headers=headers, json={}),
        signed_in.post("/api/join", headers=headers, json={"token": family.tokens["Ana"]}),
        signed_in.post(f"/people/{family.people['Ana']}/invitation", headers=headers),
        signed_in.delete(f"/people/{family.people['Ana']}/invitation", headers=headers),
    ):
        assert answer.status_code == 403
        assert error_code(answer) == "no_csrf"
    assert is_signed_in(signed_in)


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": ELSEWHERE}, {"Origin": ELSEWHERE, **SAME_ORIGIN}]
)
def test_a_valid_token_does_not_help_another_site(signed_in: FlaskClient, headers: dict[str, str]):
    answer = signed_in.post("/sign-out", headers={**headers, "X-CSRF-Token": token_of(signed_in)})
    assert answer.status_code == 403
    assert is_signed_in(signed_in)


def test_the_token_from_the_cookie_is_enough_for_a_program(signed_in: FlaskClient):
    answer = signed_in.post("/sign-out", headers={"X-CSRF-Token": token_of(signed_in)}, json={})
    assert answer.status_code == 200
    assert not is_signed_in(signed_in)


def test_the_browsers_own_word_is_enough(signed_in: FlaskClient):
    assert signed_in.post("/sign-out", headers={**SAME_ORIGIN, "Origin": "http://localhost"}).status_code == 303


def test_the_token_of_another_browser_is_not(app: Flask, signed_in: FlaskClient):
    attacker = app.test_client()
    attacker.get("/api/csrf")
    answer = signed_in.post("/sign-out", headers={"X-CSRF-Token": token_of(attacker)})
    assert answer.status_code == 403


def test_a_newcomer_without_a_cookie_may_sign_in_with_json(client: FlaskClient, family: Family):
    assert client.post("/api/sign-in", json=CREDENTIALS).status_code == 200
    assert token_of(client)


def test_a_newcomer_without_a_cookie_may_join_with_json(client: FlaskClient, family: Family):
    assert client.post("/api/join", json={"token": family.tokens["Ana"]}).status_code == 200
    assert token_of(client)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": ELSEWHERE}])
def test_another_site_may_not_sign_a_newcomer_in(client: FlaskClient, family: Family, headers: dict[str, str]):
    assert client.post("/api/sign-in", json=CREDENTIALS, headers=headers).status_code == 403
    assert not is_signed_in(client)


def test_a_form_of_another_site_may_not_sign_a_newcomer_in_as_disguised_json(client: FlaskClient, family: Family):
    disguised = f'{{"email":"{EMAIL}","password":"{PASSWORD}"}}'
    answer = client.post("/api/sign-in", data=disguised, content_type="text/plain")
    assert answer.status_code == 403
    assert not is_signed_in(client)


def test_the_sign_in_form_needs_its_hidden_field(client: FlaskClient, family: Family):
    assert client.post("/sign-in", data=CREDENTIALS, headers=HTML).status_code == 403
    client.get("/sign-in", headers=HTML)
    assert client.post("/sign-in", data=CREDENTIALS, headers=HTML).status_code == 403


def test_reading_needs_no_token_and_changes_nothing(client: FlaskClient, family: Family):
    for path in ("/", "/sign-in", "/join", "/j", "/api/csrf", "/healthz"):
        assert client.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code in (200, 204, 302)


def test_the_cookie_is_readable_by_script_and_the_session_is_not(client: FlaskClient, family: Family):
    cookies = client.post("/api/sign-in", json=CREDENTIALS).headers.getlist("Set-Cookie")
    by_name = {cookie.split("=")[0]: cookie for cookie in cookies}
    assert set(by_name) == {CSRF_COOKIE, "facilitator_session"}
    assert "HttpOnly" not in by_name[CSRF_COOKIE]
    assert "HttpOnly" in by_name["facilitator_session"]
    assert "SameSite=Lax" in by_name["facilitator_session"]
    assert "SameSite=Strict" in by_name[CSRF_COOKIE]


def test_asking_for_the_token_gives_it_once_and_keeps_it(client: FlaskClient, family: Family):
    assert client.get("/api/csrf").status_code == 204
    first = token_of(client)
    assert not client.get("/api/csrf").headers.getlist("Set-Cookie")
    assert token_of(client) == first
