"""The main job, driven as an outside program would drive it: from joining to the hand-off."""

import base64
import json
import resource
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook, WebhookVerificationError

from tests.clusters import Cluster
from tests.journeys.clients import Client, speech
from tests.journeys.family import Family, a_family
from tests.servers import Server

JUDGING = "You are nothing but a junkie and you only ever think of yourself."
HONEST = "I was so scared when I found you on the floor in March. I love you."


class Facility:
    """A facility's endpoint: keeps what arrives, answers 204."""

    def __init__(self) -> None:
        self.arrived: list[tuple[dict[str, str], bytes, float]] = []
        facility = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                facility.arrived.append((dict(self.headers), body, time.monotonic()))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hand-off"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, count: int, within_s: float = 10) -> None:
        deadline = time.monotonic() + within_s
        while len(self.arrived) < count:
            assert time.monotonic() < deadline, f"{len(self.arrived)} of {count} messages arrived"
            time.sleep(0.01)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def facility() -> Iterator[Facility]:
    made = Facility()
    yield made
    made.close()


STACKS = [("eventlet", "sqlite"), ("eventlet", "postgresql"), ("threading", "sqlite"), ("three workers",)]


@pytest.fixture(params=STACKS, ids=lambda stack: "-".join(stack))
def server(
    request: pytest.FixtureRequest, running_server: Callable[..., Server], facility: Facility
) -> Server | Cluster:
    if request.param == ("three workers",):
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.environment["FACILITY_PRIMARY_URL"] = facility.url
        return cluster
    async_mode, database = request.param
    return running_server(async_mode, database, FACILITY_PRIMARY_URL=facility.url)


def test_a_session_from_joining_to_the_hand_off(server: Server | Cluster, facility: Facility) -> None:
    with a_family(server) as family:
        family.gather(family.live)
        ana, ben = family.team[:2]
        _take_turns(family, ana, ben)
        _flag_and_cue(family, ana)
        _pause_and_resume(family, ana)
        _accept(family, facility)


def _take_turns(family: Family, ana: Client, ben: Client) -> None:
    ana.do("raise_hand")
    ben.do("raise_hand")
    for device in (family.console, *family.phones):
        device.wait_for(lambda s: s["queue"] == [ana.person, ben.person])
    family.console.do("grant_turn", person=ana.person, limit_s=120)
    for device in (family.console, *family.phones):
        floor = device.wait_for(lambda s: s["floor"]["holder"] == ana.person)["floor"]
        assert floor["limit_s"] == 120
        assert device.sections["queue"] == [ben.person]


def _flag_and_cue(family: Family, ana: Client) -> None:
    ana.do("hear_segment", **speech(HONEST))
    ana.do("hear_segment", **speech(JUDGING))
    flags = family.console.wait_for(lambda s: s["flags"])["flags"]
    assert {f["text"] for f in flags} == {JUDGING}
    flag = flags[0]
    assert flag["speaker"] == ana.person
    assert flag["severity"] >= 2
    assert "junkie" in flag["text"][flag["span"]["start"] : flag["span"]["end"]]
    assert flag["why"]
    assert flag["redirect"]
    assert flag["suggestion"]
    family.console.do("judge_flag", flag=flag["id"], verdict="confirmed")
    family.console.do("cue", person=ana.person, kind="use_i")
    cue = ana.wait_for(lambda s: s.get("cue"))["cue"]
    assert cue["kind"] == "use_i"
    ana.do("cue_seen", cue=cue["id"])
    family.console.wait_for(lambda s: s["cues"][-1]["seen_at"])
    for phone in family.phones:
        assert "junkie" not in phone.everything
        assert "flags" not in phone.view()["sections"]
        if phone is not ana:
            assert "use_i" not in phone.everything


def _pause_and_resume(family: Family, ana: Client) -> None:
    family.loved_one.do("pause")
    ana.wait_for(lambda s: s["room"]["state"] == "paused" and s["floor"]["paused_at"])
    assert ana.refused("resume") == "not_allowed"
    family.console.do("resume")
    floor = ana.wait_for(lambda s: s["room"]["state"] == "live")["floor"]
    assert floor["holder"] == ana.person
    assert floor["paused_at"] is None
    assert floor["paused_total_ms"] >= 0


def _accept(family: Family, facility: Facility) -> None:
    assert family.console.refused("record_outcome", kind="accepts") == "plan_not_presented"
    family.console.do("present_plan")
    assert family.loved_one.wait_for(lambda s: s.get("plan"))["plan"]["presented_at"]
    assert facility.arrived == []
    answers = [family.console.ask("record_outcome", kind="accepts") for _ in range(10)]
    assert answers[0]["ok"]
    assert {a.get("seq") for a in answers if a["ok"]} == {answers[0]["seq"]}
    facility.wait_for(1)
    family.console.wait_for(lambda s: s["referral"]["received_at"])
    family.loved_one.wait_for(lambda s: s["outcome"]["kind"] == "accepts" and s["referral"]["steps"])
    time.sleep(1)  # time enough for a second one to arrive, if there were one
    assert len(facility.arrived) == 1
    _check_heads_up(family, facility)


def _check_heads_up(family: Family, facility: Facility) -> None:
    headers, body, _ = facility.arrived[0]
    lower = {name.lower(): value for name, value in headers.items()}
    Webhook(family.seeded["referral"]["webhook_secret"]).verify(body, lower)
    told = body.decode()
    assert json.loads(told)["type"] == "referral.heads_up"
    for person in family.seeded["people"]:
        for part in person["name"].split():
            assert part not in told, f"the heads-up names {part}"
    for word in ("opioid", "addict", "heroin", "fentanyl", "substance", "drug"):
        assert word not in told.lower()
    stranger = Webhook(f"whsec_{base64.b64encode(b'another secret of some length').decode()}")
    with pytest.raises(WebhookVerificationError):
        stranger.verify(body, lower)


def test_somebody_who_was_not_let_in_receives_nothing_of_the_room(server: Server | Cluster) -> None:
    with a_family(server) as family:
        ana, ben = family.team[:2]
        family.gather(family.live, phones=[ana])
        ben.connect(family.live)
        family.console.do("grant_turn", person=ana.person)
        ana.do("hear_segment", **speech(JUDGING))
        assert ben.refused("raise_hand") == "not_admitted"
        assert set(ben.view()["sections"]) == {"me"}
        assert all(set(payload["sections"]) <= {"me"} for payload in ben.received)
        family.console.do("admit", person=ben.person)
        ben.wait_for(lambda s: s.get("floor", {}).get("holder") == ana.person)
        family.console.do("remove", person=ben.person)
        assert ben.wait_gone() == "removed"
        assert ben.post("raise_hand").status_code == 403


def test_a_cry_for_help_reaches_the_console_and_the_safety_contact_once(server: Server | Cluster) -> None:
    with a_family(server) as family:
        ana, ben = family.team[:2]
        family.gather(family.live, phones=[ana, ben])
        family.console.do("grant_turn", person=ben.person)
        for _ in range(3):
            ana.do("signal", kind="panic")
        cry = family.console.wait_for(lambda s: s["signals"])["signals"][0]
        assert cry["person"] == ana.person
        assert cry["call"]
        assert "panic" not in ben.everything
        assert cry["call"] not in ben.everything
        _wait_until(lambda: "Safety contact" in requests.get(f"{server.base_url}/demo/received", timeout=10).text)
        received = requests.get(f"{server.base_url}/demo/received", timeout=10).text
        assert received.count("Please call the person leading the meeting") == 1


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_leaving_is_answered_and_coming_back_means_waiting_again(server: Server | Cluster) -> None:
    with a_family(server) as family:
        loved_one = family.loved_one
        family.gather(family.live, phones=[loved_one])
        assert loved_one.ask("leave")["ok"]
        assert loved_one.wait_gone() == "left"
        family.console.wait_for(lambda s: _standing(s, loved_one) == "left")
        loved_one.sections = {}
        loved_one.connect(family.live)
        family.console.wait_for(lambda s: _standing(s, loved_one) == "waiting")
        assert set(loved_one.view()["sections"]) == {"me"}
        family.console.do("admit", person=loved_one.person)
        loved_one.wait_for(lambda s: "floor" in s)


def _standing(sections: dict[str, Any], client: Client) -> str:
    return next(p["standing"] for p in sections["people"] if p["id"] == client.person)


def test_a_rehearsal_runs_the_same_engine_and_changes_nothing_outside_itself(
    server: Server, facility: Facility
) -> None:
    with a_family(server) as family:
        family.gather(family.rehearsal, phones=family.team[:2])
        ana = family.team[0]
        assert ana.sections["room"]["kind"] == "rehearsal"
        family.console.do("grant_turn", person=ana.person)
        ana.do("hear_segment", **speech(JUDGING))
        family.console.wait_for(lambda s: s["flags"])
        family.console.do("present_plan")
        assert family.console.refused("record_outcome", kind="accepts") == "rehearsal_only"
        referral = family.console.http.get(f"{server.base_url}/api/referrals/{family.seeded['referral']['id']}")
        assert referral.json()["state"] == "armed"
        assert facility.arrived == []


def test_the_same_id_has_one_effect_and_another_body_is_refused(server: Server | Cluster) -> None:
    with a_family(server) as family:
        ana = family.team[0]
        family.gather(family.live, phones=[ana])
        one_id = str(uuid.uuid4())
        said = speech(HONEST)
        first = ana.do("raise_hand")
        family.console.do("grant_turn", person=ana.person)
        answers = [ana.ask("hear_segment", one_id, **said) for _ in range(3)]
        assert {a["seq"] for a in answers} == {answers[0]["seq"]}
        assert answers[0]["seq"] > first
        assert ana.post("hear_segment", one_id, **said).json() == answers[0]
        assert ana.ask("hear_segment", one_id, **speech("Something else."))["error"]["code"] == "id_reused"
        assert len(family.console.view()["sections"]["captions"]) == 1


@pytest.mark.parametrize("transports", [("polling",), ("polling", "websocket")])
def test_a_network_without_websockets_is_served_by_polling(
    server: Server | Cluster, transports: tuple[str, ...]
) -> None:
    with a_family(server) as family:
        ana = family.team[0]
        family.console.connect(family.live, transports)
        ana.connect(family.live, transports, token=family.people[ana.person]["token"])
        family.console.do("admit", person=ana.person)
        family.console.do("open_room")
        ana.wait_for(lambda s: s.get("room", {}).get("state") == "live")
        ana.do("raise_hand")
        family.console.wait_for(lambda s: s["queue"] == [ana.person])


def test_the_console_s_link_leads_through_the_sign_in_and_back(running_server: Callable[..., Server]) -> None:
    server = running_server("eventlet", "sqlite")
    room = server.seed()["rooms"]["live"]
    page = requests.get(f"{server.base_url}/rooms/{room}", allow_redirects=False, timeout=10)
    assert page.status_code == 302
    assert page.headers["Location"].endswith(f"/sign-in?next=/rooms/{room}")


def test_more_than_a_thousand_sockets_are_open_at_once(running_server: Callable[..., Server]) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, most))  # as many systems have it; the server asks for more
    server = running_server("eventlet", "sqlite")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(1100)]
    try:
        for line in lines:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert all(line.recv(12).endswith(b"200") for line in lines)
    finally:
        for line in lines:
            line.close()


def test_signing_out_and_revoking_close_the_sockets(server: Server | Cluster) -> None:
    with a_family(server) as family:
        ana = family.team[0]
        family.gather(family.live, phones=[ana])
        revoked = family.console.http.delete(
            f"{server.base_url}/people/{ana.person}/invitation", headers={"X-CSRF-Token": family.console.csrf()}
        )
        assert revoked.status_code in (200, 204), revoked.text
        began = time.monotonic()
        assert ana.wait_gone() in ("revoked", "removed")
        assert time.monotonic() - began < 1
        out = family.console.http.post(
            f"{server.base_url}/sign-out", headers={"X-CSRF-Token": family.console.csrf()}, allow_redirects=False
        )
        assert out.status_code < 400, out.text
        assert family.console.wait_gone() == "signed_out"
