"""A websocket client that also does what no browser would: other bytes, other times, or nothing at all."""

import base64
import json
import os
import socket
import struct
import uuid
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from facilitator.infra import frames

PATIENCE_S = 20.0
PATH = "/socket.io/?EIO=4&transport=websocket"


class Frame(NamedTuple):
    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int:
        assert self.opcode == frames.Opcode.CLOSE, self
        return int.from_bytes(self.payload[:2], "big")


def client_frame(
    payload: bytes, opcode: int = 1, *, final: bool = True, reserved: int = 0, masked: bool = True
) -> bytes:
    """One frame as a client sends it, or as it must not."""
    mask = os.urandom(4) if masked else b""
    head = bytes(((0x80 if final else 0) | reserved | opcode,))
    return head + _length(len(payload), masked) + mask + (frames.unmask(mask, payload) if masked else payload)


class RawSocket:
    """One TCP connection to a server, for a session of Engine.IO's that is new or began by polling.

    With `receive_bytes` the system keeps no more than about that unread.
    """

    def __init__(self, base_url: str, receive_bytes: int | None = None, session: str = "") -> None:
        self.host, self._port = urlsplit(base_url).hostname or "", urlsplit(base_url).port or 80
        self._socket = socket.socket()
        if receive_bytes:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self._socket.settimeout(PATIENCE_S)
        self._socket.connect((self.host, self._port))
        self._path = f"{PATH}&sid={session}" if session else PATH
        self._unread = b""
        self.received_bytes = 0

    def __enter__(self) -> "RawSocket":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def request(self, **headers: str) -> bytes:
        """What asks for a websocket; a header given as "" is left out."""
        all_headers = {
            "Host": f"{self.host}:{self._port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [f"{name}: {value}" for name, value in all_headers.items() if value]
        return "\r\n".join([f"GET {self._path} HTTP/1.1", *lines, "", ""]).encode()

    def send_bytes(self, data: bytes) -> None:
        self._socket.sendall(data)

    def open(self, **headers: str) -> "RawSocket":
        """Returns once Engine.IO has said hello."""
        self.send_bytes(self.request(**headers))
        assert self.status() == 101
        assert self.text().startswith("0{")
        return self

    def status(self) -> int:
        return int(self.head().split(b" ", 2)[1])

    def head(self) -> bytes:
        """Of the answer to the request."""
        while b"\r\n\r\n" not in self._unread:
            assert self._fill(), self._unread
        head, self._unread = self._unread.split(b"\r\n\r\n", 1)
        return head

    def join(self, room: str, **auth: str) -> "RawSocket":
        """Returns once the server has taken us into the room; the view is still to be read."""
        self.say(f"40/room,{json.dumps({'room': room, **auth})}")
        assert self.message().startswith("40/room,")
        return self

    def say(self, text: str) -> None:
        self.send_bytes(client_frame(text.encode()))

    def ask(self, number: int, command: str, **args: Any) -> str:
        """A command as text; the answer comes under its number."""
        body = {"id": str(uuid.uuid4()), "name": command, "args": args}
        return f'42/room,{number}["command",{json.dumps(body, ensure_ascii=False)}]'

    def answer(self, number: int) -> dict[str, Any]:
        """What the server answers to a command, past what else it says."""
        start = f"43/room,{number}["
        while not (text := self.message()).startswith(start):
            assert text.startswith(("42/room,", "43/room,")), text
        found: dict[str, Any] = json.loads(text[len(start) - 1 :])[0]
        return found

    def view(self) -> dict[str, Any]:
        while not (text := self.message()).startswith('42/room,["view"'):
            assert text.startswith(("42/room,", "43/room,")), text
        found: dict[str, Any] = json.loads(text.removeprefix("42/room,"))[1]
        return found

    def message(self) -> str:
        """The next text that is no ping of Engine.IO; those are answered."""
        while (text := self.text()) == "2":
            self.say("3")
        return text

    def text(self) -> str:
        frame = self.frame()
        assert frame is not None, "the server has gone"
        assert frame.opcode == frames.Opcode.TEXT, frame
        return frame.payload.decode()

    def frame(self) -> Frame | None:
        """The next frame; None when the server has ended the stream."""
        while (found := self._parsed()) is None:
            if not self._fill():
                return None
        return found

    def last_frame(self) -> Frame | None:
        """The one before the end of the stream."""
        last = None
        while frame := self.frame():
            last = frame
        return last

    def read_to_the_end(self) -> int:
        """How many bytes there were before the server ended it, or cut it off."""
        while self._fill():
            self._unread = b""
        return self.received_bytes

    def shut(self) -> None:
        """Ends both ways at once, also for somebody who is just sending."""
        self._socket.shutdown(socket.SHUT_RDWR)

    def _fill(self) -> bool:
        try:
            data = self._socket.recv(65536)
        except ConnectionResetError:
            return False
        self._unread += data
        self.received_bytes += len(data)
        return bool(data)

    def _parsed(self) -> Frame | None:
        data = self._unread
        if len(data) < 2:
            return None
        assert not data[1] & 0x80, "a server must not mask"
        length, start = data[1] & 0x7F, 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(data[2:start], "big")
        if len(data) < start + length:
            return None
        self._unread = data[start + length :]
        return Frame(data[0] & 0x0F, data[start : start + length])


def _length(length: int, masked: bool) -> bytes:
    bit = 0x80 if masked else 0
    if length <= 125:
        return bytes((bit | length,))
    return struct.pack("!BH", bit | 126, length) if length <= 0xFFFF else struct.pack("!BQ", bit | 127, length)
