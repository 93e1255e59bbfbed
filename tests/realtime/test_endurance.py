"""Clients that are slow, silent, many or wild, and a server that stops: nobody else is harmed."""

import json
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from facilitator.infra.frames import CloseCode, Opcode
from tests.journeys.clients import Client
from tests.journeys.family import Family, a_family
from tests.realtime.raw import RawSocket, client_frame
from tests.servers import Server

MOST_BACKLOG_BYTES = 1024 * 1024
MANY = 1_200
PING_S = 1.0
LEEWAY_S = 1.0
"""For a machine that does other things beside the test."""

Start = Callable[..., Server]


def test_who_reads_nothing_is_dropped_others_are_not_held_up_and_it_comes_back_whole(
    running_server: Start, transport: str
) -> None:
    # The fast lane drops at its limit; the libraries know none, and notice that pings are not answered.
    ping_s = 20 if transport == "fast" else PING_S
    server = _start(running_server, transport, ping_s=ping_s)
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:2])
        with RawSocket(server.base_url, receive_bytes=4096).open(Cookie=_cookies(family.console)) as stuck:
            stuck.join(family.live)
            sent_bytes = 0
            for n in range(80):
                begun_s = time.monotonic()
                family.console.do("take_note", text=f"{n:04} " + "words " * 320)
                sent_bytes += 2000 * n
                family.console.do("grant_turn", person=family.team[n % 2].person)
                family.team[0].wait_for(lambda s, n=n: s["floor"]["holder"] == family.team[n % 2].person)
                assert time.monotonic() - begun_s < LEEWAY_S
            assert sent_bytes > 5 * MOST_BACKLOG_BYTES
            time.sleep(4 * PING_S)
            assert stuck.read_to_the_end() < 2 * MOST_BACKLOG_BYTES
        with RawSocket(server.base_url).open(Cookie=_cookies(family.console)) as back:
            whole = back.join(family.live).view()
        assert whole["seq"] == family.console.seq
        assert whole["sections"]["notes"] == family.console.view()["sections"]["notes"]
        assert len(whole["sections"]["notes"]) == 80


@pytest.mark.parametrize("kind", ["websocket", "polling"])
def test_a_link_that_went_silent_is_noticed_within_a_ping_and_its_timeout(
    running_server: Start, transport: str, kind: str
) -> None:
    server = _start(running_server, transport, ping_s=PING_S)
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:1])
        silent = family.team[1]
        open_silent = _silent_websocket if kind == "websocket" else _silent_polling
        with open_silent(server, family, silent):
            family.console.wait_for(lambda s: _connected(s, silent.person))
            begun_s = time.monotonic()
            family.console.wait_for(lambda s: not _connected(s, silent.person))
            # The libraries look after everybody in turn, for as long as a timeout.
            most_s = 2 * PING_S if transport == "fast" else 3 * PING_S
            assert time.monotonic() - begun_s < most_s + LEEWAY_S
        assert _connected(family.console.sections, family.team[0].person), "whoever answers its pings stays"


def test_1200_are_connected_at_once_and_each_is_answered(running_server: Start, transport: str) -> None:
    _allow_many_files()
    server = _start(running_server, transport, ping_s=20)
    with a_family(server) as family, ExitStack() as stack:
        everybody = [stack.enter_context(RawSocket(server.base_url)).open() for _ in range(MANY)]
        for n, client in enumerate(everybody):
            client.send_bytes(client_frame(str(n).encode(), Opcode.PING))
        for n, client in enumerate(everybody):
            pong = client.frame()
            assert pong is not None
            assert (pong.opcode, pong.payload) == (Opcode.PONG, str(n).encode())
        family.gather(family.live, phones=family.team[:1])
        begun_s = time.monotonic()
        family.console.do("grant_turn", person=family.team[0].person)
        family.team[0].wait_for(lambda s: s["floor"]["holder"] == family.team[0].person)
        assert time.monotonic() - begun_s < LEEWAY_S


@pytest.mark.parametrize("transport", ["fast"])  # the libraries let one client keep the event loop
def test_a_client_that_asks_without_end_holds_up_nobody_and_fills_no_memory(
    running_server: Start, transport: str
) -> None:
    server = _start(running_server, transport, ping_s=15)
    with a_family(server) as family, RawSocket(server.base_url).open() as wild:
        family.gather(family.live, phones=family.team[:1])
        wild.join(family.live, token=_token(family, family.team[1]))
        before_kib = _memory_kib(server)
        large = client_frame(wild.ask(1, "nonsense", text="x" * 30_000).encode()) * 50
        small = client_frame(wild.ask(1, "nonsense").encode()) * 10_000
        with ThreadPoolExecutor() as pool:
            reading = pool.submit(wild.read_to_the_end)  # whoever does not is soon dropped
            sending = pool.submit(_send_until_cut_off, wild, large + small, times=20)
            for n in range(20):
                begun_s = time.monotonic()
                family.console.do("grant_turn" if n % 2 == 0 else "end_turn", **_of(family, n))
                assert time.monotonic() - begun_s < LEEWAY_S
            assert not reading.done(), "it was wild to the end"
            wild.shut()
            sending.result()
            assert reading.result() > 100_000, "it was answered all the while"
        assert _memory_kib(server) - before_kib < 50 * 1024


def test_a_stopped_server_answers_what_was_asked_and_takes_its_leave(
    running_server: Start, transport: str
) -> None:
    server = _start(running_server, transport, ping_s=15)
    with a_family(server) as family, ThreadPoolExecutor() as pool:
        family.gather(family.live, phones=family.team[:2]).close()
        with RawSocket(server.base_url).open() as phone:
            phone.join(family.live, token=_token(family, family.team[1])).view()
            with _locked(server):
                phone.say(phone.ask(1, "raise_hand"))
                time.sleep(0.3)
                stopping = pool.submit(server.stop)
                time.sleep(0.5)
            if transport == "fast":  # the libraries cut everybody off first
                assert phone.answer(1)["ok"]
                last = phone.last_frame()
                assert last is not None
                assert last.close_code == CloseCode.GOING_AWAY
            else:
                phone.read_to_the_end()
        assert stopping.result() == 0
    assert "Traceback" not in server.log.read_text()


def test_clients_come_back_by_themselves_after_a_restart(running_server: Start, transport: str) -> None:
    server = _start(running_server, transport, ping_s=PING_S)
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:2])
        heard = len(family.team[0].received)
        server.restart()
        family.team[0].wait_for(lambda _: len(family.team[0].received) > heard, within_s=20)
        family.console.wait_for(lambda s: _connected(s, family.team[1].person), within_s=20)


def test_polling_goes_on_when_a_websocket_beside_it_fails(running_server: Start, transport: str) -> None:
    server = _start(running_server, transport, ping_s=15)
    with a_family(server) as family:
        session = _Polling(server, family, family.team[0])
        for farewell in (client_frame(b"2wrong"), client_frame(b"2probe") + client_frame(b"6")):
            with RawSocket(server.base_url, session=session.sid) as beside:
                beside.send_bytes(beside.request())
                assert beside.status() == 101
                beside.send_bytes(farewell)
                beside.read_to_the_end()
        session.post('42/room,7["command",{"id":"x","name":"raise_hand"}]')
        assert session.poll_for("43/room,7")


class _Polling:
    """A session of long polling that is in the family's room, and polls only when told to."""

    def __init__(self, server: Server, family: Family, device: Client) -> None:
        self._url = f"{server.base_url}/socket.io/?EIO=4&transport=polling"
        self.sid = ""
        self.sid = json.loads(self._get()[1:])["sid"]
        self.post(f"40/room,{json.dumps({'room': family.live, 'token': _token(family, device)})}")
        assert self.poll_for("40/room,")

    def post(self, text: str) -> None:
        assert requests.post(self._full_url(), data=text, timeout=10).text == "OK"

    def poll_for(self, start: str) -> bool:
        return any(
            text.startswith(start) for _ in range(5) for text in self._get().split("\x1e")
        )  # views may come first

    def _get(self) -> str:
        answer = requests.get(self._full_url(), timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.text

    def _full_url(self) -> str:
        return f"{self._url}&sid={self.sid}" if self.sid else self._url


def _start(running_server: Start, transport: str, ping_s: float) -> Server:
    pings = {"PING_INTERVAL_S": str(ping_s), "PING_TIMEOUT_S": str(ping_s)}
    return running_server("eventlet", "sqlite", REALTIME_TRANSPORT=transport, COMMANDS_PER_S="2000", **pings)


@contextmanager
def _silent_websocket(server: Server, family: Family, device: Client) -> Iterator[None]:
    with RawSocket(server.base_url).open() as socket:
        socket.join(family.live, token=_token(family, device))
        yield


@contextmanager
def _silent_polling(server: Server, family: Family, device: Client) -> Iterator[None]:
    _Polling(server, family, device)
    yield


@contextmanager
def _locked(server: Server) -> Iterator[None]:
    """The database, by somebody else."""
    path = server.environment["DATABASE_URL"].removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def _send_until_cut_off(wild: RawSocket, flood: bytes, times: int) -> None:
    for _ in range(times):
        try:
            wild.send_bytes(flood)
        except OSError:
            return


def _of(family: Family, n: int) -> dict[str, str]:
    return {"person": family.team[0].person} if n % 2 == 0 else {}


def _memory_kib(server: Server) -> int:
    status = Path(f"/proc/{server.process_id}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _token(family: Family, device: Client) -> str:
    token: str = next(p["token"] for p in family.seeded["people"] if p["id"] == device.person)
    return token


def _cookies(client: Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())


def _connected(sections: dict[str, object], person: str) -> bool:
    people = sections["people"]
    assert isinstance(people, list)
    return any(p["id"] == person and p["connected"] for p in people)
