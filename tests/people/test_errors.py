"""What goes wrong is told in plain words, to people on a page and to programs as JSON."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ImATeapot

from facilitator.infra import db
from facilitator.infra.refusal import Refused
from tests.people.doors import HTML, SAME_ORIGIN, Family, error_code, sign_in

BREAKS = {
    "refused": (Refused("gone", "This has ended."), 410, "gone"),
    "too_often": (Refused("rate_limited", "Wait.", retry_after_s=7), 429, "rate_limited"),
    "conflict": (Refused("illegal_phase", "Not now."), 409, "illegal_phase"),
    "busy": (db.Busy(), 503, "not_saved"),
    "disk_full": (OperationalError("INSERT", {}, Exception("disk is full")), 503, "not_saved"),
    "mistake": (ZeroDivisionError(), 500, "internal"),
}


@pytest.fixture
def breaking(app: Flask) -> FlaskClient:
    @app.get("/breaks/<how>")
    def breaks(how: str) -> str:
        raise BREAKS[how][0]

    return app.test_client()


@pytest.mark.parametrize("how", BREAKS)
def test_programs_get_json(breaking: FlaskClient, how: str):
    answer = breaking.get(f"/breaks/{how}", headers={"Accept": "application/json"})
    _, status, code = BREAKS[how]
    assert (answer.status_code, error_code(answer)) == (status, code)
    assert answer.get_json()["ok"] is False
    assert answer.get_json()["error"]["message"]


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("headers", [HTML, {}])
def test_people_get_a_page_with_a_number_to_quote(breaking: FlaskClient, how: str, headers: dict[str, str]):
    answer = breaking.get(f"/breaks/{how}", headers=headers)
    assert answer.status_code == BREAKS[how][1]
    assert answer.mimetype == "text/html"
    assert answer.headers["X-Request-Id"] in answer.text
    assert "988" in answer.text, "the crisis line is on every page"


def test_who_must_wait_is_told_how_long(breaking: FlaskClient):
    assert breaking.get("/breaks/too_often").headers["Retry-After"] == "7"
    assert int(breaking.get("/breaks/busy").headers["Retry-After"]) > 0


def test_calls_of_the_contract_answer_in_json_whatever_is_asked_for(client: FlaskClient, family: Family):
    for answer in (
        client.get("/api/no-such-call", headers=HTML),
        client.get(f"/rooms/{family.live}/view", headers=HTML),
        client.post(f"/rooms/{family.live}/commands", headers={**HTML, **SAME_ORIGIN}),
    ):
        assert answer.get_json()["ok"] is False


def test_what_is_not_there_and_what_does_not_fit_are_told_apart(client: FlaskClient):
    missing, misfit = client.get("/api/nothing"), client.get("/api/join")
    assert (missing.status_code, error_code(missing)) == (404, "not_found")
    assert (misfit.status_code, error_code(misfit)) == (405, "method_not_allowed")
    assert "POST" in misfit.headers["Allow"]


def test_a_status_without_words_of_its_own_still_has_a_page(app: Flask):
    @app.get("/teapot")
    def teapot() -> str:
        raise ImATeapot

    answer = app.test_client().get("/teapot", headers=HTML)
    assert answer.status_code == 418
    assert "on our side" not in answer.text


def test_the_error_page_asks_the_database_nothing(client: FlaskClient, family: Family):
    sign_in(client)
    db.configure("sqlite:////nowhere/at/all.db")
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 503
    assert "988" in answer.text


def test_each_request_has_a_number_of_its_own(client: FlaskClient):
    numbers = {
        client.get("/sign-in", headers={"X-Request-Id": "forged"}).headers["X-Request-Id"] for _ in range(3)
    }
    assert len(numbers) == 3
    assert "forged" not in numbers
