"""Bad input of any kind to any command or route: a clear 4xx, never a 500, and nothing changed."""

import itertools
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests

from facilitator.room.service import KNOWN
from tests.journeys.family import Family, a_family
from tests.servers import Server

VALUES: list[Any] = [
    None, True, -1, 0, 10**30, 1.5, "", " ", "x" * 5000, "\x00", "\ud800", "🙂" * 700, "ruth'; DROP TABLE a;--",
    [], [[]], ["a", "a"], {}, {"a": {"b": []}}, "../../etc/passwd", "<script>alert(1)</script>", "null",
]  # fmt: skip

NAMES = [
    "person", "limit_s", "by_s", "people", "segment", "text", "speaker", "started_at_ms", "ended_at_ms", "source",
    "flag", "verdict", "kind", "note", "override", "reason", "minutes", "to", "cue", "signal", "agreed", "message",
]  # fmt: skip

PATHS = [
    "/api/sign-in", "/api/join", "/api/join/look", "/rooms/ROOM/commands", "/rooms/x/commands", "/rooms/%00/view",
    "/rooms/%ff", "/rooms/ROOM", "/people/x/invitation", "/api/coach", "/api/statement", "/statement", "/sign-out",
    "/sign-in", "/handoff/x", "/api/referrals/x", "/demo/facility/primary", "/demo/facility/x", "/no/such/page",
    "/join",
]  # fmt: skip

BODIES = [
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"token": 5}', b'{"code": "1", "name": "\\u0000"}',
    b'{"token": "\\ud800"}', b"x" * 70_000, b"[" * 20_000, b'{"email": {}, "password": []}',
]  # fmt: skip


@pytest.fixture
def server(running_server: Callable[..., Server]) -> Server:
    return running_server("eventlet", "sqlite", COMMANDS_PER_S="100000")


def test_no_command_takes_bad_arguments(server: Server) -> None:
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:1])
        before = family.console.view()["seq"]
        dice = random.Random(7)
        for name, _ in itertools.product([*KNOWN, "no_such_command"], range(25)):
            args = {field: dice.choice(VALUES) for field in dice.sample(NAMES, dice.randrange(1, 4))}
            args["nonsense"] = dice.choice(VALUES)
            _assert_refused(family, {"id": str(uuid.uuid4()), "name": name, "args": args})
        assert family.console.view()["seq"] == before


def test_no_envelope_but_the_right_one_is_taken(server: Server) -> None:
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:1])
        before = family.console.view()["seq"]
        good = {"id": str(uuid.uuid4()), "name": "pause", "args": {}}
        for value in VALUES:
            _assert_refused(family, value)
            for field in good:
                if not (field == "args" and value in (None, {})):
                    _assert_refused(family, {**good, field: value})
        _assert_refused(family, {**good, "more": 1})
        assert family.console.view()["seq"] == before


def test_no_route_answers_bad_input_with_a_500(server: Server) -> None:
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:1])
        phone = family.team[0]
        headers = {"X-CSRF-Token": phone.csrf(), "Content-Type": "application/json"}
        statuses = set()
        for path, body, method in itertools.product(PATHS, BODIES, ("POST", "GET", "DELETE", "PUT")):
            answer = requests.request(
                method,
                server.base_url + path.replace("ROOM", family.live),
                data=None if method == "GET" else body,
                headers=headers,
                cookies=phone.http.cookies,
                timeout=10,
            )
            assert answer.status_code < 500, f"{method} {path} {body[:40]!r} -> {answer.status_code}"
            assert "Content-Security-Policy" in answer.headers
            statuses.add(answer.status_code)
        assert {401, 404, 405, 413, 422} <= statuses, "not every kind of refusal was met"


def test_a_flood_from_one_socket_is_told_to_slow_down(running_server: Callable[..., Server]) -> None:
    with a_family(running_server("eventlet", "sqlite", COMMANDS_PER_S="20")) as family:
        family.gather(family.live, phones=family.team[:1])
        phone = family.team[0]
        answers = [phone.ask("lower_hand") for _ in range(200)]
        assert "rate_limited" in {a["error"]["code"] for a in answers if not a["ok"]}
        assert family.console.ask("pause")["ok"]


def _assert_refused(family: Family, body: Any) -> None:
    response = family.console.http.post(
        f"{family.server.base_url}/rooms/{family.live}/commands",
        json=body,
        headers={"X-CSRF-Token": family.console.csrf()},
    )
    assert 400 <= response.status_code < 500, f"{body} -> {response.status_code} {response.text[:200]}"
    answer = response.json()
    assert answer["ok"] is False
    assert answer["error"]["message"]
