"""Whatever a stranger sends is answered with a clear refusal: never a 500, never a change."""

import json
import random

import pytest
from flask.testing import FlaskClient

from facilitator.infra import db
from facilitator.people.tables import Person, SignIn
from tests.people.doors import SAME_ORIGIN, Family, error_code

PATHS = ("/api/sign-in", "/api/join", "/api/join/look")
ODD_VALUES = (
    *(None, True, 0, -1, 1.5, 10**400, "", "\0", "a\0b", "\u202e", "x" * 5000, [], [[]], {}, {"a": 1}),
    *("' OR 1=1 --", "{{7*7}}", "../../etc/passwd", "%00", "🌻" * 90),
)
ODD_BODIES = (
    b"",
    b"null",
    b"true",
    b"42",
    b'"text"',
    b"[]",
    b"[{}]",
    b"{",
    b"{}",
    b"not json",
    b"\xff\xfe\x00",
    b'{"token": "\xc3\x28"}',
    b'{"email": "\xff", "password": "a"}',
    b'{"token": "\\ud800"}',
    b'{"token": "\\u0000"}',
    b'{"token": ' + b"[" * 20_000,
    b'{"x": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    b'{"token": NaN}',
    b'{"token": 1e999}',
    b"\x00" * 100,
)


@pytest.fixture
def untouched(client: FlaskClient, family: Family):
    """Nobody was let in and nobody was added, whatever was sent."""
    yield
    with db.reading() as tx:
        assert tx.query(SignIn).count() == 0
        assert tx.query(Person).count() == len(family.people)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("path", PATHS)
def test_odd_bodies(client: FlaskClient, path: str):
    for body in ODD_BODIES:
        answer = client.post(path, data=body, content_type="application/json", headers=SAME_ORIGIN)
        assert (answer.status_code, error_code(answer)) == (422, "malformed"), body[:60]
        assert answer.get_json()["error"]["message"]


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("path", PATHS)
def test_other_kinds_of_content(client: FlaskClient, path: str):
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/json;charset=x\xff",
        "",
    ):
        answer = client.post(path, data=b'{"token": "a"}', content_type=kind, headers=SAME_ORIGIN)
        assert answer.status_code in (410, 422), kind


@pytest.mark.usefixtures("untouched")
def test_odd_values_in_every_field(client: FlaskClient):
    chance = random.Random(7)
    fields = {
        "/api/sign-in": ("email", "password", "totp", "next"),
        "/api/join": ("token", "code", "name"),
        "/api/join/look": ("token",),
    }
    for _ in range(150):
        path = chance.choice(PATHS)
        body = {field: chance.choice(ODD_VALUES) for field in fields[path] if chance.random() < 0.9}
        answer = client.post(path, data=json.dumps(body), content_type="application/json", headers=SAME_ORIGIN)
        assert 400 <= answer.status_code < 500, (path, body)
        assert error_code(answer)


@pytest.mark.usefixtures("untouched")
def test_random_bytes(client: FlaskClient):
    chance = random.Random(11)
    for _ in range(150):
        body = chance.randbytes(chance.randrange(200))
        answer = client.post(chance.choice(PATHS), data=body, content_type="application/json", headers=SAME_ORIGIN)
        assert answer.status_code == 422, body


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("path", [*PATHS, "/sign-in"])
def test_too_much_at_once(client: FlaskClient, path: str):
    answer = client.post(path, data=b"x" * 70_000, content_type="application/json", headers=SAME_ORIGIN)
    assert answer.status_code == 413
    assert error_code(answer) == "too_large"


@pytest.mark.usefixtures("untouched")
def test_odd_forms(client: FlaskClient):
    for fields in (
        {},
        {"email": "\0", "password": "a"},
        {"email": "x" * 3000, "password": "a"},
        {"email": ["a", "b"]},
    ):
        answer = client.post("/sign-in", data=fields, headers=SAME_ORIGIN)
        assert answer.status_code == 422
        assert "<form" in answer.text


@pytest.mark.usefixtures("untouched")
def test_odd_addresses(client: FlaskClient, family: Family):
    for path in (
        *("/%00", "/rooms/%00", "/rooms/%00/view", "/people/%00/invitation", "/?seat=%00", "/sign-in?next=%00"),
        *("/%ff%fe", "/rooms/%ff/view", "/rooms/" + "x" * 3000, "/../../etc/passwd", "/rooms/a/view?seat=%ff"),
        *("/rooms/a/view?seat=" + "x" * 3000, "//evil.test", "/static/../wsgi.py", "/static/%2e%2e/wsgi.py"),
    ):
        assert client.get(path).status_code in (200, 302, 308, 401, 404, 405), path
        assert client.post(path, headers=SAME_ORIGIN).status_code < 500, path


@pytest.mark.usefixtures("untouched")
def test_odd_headers(client: FlaskClient, family: Family):
    for name in (
        "X-Seat",
        "X-CSRF-Token",
        "Origin",
        "Sec-Fetch-Site",
        "Cookie",
        "Accept",
        "Host",
        "Content-Length",
    ):
        for value in ("", "\x7f", "é" * 50, "x" * 5000, "a;b=c;;=", "null", "-1"):
            answer = client.get("/", headers={name: value})
            assert answer.status_code < 500, (name, value)
            answer = client.post("/api/join", json={}, headers={**SAME_ORIGIN, name: value})
            assert 400 <= answer.status_code < 500, (name, value)
