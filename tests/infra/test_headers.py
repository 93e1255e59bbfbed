"""Every answer carries the security headers, and foreign pages get no socket."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from facilitator import create_app
from facilitator.config import ROOT, Settings
from facilitator.infra.headers import SecurityHeaders, is_own_origin

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SOCKET = "/socket.io/?EIO=4&transport=polling"


def carries_them(answer: TestResponse) -> bool:
    assert {name: answer.headers.getlist(name) for name in EXPECTED} == {n: [v] for n, v in EXPECTED.items()}
    [policy] = answer.headers.getlist("Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["object-src"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert rules["trusted-types"] == "lit-html"
    assert "unsafe" not in policy
    [permissions] = answer.headers.getlist("Permissions-Policy")
    assert "microphone=(self)" in permissions
    assert {"camera=()", "geolocation=()"} <= set(permissions.split(", "))
    return True


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sign-in", 200),
        ("GET", "/", 302),
        ("GET", "/no-such-page", 404),
        ("GET", "/api/join", 405),
        ("OPTIONS", "/sign-in", 200),
        ("HEAD", "/sign-in", 200),
        ("POST", "/sign-out", 403),
        ("GET", "/static/icon.svg", 200),
        ("GET", "/static/no-such-file", 404),
        ("GET", "/static/dist/no-such-file.js", 404),
        ("GET", "/healthz", 200),
        ("GET", SOCKET, 200),
        ("GET", "/socket.io/?EIO=9&transport=nonsense", 400),
        ("GET", "/rooms/%00", 404),
    ],
)
def test_they_are_on_every_answer(client: FlaskClient, method: str, path: str, status: int):
    with client.open(path, method=method) as answer:
        assert answer.status_code == status
        assert carries_them(answer)


def test_they_are_on_what_was_too_large(client: FlaskClient):
    much = b"x" * 70_000
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/api/join", data=much, content_type="application/json", headers=same_origin)
    assert answer.status_code == 413
    assert carries_them(answer)


def test_they_are_on_our_own_mistakes(app: Flask):
    @app.get("/breaks")
    def breaks() -> str:
        raise ZeroDivisionError

    answer = app.test_client().get("/breaks")
    assert answer.status_code == 500
    assert carries_them(answer)


def test_they_are_on_what_breaks_below_the_application(config: Settings):
    def broken(environ: Any, start_response: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    answer = Client(SecurityHeaders(broken, config)).get("/socket.io/")
    assert answer.status_code == 500
    assert carries_them(answer)
    assert answer.json == {
        "ok": False,
        "error": {"code": "internal", "message": "Something went wrong here. Please try again."},
    }


def test_what_an_answer_says_itself_does_not_weaken_them(app: Flask):
    @app.get("/lax")
    def lax() -> tuple[str, dict[str, str]]:
        return "", {
            "Cache-Control": "public",
            "content-security-policy": "default-src *",
            "X-Frame-Options": "DENY",
        }

    answer = app.test_client().get("/lax")
    assert carries_them(answer)
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.fixture
def built_file(tmp_path: Path) -> Iterable[str]:
    folder = ROOT / "static" / "dist"
    was_there = folder.exists()
    folder.mkdir(exist_ok=True)
    made = folder / f"test-{tmp_path.name}.js"
    made.write_text("")
    yield f"/static/dist/{made.name}"
    made.unlink()
    if not was_there:
        folder.rmdir()


def test_built_files_may_be_kept(client: FlaskClient, built_file: str):
    with client.get(built_file) as answer:
        assert answer.status_code == 200
        assert answer.headers.getlist("Cache-Control") == ["public, max-age=31536000, immutable"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_sockets_to_the_same_host_are_allowed_by_name(client: FlaskClient):
    policy = client.get("/sign-in", headers={"Host": "meet.test:8443"}).headers["Content-Security-Policy"]
    assert "connect-src 'self' ws://meet.test:8443;" in policy


@pytest.mark.parametrize("host", ["evil.test; script-src *", "a b", "a'b", "a/b", "x" * 64 + ".test", "é.test"])
def test_a_host_that_is_none_is_refused_and_never_quoted(client: FlaskClient, host: str):
    answer = client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert carries_them(answer)
    assert host not in answer.headers["Content-Security-Policy"]


class TestOverHttps:
    @pytest.fixture
    def secure(self, database: str, config: Settings) -> FlaskClient:
        assert database == config.database
        return create_app(config.model_copy(update={"base_url": "https://meet.test"})).test_client()

    def test_browsers_are_told_to_stay_with_it(self, secure: FlaskClient, client: FlaskClient):
        assert secure.get("/sign-in").headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "Strict-Transport-Security" not in client.get("/sign-in").headers

    def test_cookies_are_bound_to_the_host_and_to_https(self, secure: FlaskClient):
        cookies = secure.get("/sign-in", headers={"Accept": "text/html"}).headers.getlist("Set-Cookie")
        session = next(cookie for cookie in cookies if cookie.startswith("__Host-session="))
        assert all("Secure" in cookie for cookie in cookies)
        assert "HttpOnly" in session
        assert "Path=/" in session
        assert "Domain" not in session

    def test_sockets_are_named_with_their_secure_scheme(self, secure: FlaskClient):
        policy = secure.get("/sign-in", headers={"Host": "meet.test"}).headers["Content-Security-Policy"]
        assert "connect-src 'self' wss://meet.test;" in policy

    def test_the_public_address_is_our_own_origin_behind_a_proxy(self, secure: FlaskClient):
        def status(**headers: str) -> int:
            return secure.post("/api/sign-in", json={}, headers=headers).status_code

        assert status(Host="10.0.0.5:5000", Origin="https://meet.test") == 422
        assert status(Host="10.0.0.5:5000", Origin="https://evil.test") == 403

    def test_a_socket_opens_through_a_proxy_that_names_host_and_scheme(self, secure: FlaskClient):
        behind = {"Host": "meet.test", "X-Forwarded-Proto": "https", "Origin": "https://meet.test"}
        assert secure.get(SOCKET, headers=behind).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.test", "null", "http://localhost.evil.test", "http://localhost:1", "file://", "http://["],
)
@pytest.mark.parametrize("path", [SOCKET, "/w/2" + SOCKET])
def test_a_foreign_page_gets_no_socket(client: FlaskClient, origin: str, path: str):
    answer = client.get(path, headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"] == "foreign_origin"
    assert carries_them(answer)


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}])
def test_our_own_page_and_a_program_get_one(client: FlaskClient, headers: dict[str, str]):
    assert client.get(SOCKET, headers=headers).status_code == 200


def test_an_origin_without_a_host_is_nobodys():
    assert is_own_origin("http://a.test", "a.test", "http://b.test")
    assert is_own_origin("http://b.test", "a.test", "http://b.test")
    assert not is_own_origin("http://", "", "http://b.test")
    assert not is_own_origin("ftp://a.test", "a.test", "http://b.test")
