"""Plain HTTP beside a crowd of sockets, on threads of its own: coming in, views, and commands without a socket."""

import contextlib
import http.client
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

import msgspec

Address: TypeAlias = tuple[str, int]
PATIENCE_S = 6.0
AT_ONCE = 32


class Person:
    """Whoever asks: a browser with its cookies, on a page of the product's own."""

    def __init__(self, at: Address) -> None:
        self.at = at
        self.seat = ""
        self.cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """Status and decoded answer. Raises OSError or http.client.HTTPException where nobody answers."""
        connection = http.client.HTTPConnection(*self.at, timeout=PATIENCE_S)
        with contextlib.closing(connection):
            connection.request(method, path, body, self._headers())
            answer = connection.getresponse()
            said = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, kept = value.split(";", 1)[0].partition("=")
                self.cookies[key] = kept
        is_json = (answer.getheader("Content-Type") or "").startswith("application/json")
        return answer.status, msgspec.json.decode(said) if is_json else None

    def must(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """The same, where anything but success is the end of the run."""
        status, said = self.ask(method, path, msgspec.json.encode(body))
        if status != 200:
            raise RuntimeError(f"{method} {path}: {status} {said}")
        return said

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if self.cookies:
            headers |= {"Cookie": self.cookie, "X-CSRF-Token": self.cookies.get("csrf", "")}
        return headers | ({"X-Seat": self.seat} if self.seat else {})


Heard: TypeAlias = Callable[[float, int, Any], None]
"""Gets when the answer came, its status and what it says; status 0 where nobody answered."""


class Line:
    """Asks for many at once, and hands the answers to whoever calls `hear`."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, "line")
        self._answers: SimpleQueue[tuple[Heard, float, int, Any]] = SimpleQueue()

    def ask(self, person: Person, method: str, path: str, body: bytes | None, heard: Heard) -> None:
        self._pool.submit(self._ask, person, method, path, body, heard)

    def hear(self) -> None:
        """What has been answered, on this thread."""
        for heard, *answer in self._answered():
            heard(*answer)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _ask(self, person: Person, method: str, path: str, body: bytes | None, heard: Heard) -> None:
        try:
            status, said = person.ask(method, path, body)
        except (OSError, http.client.HTTPException):
            status, said = 0, None
        self._answers.put((heard, time.perf_counter(), status, said))

    def _answered(self) -> Iterator[tuple[Heard, float, int, Any]]:
        with contextlib.suppress(Empty):
            while True:
                yield self._answers.get_nowait()
