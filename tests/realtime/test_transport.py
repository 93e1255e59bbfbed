"""What every client may rely on, the same over the fast lane and over the libraries' own path."""

import ast
import re
import time
from importlib.metadata import version
from typing import Any

import pytest
import requests

from facilitator.config import ROOT
from facilitator.infra.frames import CloseCode, Opcode
from tests.journeys.clients import Client, speech
from tests.journeys.family import Family, a_family
from tests.realtime.raw import RawSocket, client_frame
from tests.servers import Server

MOST_MESSAGE_BYTES = 64 * 1024
GRANTS = 500
RESERVED_BIT = client_frame(b"2", reserved=0x10)
NO_UTF_8 = client_frame(b"4\xff\xfe")
ONLY_ENDED_BY_STOCK = (RESERVED_BIT, NO_UTF_8)
"""The libraries stumble over these: the connection ends as it must, but with the code of an error of ours."""


def test_the_fast_lane_runs_on_exactly_the_versions_it_is_written_for() -> None:
    source = (
        ROOT / "facilitator/infra/transport.py"
    ).read_text()  # read: its libraries belong to a server's process
    said = re.search(r"^WRITTEN_FOR = (\{.*\})$", source, re.MULTILINE)
    assert said is not None
    written_for: dict[str, str] = ast.literal_eval(said[1])
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    assert {name: pinned[name] for name in written_for} == written_for
    assert {name: version(name) for name in written_for} == written_for


def test_three_members_see_five_hundred_grants_in_the_order_they_were_given(server: Server) -> None:
    with a_family(server) as family:
        members = family.team[:3]
        family.gather(family.live, phones=members)
        first = family.console.seq
        given = [members[n % 3].person for n in range(GRANTS)]
        done = [family.console.do("grant_turn", person=person) for person in given]
        assert done == list(range(first + 1, first + GRANTS + 1))
        for member in members:
            member.wait_for(lambda _, member=member: member.seq == done[-1])
            seen = {v["seq"]: v["sections"]["floor"]["holder"] for v in member.received if v["seq"] > first}
            assert list(seen.items()) == list(zip(done, given, strict=True))


def test_what_goes_to_many_at_once_goes_to_nobody_else(server: Server) -> None:
    with a_family(server) as family:
        family.gather(family.live)
        family.console.do("take_note", text="Ask about the nights alone.")
        family.console.do("cue", person=family.team[0].person, kind="breathe")
        family.console.do("grant_turn", person=family.team[1].person)
        family.team[1].do("hear_segment", **speech("You are just a junkie."))
        for phone in family.phones:
            phone.wait_for(lambda s: s["floor"]["holder"] == family.team[1].person)
            assert not {"notes", "flags", "captions", "warmth", "tips", "gates"} & set(phone.sections)
            assert "nights alone" not in phone.everything
            assert phone.sections == _untimed(phone.view()["sections"], phone.sections)
            mine = [view["sections"]["me"]["person"] for view in phone.received if "me" in view["sections"]]
            assert set(mine) == {phone.person}
        assert [bool(phone.sections["cue"]) for phone in family.phones] == [True] + [False] * (
            len(family.phones) - 1
        )


def test_a_message_of_200_kb_is_refused_and_only_its_sender_ends(server: Server, family: Family) -> None:
    with RawSocket(server.base_url).open() as other, RawSocket(server.base_url).open() as sender:
        sender.send_bytes(client_frame(b"4" + b"x" * 200_000)[:MOST_MESSAGE_BYTES])
        last = sender.last_frame()
        assert last is not None
        assert last.close_code == CloseCode.TOO_BIG
        assert _in_the_room(other, family).answer(1)["ok"] is False


def test_a_message_of_almost_64_kb_is_taken(server: Server, family: Family) -> None:
    with _in_the_room(RawSocket(server.base_url).open(), family) as phone:
        assert phone.answer(1)["error"]["code"] == "malformed"
        text = phone.ask(2, "hear_segment", **speech("x" * (MOST_MESSAGE_BYTES - 1000)))
        assert MOST_MESSAGE_BYTES - 1000 < len(text) < MOST_MESSAGE_BYTES
        phone.say(text)
        assert phone.answer(2)["error"]["code"] == "malformed"


def test_a_large_view_arrives_whole_at_a_slow_reader(server: Server) -> None:
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:1])
        for n in range(120):
            family.console.do("take_note", text=f"{n:04} " + "words " * 300)
        with RawSocket(server.base_url, receive_bytes=4096).open(Cookie=_cookies(family.console)) as slow:
            slow.join(family.live)
            time.sleep(0.5)
            notes = slow.view()["sections"]["notes"]
        assert notes == family.console.view()["sections"]["notes"]
        assert len(str(notes)) > 200_000


def test_a_message_in_pieces_is_put_together_and_a_ping_between_them_is_answered(
    server: Server, family: Family
) -> None:
    with _in_the_room(RawSocket(server.base_url).open(), family) as phone:
        assert phone.answer(1)["ok"] is False
        text = phone.ask(2, "nonsense", name="Zoë").encode()
        cut = text.index("ë".encode()) + 1
        phone.send_bytes(client_frame(text[:9], final=False) + client_frame(text[9:cut], 0, final=False))
        phone.send_bytes(client_frame(b"still there?", Opcode.PING))
        pong = _past_text(phone)
        assert (pong.opcode, pong.payload) == (Opcode.PONG, b"still there?")
        phone.send_bytes(client_frame(text[cut:], 0))
        assert phone.answer(2)["error"]["code"] == "unknown_command"


def test_bytes_that_come_one_by_one_are_understood(server: Server, family: Family) -> None:
    with _in_the_room(RawSocket(server.base_url).open(), family) as phone:
        assert phone.answer(1)["ok"] is False
        for byte in client_frame(phone.ask(2, "nonsense").encode()):
            phone.send_bytes(bytes((byte,)))
        assert phone.answer(2)["error"]["code"] == "unknown_command"


def test_many_commands_in_one_piece_are_answered_in_their_order(server: Server, family: Family) -> None:
    with _in_the_room(RawSocket(server.base_url).open(), family) as phone:
        assert phone.answer(1)["ok"] is False
        asked = range(2, 302)
        phone.send_bytes(b"".join(client_frame(phone.ask(n, "nonsense").encode()) for n in asked))
        answered = [int(text[8 : text.index("[")]) for _ in asked if (text := phone.message())]
        assert answered == list(asked)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (client_frame(b"2", masked=False), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"2", reserved=0x40), CloseCode.PROTOCOL_ERROR),
        (RESERVED_BIT, CloseCode.PROTOCOL_ERROR),
        (client_frame(b"2", 3), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"2", Opcode.PING, final=False), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"2" * 126, Opcode.PING), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"2", Opcode.CONTINUATION), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"2", final=False) + client_frame(b"2"), CloseCode.PROTOCOL_ERROR),
        (client_frame(b"4" * (MOST_MESSAGE_BYTES + 1))[:14], CloseCode.TOO_BIG),
        (NO_UTF_8, CloseCode.INVALID_TEXT),
    ],
    ids=[
        *("unmasked", "compressed", "reserved bit", "unknown opcode", "ping in pieces", "long ping"),
        *("continues nothing", "second begins inside first", "oversize", "no UTF-8"),
    ],
)
def test_a_broken_frame_ends_its_connection_with_the_code_that_says_why(
    server: Server, transport: str, sent: bytes, code: CloseCode
) -> None:
    if transport == "stock" and sent in ONLY_ENDED_BY_STOCK:
        code = CloseCode.INTERNAL_ERROR
    with RawSocket(server.base_url).open() as client:
        client.send_bytes(sent)
        last = client.last_frame()
        assert last is not None
        assert last.close_code == code


def test_a_farewell_is_returned_and_the_person_is_gone_at_once(server: Server) -> None:
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:1])
        with RawSocket(server.base_url).open() as phone:
            phone.join(family.live, token=_token(family, family.team[1]))
            family.console.wait_for(lambda s: _connected(s, family.team[1].person))
            phone.send_bytes(client_frame(b"\x03\xe9", Opcode.CLOSE))
            last = phone.last_frame()
        assert last is not None
        assert last.opcode == Opcode.CLOSE
        family.console.wait_for(lambda s: not _connected(s, family.team[1].person))


def test_what_was_asked_just_before_the_connection_ended_is_done(server: Server) -> None:
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:2])
        with RawSocket(server.base_url).open() as phone:
            phone.join(family.live, token=_token(family, family.team[1]))
            phone.say(phone.ask(1, "raise_hand"))
        family.console.wait_for(lambda s: family.team[1].person in s["queue"])


@pytest.mark.parametrize("transports", [["polling"], ["polling", "websocket"]], ids=["stays", "moves"])
def test_a_client_that_polls_loses_nothing(server: Server, transports: list[str]) -> None:
    with a_family(server) as family:
        phone = family.team[0]
        family.gather(family.live, phones=family.team[1:2])
        phone.connect(family.live, transports=transports)
        family.console.do("admit", person=phone.person)
        first = family.console.seq
        for n in range(60):
            family.console.do("grant_turn", person=family.team[n % 2].person)
        phone.wait_for(lambda _: phone.seq == first + 60)
        seqs = [view["seq"] for view in phone.received if view["seq"] > first]
        assert seqs == list(range(first + 1, first + 61))
        assert phone.do("raise_hand") == first + 61
        assert phone.sections == _untimed(phone.view()["sections"], phone.sections)


def test_a_slow_handshake_holds_up_nobody_and_succeeds(server: Server, family: Family) -> None:
    with RawSocket(server.base_url) as slow:
        request = slow.request()
        for start in range(0, len(request) - 1, 20):
            slow.send_bytes(request[start : min(start + 20, len(request) - 1)])
            begun_s = time.monotonic()
            assert requests.get(f"{server.base_url}/readyz", timeout=5).ok
            assert time.monotonic() - begun_s < 1
        slow.send_bytes(request[-1:])
        assert slow.status() == 101
        assert slow.text().startswith("0{")
        assert _in_the_room(slow, family).answer(1)["ok"] is False


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Version": "7"}, 426),
        ({"Sec_WebSocket_Key": ""}, 400),
        ({"Upgrade": "h2c"}, 400),
        ({"Origin": "https://evil.test"}, 403),
    ],
    ids=["old version", "no key", "another protocol", "foreign page"],
)
def test_a_wrong_handshake_is_refused(server: Server, headers: dict[str, str], status: int) -> None:
    with RawSocket(server.base_url) as client:
        client.send_bytes(client.request(**headers))
        assert client.status() == status


def test_compression_is_not_taken_up(server: Server) -> None:
    with RawSocket(server.base_url) as client:
        client.send_bytes(client.request(Sec_WebSocket_Extensions="permessage-deflate"))
        assert b"permessage-deflate" not in client.head()


def _in_the_room(socket: RawSocket, family: Family) -> RawSocket:
    """Joined as the observer in a room that is not open; a first, refused command is on its way under number 1."""
    socket.join(family.rehearsal, token=_token(family, family.observer))
    socket.say(socket.ask(1, "raise_hand", because="of nothing"))
    return socket


def _token(family: Family, device: Client) -> str:
    token: str = next(p["token"] for p in family.seeded["people"] if p["id"] == device.person)
    return token


def _cookies(client: Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())


def _connected(sections: dict[str, Any], person: str) -> bool:
    return any(p["id"] == person and p["connected"] for p in sections["people"])


def _past_text(socket: RawSocket) -> Any:
    frame = socket.frame()
    while frame is not None and frame.opcode == Opcode.TEXT:
        frame = socket.frame()
    return frame


def _untimed(whole: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """With the times of sending that `like` has, which differ from showing to showing."""
    timed = {name: {**whole[name], "server_now": like[name]["server_now"]} for name in ("room", "me")}
    return {**whole, **timed}
