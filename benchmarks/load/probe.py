"""Asks a server every 5 ms, by a websocket's own ping, whether its event loop turns: `python -m ... HOST PORT`.

Asked to end, it prints how long the answers took, as one line of JSON. It is a process of its own, so that no load
in the same process delays it.
"""

import json
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import wire
from benchmarks.load.measure import Spread, spread
from tests import processes

EVERY_S = 0.005
PATIENCE_S = 30.0
PING_CONTROL, PONG_CONTROL = 0x89, 0x8A
ASK = wire.frame(b"", PING_CONTROL)
ANSWER = bytes((PONG_CONTROL, 0))


class Probe:
    """Runs beside a measurement; `found` once that is over."""

    def __init__(self, address: tuple[str, int], folder: Path) -> None:
        self._log = folder / f"probe-{address[1]}-{time.monotonic_ns()}"
        command = [sys.executable, "-m", "benchmarks.load.probe", address[0], str(address[1])]
        self._process = processes.start(command, log=self._log, cwd=Path.cwd())
        processes.wait_until_ready(self._process, self._log, lambda: b"probing" in self._log.read_bytes())
        self.found = spread([])

    def end(self) -> None:
        processes.end(self._process)
        self.found = Spread(*json.loads(self._log.read_text().splitlines()[-1]))


@contextmanager
def a_probe(address: tuple[str, int], folder: Path) -> Iterator[Probe]:
    probe = Probe(address, folder)
    try:
        yield probe
    finally:
        probe.end()


def main(host: str, port: int) -> None:
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
    took_ms = []
    with socket.create_connection((host, port), PATIENCE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(wire.upgrade((host, port)))
        heard = connection.recv(4096)
        assert heard.startswith(b"HTTP/1.1 101"), heard
        _say("probing")
        while not ended:
            began_s = time.perf_counter()
            connection.sendall(ASK)
            _await_answer(connection)
            took_s = time.perf_counter() - began_s
            took_ms.append(took_s * 1000)
            time.sleep(max(0.0, EVERY_S - took_s))
    _say(json.dumps(spread(took_ms)))


def _await_answer(connection: socket.socket) -> None:
    while True:
        heard = connection.recv(4096)
        assert heard, "the server closed the connection"
        if wire.PING_FRAME in heard:
            connection.sendall(wire.PONG)
        if ANSWER in heard:
            return


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
