"""A facility's system as a real HTTP server in a thread, which can be told to misbehave."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

HANG_S = 8.0


class Delivery(NamedTuple):
    id: str
    path: str
    headers: dict[str, str]
    body: bytes
    at_s: float


class Saying(NamedTuple):
    """A status with a body, as a FHIR server answers."""

    status: int
    body: bytes


class Slow(NamedTuple):
    """A 200 that takes its time."""

    after_s: float


class FacilitySimulator:
    """Answers each request with the next of `answers`, then with 200: a status, ("429", seconds), "hang", "reset"
    (after reading the whole request: it has it, and we cannot know), ("302", location), Saying or Slow."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self.deliveries: list[Delivery] = []
        self.answers: list[Any] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    @property
    def ids(self) -> list[str]:
        return [delivery.id for delivery in self.deliveries]

    def take(self, delivery: Delivery) -> Any:
        with self._changed:
            self.deliveries.append(delivery)
            self._changed.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def wait_for(self, count: int, timeout_s: float = 10.0) -> list[Delivery]:
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.deliveries) >= count, timeout_s)
            assert came, f"{len(self.deliveries)} of {count} deliveries came within {timeout_s} s"
            return list(self.deliveries)


@contextmanager
def a_facility() -> Iterator[FacilitySimulator]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.simulator = FacilitySimulator(server)  # type: ignore[attr-defined]
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    serving.start()
    yield server.simulator  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        simulator: FacilitySimulator = self.server.simulator  # type: ignore[attr-defined]
        answer = simulator.take(
            Delivery(headers.get("webhook-id", ""), self.path, headers, body, time.monotonic())
        )
        if answer == "hang":
            time.sleep(HANG_S)
        elif answer == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif isinstance(answer, Slow):
            time.sleep(answer.after_s)
            self._answer(200)
        elif isinstance(answer, Saying):
            self._say(answer)
        else:
            self._answer(answer)

    def _say(self, answer: Saying) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _answer(self, answer: Any) -> None:
        status, extra = answer if isinstance(answer, tuple) else (answer, None)
        self.send_response(int(status))
        if status == 429 and extra is not None:
            self.send_header("Retry-After", str(extra))
        if status == 302:
            self.send_header("Location", str(extra))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # the other side went away, as tests ask it to

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
