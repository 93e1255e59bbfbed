"""Commands in every shape that a client may send: what becomes of them is the same over both transports."""

import json
from typing import Any

import msgspec
import pytest
from socketio.packet import Packet

from facilitator.room.sockets import Json
from tests.journeys.clients import Client
from tests.journeys.family import Family, a_family
from tests.realtime.raw import RawSocket, client_frame
from tests.servers import Server

GRANTS = 500


def test_500_grants_sent_in_one_go_are_done_answered_and_shown_in_their_order(server: Server) -> None:
    with a_family(server) as family:
        members = family.team[:3]
        family.gather(family.live, phones=members)
        first = family.console.seq
        with RawSocket(server.base_url).open(Cookie=_cookies(family.console)) as console:
            console.join(family.live).view()
            given = [members[n % 3].person for n in range(GRANTS)]
            asked = [console.ask(n, "grant_turn", person=person) for n, person in enumerate(given)]
            console.send_bytes(b"".join(client_frame(text.encode()) for text in asked))
            answers, shown, told = _answers_and_views(console, GRANTS)
        done = list(range(first + 1, first + GRANTS + 1))
        assert [number for number, _ in answers] == list(range(GRANTS))
        assert [answer["seq"] for _, answer in answers] == done
        assert shown == done
        assert told == sorted(told), "an answer and its view stand side by side"
        for member in members:
            member.wait_for(lambda _, member=member: member.seq == done[-1])
            seen = [(v["seq"], v["sections"]["floor"]["holder"]) for v in member.received if v["seq"] > first]
            assert seen == list(zip(done, given, strict=True))


@pytest.mark.parametrize("digits", [1, 20, 100])
def test_an_answer_comes_under_the_number_that_was_asked_with(server: Server, family: Family, digits: int) -> None:
    number = 10**digits - 1
    with _in_the_room(server, family) as phone:
        phone.say(phone.ask(number, "nonsense"))
        assert phone.answer(number)["error"]["code"] == "unknown_command"


@pytest.mark.parametrize(
    "odd",
    [
        *('7["command",{"id":', '7["command"', "7", "7x", '7{"command":1}', '7["command",{}]]', "[[", "7[5,{}]"),
        *('7["nonsense",{}]', "9" * 101 + '["command",{}]', '7["command",{},{}]'),
    ],
    ids=[
        *(
            "cut short",
            "open list",
            "only a number",
            "no list",
            "another list",
            "one bracket more",
            "brackets",
            "no name",
        ),
        *("unknown event", "101 digits", "two arguments"),
    ],
)
def test_what_is_no_proper_event_gets_no_answer_and_its_sender_stays(
    server: Server, family: Family, odd: str
) -> None:
    with _in_the_room(server, family) as phone:
        phone.say(f"42/room,{odd}")
        assert _is_the_first_answered(phone, 8)


def test_an_event_without_an_argument_is_a_malformed_command(server: Server, family: Family) -> None:
    with _in_the_room(server, family) as phone:
        phone.say('42/room,7["command"]')
        assert phone.answer(7)["error"]["code"] == "malformed"
        phone.say('42/room,007["command",{}]')
        assert phone.answer(7)["error"]["code"] == "malformed"
        phone.say('42/room,8["command",{"id":NaN,"name":"\\ud800"}]')
        assert phone.answer(8)["error"]["code"] == "malformed"


def test_a_command_that_wants_no_answer_is_done_and_gets_none(server: Server) -> None:
    with a_family(server) as family:
        family.gather(family.live, phones=family.team[:1])
        with RawSocket(server.base_url).open(Cookie=_cookies(family.console)) as console:
            console.join(family.live).view()
            numbered = console.ask(1, "grant_turn", person=family.team[0].person)
            console.say(numbered.replace("42/room,1[", "42/room,["))
            family.team[0].wait_for(lambda s: s["floor"]["holder"] == family.team[0].person)
            assert _is_the_first_answered(console, 2)


def test_a_command_to_a_namespace_that_was_not_joined_is_not_heard(server: Server, family: Family) -> None:
    with RawSocket(server.base_url).open() as phone:
        phone.say(phone.ask(1, "nonsense"))
        phone.say(phone.ask(2, "nonsense").replace("/room", "/elsewhere"))
        phone.join(family.rehearsal, token=_token(family, family.observer))
        phone.say(phone.ask(3, "nonsense").replace("/room", "/elsewhere"))
        assert _is_the_first_answered(phone, 4)


def test_whoever_left_the_namespace_is_heard_again_when_back(server: Server, family: Family) -> None:
    with _in_the_room(server, family) as phone:
        phone.say("41/room,")
        phone.say(phone.ask(1, "nonsense"))
        phone.join(family.rehearsal, token=_token(family, family.observer))
        assert _is_the_first_answered(phone, 2)


def test_a_command_with_a_binary_attachment_is_malformed(server: Server, family: Family) -> None:
    with _in_the_room(server, family) as phone:
        phone.say('451-/room,7["command",{"_placeholder":true,"num":0}]')
        phone.send_bytes(client_frame(b"\x00\x01", 2))
        assert phone.answer(7)["error"]["code"] == "malformed"
        assert _is_the_first_answered(phone, 8)


def test_what_comes_in_the_place_of_an_attachment_is_taken_for_it(server: Server, family: Family) -> None:
    with _in_the_room(server, family) as phone:
        phone.say('451-/room,7["command",{"_placeholder":true,"num":0}]')
        phone.say(phone.ask(8, "nonsense"))
        assert phone.answer(7)["error"]["code"] == "malformed"
        assert _is_the_first_answered(phone, 9)


def test_binary_that_nothing_announced_is_ignored(server: Server, family: Family) -> None:
    with _in_the_room(server, family) as phone:
        phone.send_bytes(client_frame(phone.ask(7, "nonsense")[1:].encode(), 2))
        phone.send_bytes(client_frame(b"\xff\x00", 2))
        assert _is_the_first_answered(phone, 8)


def test_the_libraries_send_what_is_encoded_in_part_already() -> None:
    class Ours(Packet):  # type: ignore[misc]
        json = Json

    floor = {"holder": "Zoë", "queue": []}
    sections = {"floor": msgspec.Raw(msgspec.json.encode(floor)), "timer": None}
    sent = Ours(data=["view", {"seq": 1, "sections": sections}], namespace="/room").encode()
    assert json.loads(sent.removeprefix("2/room,")) == [
        "view",
        {"seq": 1, "sections": {"floor": floor, "timer": None}},
    ]


def _in_the_room(server: Server, family: Family) -> RawSocket:
    """As the observer of a room that is not open."""
    phone = RawSocket(server.base_url).open()
    phone.join(family.rehearsal, token=_token(family, family.observer)).view()
    return phone


def _is_the_first_answered(socket: RawSocket, number: int) -> bool:
    """A command under `number` is answered, and nothing before it."""
    socket.say(socket.ask(number, "nonsense"))
    while not (text := socket.message()).startswith("43"):
        assert text.startswith('42/room,["view"'), text
    return text.startswith(f"43/room,{number}[")


def _answers_and_views(
    socket: RawSocket, count: int
) -> tuple[list[tuple[int, dict[str, Any]]], list[int], list[int]]:
    """Until so many are answered and the last one is shown: the answers, the seqs shown, and both as they came."""
    answers: list[tuple[int, dict[str, Any]]] = []
    shown: list[int] = []
    told: list[int] = []
    while len(answers) < count or shown[-1:] != [answers[-1][1]["seq"]]:
        text = socket.message()
        head, body = text[:8], json.loads(text[text.index("[") :])
        if head == "43/room,":
            answers.append((int(text[8 : text.index("[")]), body[0]))
            assert body[0]["ok"], body
            told.append(body[0]["seq"])
        else:
            assert (head, body[0]) == ("42/room,", "view"), text
            shown.append(body[1]["seq"])
            told.append(body[1]["seq"])
    return answers, shown, told


def _token(family: Family, device: Client) -> str:
    token: str = next(p["token"] for p in family.seeded["people"] if p["id"] == device.person)
    return token


def _cookies(client: Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())
