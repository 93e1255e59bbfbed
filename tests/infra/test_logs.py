"""Log lines carry ids and figures, and nothing that anybody said, wrote or is called."""

import json
import logging
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from facilitator.infra import logs

SECRET = "Ruth said that she cannot watch this any longer"


@pytest.fixture(autouse=True)
def _prepared() -> None:
    logs.prepare("INFO")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_what_is_allowed(capsys: pytest.CaptureFixture[str]):
    logs.get("rooms").info("room opened", room="abc", seq=3)
    [line] = lines(capsys)
    assert line.pop("at").endswith("Z")
    assert line == {"event": "room opened", "level": "info", "room": "abc", "seq": 3, "source": "rooms"}


def test_any_other_field_is_left_out(capsys: pytest.CaptureFixture[str]):
    logs.get("rooms").warning("heard", text=SECRET, name=SECRET, token=SECRET, room="abc")
    [line] = lines(capsys)
    assert SECRET not in json.dumps(line)
    assert line["room"] == "abc"


def test_an_exception_is_told_by_its_kind_and_places_only(capsys: pytest.CaptureFixture[str]):
    try:
        raise ValueError(SECRET)
    except ValueError:
        logs.get("rooms").exception("failed")
    [line] = lines(capsys)
    assert line["error"] == "ValueError"
    assert any("test_logs.py" in place for place in line["where"])
    assert SECRET not in json.dumps(line)


def test_libraries_may_not_quote_data_either(capsys: pytest.CaptureFixture[str]):
    logging.getLogger("sqlalchemy.pool").error("could not insert %s", SECRET)
    [line] = lines(capsys)
    assert line["source"] == "sqlalchemy.pool"
    assert line["level"] == "error"
    assert any("test_logs" in place for place in line["where"])
    assert SECRET not in json.dumps(line)


def test_preparing_twice_does_not_write_twice(capsys: pytest.CaptureFixture[str]):
    logs.prepare("INFO")
    logging.getLogger("library").error("once")
    assert len(lines(capsys)) == 1


def test_the_level_is_obeyed(capsys: pytest.CaptureFixture[str]):
    logs.get("rooms").debug("detail")
    assert lines(capsys) == []


def test_a_request_is_told_by_its_route_never_by_its_address(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    capsys.readouterr()
    answer = client.post(
        f"/people/{SECRET}/invitation?seat=hush", json={"x": "hush"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    [line] = [line for line in lines(capsys) if line["event"] == "request"]
    assert line["route"] == "/people/<person_id>/invitation"
    assert line["status"] == answer.status_code
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert SECRET not in json.dumps(line)
    assert "hush" not in json.dumps(line)


def test_our_own_mistakes_are_logged_without_their_message(app: Flask, capsys: pytest.CaptureFixture[str]):
    @app.get("/breaks")
    def breaks() -> str:
        raise ValueError(SECRET)

    answer = app.test_client().get("/breaks")
    told = lines(capsys)
    [mistake] = [line for line in told if line["event"] == "unexpected"]
    assert mistake["error"] == "ValueError"
    assert mistake["request_id"] == answer.headers["X-Request-Id"]
    assert SECRET not in json.dumps(told)
    assert SECRET not in answer.text
