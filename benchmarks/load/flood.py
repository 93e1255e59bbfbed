"""One client that sends far too much, junk and legal, for some seconds; a process of its own.

`python -m benchmarks.load.flood HOST PORT PATH COOKIE ROOM SEAT SECONDS` prints one line of JSON: how many
it sent, what it was answered by code, how often it was cut off, and every promise that it got.
"""

import itertools
import json
import socket
import sys
import time
import uuid
from collections import Counter

from benchmarks.load import wire

BATCH = 40
EVERY_S = 0.01
"""4,000 a second, if the server takes them."""
PATIENCE_S = 5.0
LONG = "x" * 20_000
JUNK = (
    b'42/room,7["command",{"id":1}]',
    b'42/room,7["command",{"id":"no","name":"raise_hand"}]',
    b'42/room,7["command",[[[[]]]]]',
    b'42/room,7["command"]',
    b'42/room,["no such event",{}]',
    b'42/room,7["command",' + json.dumps(LONG).encode() + b"]",
)


class Flood:
    def __init__(self, at: tuple[str, int], path: str, cookie: str, auth: dict[str, str]) -> None:
        self.sent = 0
        self.cut = 0
        self.codes: Counter[str] = Counter()
        self.asked: dict[int, tuple[str, str]] = {}
        self.acks: list[tuple[str, str, int]] = []
        """Id, name and number of whatever was promised."""
        self._at, self._path, self._cookie, self._auth = at, path, cookie, auth
        self._numbers = itertools.count(100)
        self._line: socket.socket | None = None
        self._rest = b""

    def pour(self, seconds: float) -> None:
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            if self._line is None:
                self._connect()
            began_s = time.monotonic()
            self._send(b"".join(self._drop(n) for n in range(BATCH)))
            self._hear(max(0.0, EVERY_S - (time.monotonic() - began_s)))
        self._hear_out()

    def told(self) -> str:
        return json.dumps({"sent": self.sent, "cut": self.cut, "codes": self.codes, "acks": self.acks})

    def _connect(self) -> None:
        self._line = socket.create_connection(self._at, PATIENCE_S)
        self._rest = b""
        self._line.sendall(wire.upgrade(self._at, self._cookie, self._path))
        head = self._line.recv(65536)
        assert head.startswith(b"HTTP/1.1 101"), head
        self._line.sendall(wire.hello(self._auth))
        time.sleep(0.1)

    def _drop(self, place: int) -> bytes:
        """One of three is junk; the others raise a hand and lower it again."""
        if place % 3 == 0:
            return wire.frame(JUNK[(self.sent + place) // 3 % len(JUNK)])
        number, command_id = next(self._numbers), str(uuid.uuid4())
        name = "raise_hand" if number % 2 else "lower_hand"
        self.asked[number] = (command_id, name)
        return wire.command(number, command_id, name, {})

    def _send(self, data: bytes) -> None:
        assert self._line is not None
        try:
            self._line.settimeout(PATIENCE_S)
            self._line.sendall(data)
            self.sent += BATCH
        except OSError:
            self._close()

    def _hear(self, seconds: float) -> None:
        end_s = time.monotonic() + seconds
        while self._line is not None and (left_s := end_s - time.monotonic()) > 0:
            self._line.settimeout(left_s)
            try:
                data = self._line.recv(1 << 18)
            except TimeoutError:
                return
            except OSError:
                data = b""
            if not data:
                self._close()
                return
            found, used = wire.messages(self._rest + data)
            self._rest = (self._rest + data)[used:]
            for message in found:
                self._take(message)

    def _hear_out(self) -> None:
        """What is still on its way to us."""
        self._hear(PATIENCE_S)
        if self._line is not None:
            self._line.close()

    def _take(self, message: bytes) -> None:
        if message == wire.PING and self._line is not None:
            self._line.sendall(wire.PONG)
        elif message.startswith(b"43"):
            number, answer = wire.answer(message)
            self.codes[str((answer.error or {}).get("code", "ok"))] += 1
            if answer.ok:
                self.acks.append((*self.asked[number], answer.seq))

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
            self.cut += 1


def main(host: str, port: str, path: str, cookie: str, room: str, seat: str, seconds: str) -> None:
    flood = Flood((host, int(port)), path, cookie, {"room": room, "seat": seat})
    flood.pour(float(seconds))
    sys.stdout.write(f"{flood.told()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
