"""Websocket frames (RFC 6455) as bytes: from a stream to messages, and from a message to its frame. Pure."""

import base64
import hashlib
import struct
from enum import IntEnum
from typing import NamedTuple, TypeAlias

VERSION = "13"
KEY_BYTES = 16
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

MASKED = 0x80
FINAL = 0x80
LENGTH = 0x7F
OPCODE = 0x0F
CONTROL = 0x08
MOST_CONTROL_BYTES = 125


class Opcode(IntEnum):
    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class CloseCode(IntEnum):
    """Why a connection ends, as the other side is told."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    INVALID_TEXT = 1007
    POLICY = 1008
    TOO_BIG = 1009
    INTERNAL_ERROR = 1011


class Broken(Exception):
    """What came is no proper websocket traffic, or more than we take; the connection ends with `code`."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


class Control(NamedTuple):
    """A ping, a pong, or the other side's farewell."""

    opcode: Opcode
    payload: bytes


Message: TypeAlias = str | bytes

LEGAL_HEADS = frozenset(
    {*(final | opcode for opcode in (0, 1, 2) for final in (0, FINAL)), *(FINAL | opcode for opcode in (8, 9, 10))}
)
"""First bytes: no reserved bit, no unknown opcode, no control frame in pieces."""


WHOLE_TEXT = FINAL | Opcode.TEXT
"""The first byte of a text in one piece."""


class Parser:
    """Turns a stream that may be cut anywhere into whole messages.

    What it holds is bounded: `most_bytes` of a message in pieces, and of what was fed and not yet asked for.
    """

    __slots__ = ("_at", "_buffer", "_kind", "_most_bytes", "_pieces")

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._buffer = b""
        self._at = 0
        self._kind: Opcode | None = None
        """Of the message whose first pieces are here; None when there is none."""
        self._pieces = b""

    @property
    def unread_bytes(self) -> int:
        return len(self._buffer) - self._at

    def feed(self, data: bytes) -> None:
        self._buffer = self._buffer[self._at :] + data if len(self._buffer) > self._at else data
        self._at = 0

    def next(self) -> Message | Control | None:
        """The next whole message or control frame; None until more was fed. Raises Broken."""
        while (frame := self._frame()) is not None:
            head, payload = frame
            if head == WHOLE_TEXT:  # as almost all are
                return _text(payload)
            opcode = Opcode(head & OPCODE)
            if opcode & CONTROL:
                return Control(opcode, payload)
            whole = self._message(opcode, bool(head & FINAL), payload)
            if whole is not None:
                return whole
        return None

    def _frame(self) -> tuple[int, bytes] | None:
        buffer, at = self._buffer, self._at
        if len(buffer) - at < 2:
            return None
        head, second = buffer[at], buffer[at + 1]
        length, mask_at = second & LENGTH, at + 2
        self._check(head, second)
        if length > MOST_CONTROL_BYTES:
            mask_at += 2 if length == 126 else 8
            if len(buffer) < mask_at:
                return None
            length = int.from_bytes(buffer[at + 2 : mask_at], "big")
        if length > self._most_bytes - len(self._pieces) and not head & CONTROL:
            raise Broken(CloseCode.TOO_BIG)
        start = mask_at + 4
        end = start + length
        if len(buffer) < end:
            return None
        self._at = end
        return head, unmask(buffer[mask_at:start], buffer[start:end])

    def _check(self, head: int, second: int) -> None:
        """Refuse on the head alone, before the rest is waited for."""
        legal = second & MASKED and head in LEGAL_HEADS
        if legal and head & CONTROL:
            legal = second & LENGTH <= MOST_CONTROL_BYTES
        elif legal:
            legal = (self._kind is None) != (head & OPCODE == 0)
        if not legal:
            raise Broken(CloseCode.PROTOCOL_ERROR)

    def _message(self, opcode: Opcode, final: bool, payload: bytes) -> Message | None:
        if self._kind is None:
            self._kind, self._pieces = opcode, payload
        else:
            self._pieces += payload
        if not final:
            return None
        kind, whole = self._kind, self._pieces
        self._kind, self._pieces = None, b""
        return _text(whole) if kind is Opcode.TEXT else whole


def is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except ValueError:
        return False


def switching(key: str) -> bytes:
    """The answer to a request with this key: from here on it is a websocket, without any extension."""
    accept = base64.b64encode(hashlib.sha1(key.encode() + GUID, usedforsecurity=False).digest())
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"


def unmask(mask: bytes, payload: bytes) -> bytes:
    """XOR with a mask of four bytes, as one large number; masking is the same."""
    length = len(payload)
    masks = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(masks, "little")).to_bytes(length, "little")


def frame(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """One whole, unmasked frame, as a server sends it."""
    length = len(payload)
    if length <= MOST_CONTROL_BYTES:
        return bytes((FINAL | opcode, length)) + payload
    if length <= 0xFFFF:
        return struct.pack("!BBH", FINAL | opcode, 126, length) + payload
    return struct.pack("!BBQ", FINAL | opcode, 127, length) + payload


def close_frame(code: CloseCode) -> bytes:
    return frame(struct.pack("!H", code), Opcode.CLOSE)


def answer_to_close(payload: bytes) -> CloseCode:
    """How we take leave of somebody who did, with this payload."""
    if not payload:
        return CloseCode.NORMAL
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not _may_be_sent(code):
        return CloseCode.PROTOCOL_ERROR
    try:
        payload[2:].decode()
    except UnicodeDecodeError:
        return CloseCode.INVALID_TEXT
    return CloseCode.NORMAL


def _may_be_sent(code: int) -> bool:
    return (1000 <= code <= 1014 and code not in (1004, 1005, 1006)) or 3000 <= code <= 4999


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Broken(CloseCode.INVALID_TEXT) from None
