"""Engine.IO 4 and Socket.IO 5 in a websocket, as bytes: what a client sends, and what it is sent."""

import re
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import msgspec

PATH = "/socket.io/"
NO_MASK = b"\0\0\0\0"
"""A client has to mask; with this key masking changes nothing, and the server unmasks all the same."""
ACK = re.compile(rb"43/room,(\d+)\[(.*)\]\Z", re.DOTALL)
COMMAND = b'["command",'
VIEW = b'42/room,["view",'
CLOSED = b"41/room"
GONE = b'42/room,["gone",'
WELCOME = b"40/room,"
REFUSED = b"44/room,"
PING = b"2"
PING_FRAME = b"\x81\x012"
TEXT = 0x81


class Answer(msgspec.Struct, frozen=True):
    """What a command is answered."""

    ok: bool
    seq: int = 0
    error: dict[str, Any] | None = None


class Floor(msgspec.Struct, frozen=True):
    holder: str | None = None


class Flag(msgspec.Struct, frozen=True):
    segment: str


Some: TypeAlias = msgspec.Raw | msgspec.UnsetType


class Sections(msgspec.Struct, frozen=True):
    """Those that commands change; what else is in a view may come again at the same seq."""

    floor: Floor | msgspec.UnsetType = msgspec.UNSET
    flags: tuple[Flag, ...] | msgspec.UnsetType = msgspec.UNSET
    queue: Some = msgspec.UNSET
    totals: Some = msgspec.UNSET
    captions: Some = msgspec.UNSET
    signals: Some = msgspec.UNSET
    notes: Some = msgspec.UNSET
    cues: Some = msgspec.UNSET
    cue: Some = msgspec.UNSET


class Payload(msgspec.Struct, frozen=True):
    room: str
    seq: int
    sections: Sections


class View(NamedTuple):
    """As much of a view as is measured and checked."""

    room: str
    seq: int
    names: frozenset[str]
    holder: str | None
    flagged: tuple[str, ...]
    """The segments with a flag, at whoever sees flags."""
    sections: Mapping[str, Any] = {}
    """All of it, in a run that checks all of it."""
    dropped: tuple[str, ...] = ()


_payload = msgspec.json.Decoder(Payload)
_answer = msgspec.json.Decoder(Answer)
_encoder = msgspec.json.Encoder()
_NAMES = Sections.__struct_fields__


def view(message: bytes) -> View:
    payload = _payload.decode(memoryview(message)[len(VIEW) : -1])
    sections = payload.sections
    names = frozenset(name for name in _NAMES if getattr(sections, name) is not msgspec.UNSET)
    floor, flags = sections.floor, sections.flags
    holder = floor.holder if isinstance(floor, Floor) else None
    flagged = tuple(flag.segment for flag in flags) if isinstance(flags, tuple) else ()
    return View(payload.room, payload.seq, names, holder, flagged)


def answer(message: bytes) -> tuple[int, Answer]:
    """The number of the command, and its answer."""
    found = ACK.match(message)
    assert found is not None, message
    return int(found[1]), _answer.decode(found[2])


def frame(payload: bytes, head: int = TEXT) -> bytes:
    length = len(payload)
    if length <= 125:
        return bytes((head, 0x80 | length)) + NO_MASK + payload
    return struct.pack("!BBH", head, 0x80 | 126, length) + NO_MASK + payload


PONG = frame(b"3")


def upgrade(address: tuple[str, int], cookie: str = "", path: str = PATH) -> bytes:
    """Asks for a websocket."""
    lines = [
        f"GET {path}?EIO=4&transport=websocket HTTP/1.1",
        f"Host: {address[0]}:{address[1]}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def hello(auth: dict[str, str]) -> bytes:
    return frame(WELCOME + _encoder.encode(auth))


def command(number: int, command_id: str, name: str, args: dict[str, Any]) -> bytes:
    body = _encoder.encode({"id": command_id, "name": name, "args": args})
    return frame(b'42/room,%d["command",%b]' % (number, body))


def body(frame: bytes) -> bytes:
    """The command in a frame, as it goes by plain HTTP."""
    return frame[frame.index(COMMAND) + len(COMMAND) : -1]


def messages(data: bytes) -> tuple[list[bytes], int]:
    """The payloads of the whole text frames at the start of `data`, and how many bytes all whole frames took."""
    found, at, size = [], 0, len(data)
    while size - at >= 2:
        length, start = data[at + 1], at + 2
        if length > 125:
            start = at + (4 if length == 126 else 10)
            length = int.from_bytes(data[at + 2 : start], "big")
        end = start + length
        if end > size:
            break
        if data[at] == TEXT:
            found.append(data[start:end])
        at = end
    return found, at
