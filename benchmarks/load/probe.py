"""Asks a server every 5 ms, by a websocket's own ping, whether its event loop turns: `python -m ... HOST PORT`.

Asked to end, it prints how long the answers took, as one line of JSON. It is a process of its own, so that no load
in the same process delays it.
"""

import json
import signal
import socket
import sys
import time

from benchmarks.load import wire
from benchmarks.load.spread import spread

EVERY_S = 0.005
PATIENCE_S = 30.0
PING_CONTROL, PONG_CONTROL = 0x89, 0x8A
ASK = wire.frame(b"", PING_CONTROL)
READY = "probing"
ANSWER = bytes((PONG_CONTROL, 0))


def main(host: str, port: int) -> None:
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
    took_ms = []
    with socket.create_connection((host, port), PATIENCE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(wire.upgrade((host, port)))
        heard = connection.recv(4096)
        assert heard.startswith(b"HTTP/1.1 101"), heard
        _say(READY)
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
