"""One device in a load: what it asked, what it was answered and shown, each with its time."""

import socket
from enum import Enum, auto
from typing import NamedTuple, Protocol

from benchmarks.load import wire
from benchmarks.load.wire import Answer, View

Address = tuple[str, int]


class Phase(Enum):
    OUT = auto()
    UPGRADING = auto()
    JOINING = auto()
    IN = auto()
    REFUSED = auto()


class NoWebsocketError(RuntimeError):
    """Whoever answered speaks for a server that is away, or refuses."""


class Asked(NamedTuple):
    """A command on its way: when it was due, and its bytes, to be sent again after a broken connection."""

    id: str
    name: str
    person: str
    due_s: float
    frame: bytes


class Due(NamedTuple):
    """A command and when it is to be sent, in seconds from the start of a run."""

    at_s: float
    client: "Client"
    id: str
    name: str
    person: str
    """Whom it is about."""
    number: int
    frame: bytes


class Around(Protocol):
    """The crowd that a client is one of."""

    def view(self, message: bytes) -> View: ...

    def came_in(self, client: "Client", at_s: float) -> None: ...

    def watch_writable(self, client: "Client") -> None: ...


class Client:
    """One device. What it heard is kept as bytes with their time until `look`."""

    __slots__ = (
        *(
            "address",
            "answers",
            "asked",
            "auth",
            "cookie",
            "crowd",
            "entered_s",
            "gone",
            "heard",
            "number",
            "path",
        ),
        *("person", "phase", "rest", "role", "room", "socket", "unsent", "views", "visits"),
    )

    def __init__(
        self, address: Address, room: str, person: str, role: str, auth: dict[str, str], cookie: str = ""
    ) -> None:
        self.address = address
        self.room, self.person, self.role = room, person, role
        self.auth, self.cookie = auth, cookie
        self.path = wire.PATH
        self.crowd: Around | None = None
        self.socket: socket.socket | None = None
        self.phase = Phase.OUT
        self.number = 0
        self.heard: list[tuple[float, bytes]] = []
        self.rest = b""
        self.unsent = b""
        self.entered_s = 0.0
        self.asked: dict[int, Asked] = {}
        self.answers: dict[int, tuple[float, Answer]] = {}
        self.views: list[tuple[float, View]] = []
        self.visits: list[int] = []
        """Where in `views` each connection begins."""
        self.gone: list[str] = []

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def look(self) -> None:
        """Understand what was heard since the last look."""
        heard, self.heard = self.heard, []
        for at_s, data in heard:
            whole = self.rest + data if self.rest else data
            if self.phase is Phase.UPGRADING:
                whole = self._upgraded(whole)
            found, used = wire.messages(whole) if self.phase is not Phase.UPGRADING else ([], 0)
            self.rest = whole[used:]
            for message in found:
                self._take(at_s, message)

    def send(self, data: bytes) -> None:
        """Now, or when the other side has room again."""
        if self.unsent:
            self.unsent += data
            return
        assert self.socket is not None
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the end of the connection is noticed where it is read
        if sent < len(data):
            assert self.crowd is not None
            self.unsent = data[sent:]
            self.crowd.watch_writable(self)

    def flush(self) -> None:
        data, self.unsent = self.unsent, b""
        self.send(data)

    def unanswered(self) -> list[Asked]:
        return [asked for number, asked in self.asked.items() if number not in self.answers]

    def _upgraded(self, data: bytes) -> bytes:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            return data
        if not head.startswith(b"HTTP/1.1 101"):
            raise NoWebsocketError(f"no websocket: {head[:300]!r} {rest[:300]!r}")
        self.phase = Phase.JOINING
        return rest

    def _take(self, at_s: float, message: bytes) -> None:
        if message.startswith(wire.VIEW):
            self._seen(at_s, message)
        elif message.startswith(b"43"):
            number, answer = wire.answer(message)
            self.answers[number] = (at_s, answer)
        elif message == wire.PING:
            self.send(wire.PONG)
        elif message.startswith(b"0{"):
            self.send(wire.hello(self.auth))
        elif message.startswith(wire.REFUSED):
            self.phase = Phase.REFUSED
            self.gone.append(message.decode())
        elif message.startswith(wire.GONE):
            self.gone.append(message.decode())

    def _seen(self, at_s: float, message: bytes) -> None:
        assert self.crowd is not None
        if self.phase is Phase.JOINING:
            self.phase = Phase.IN
            self.visits.append(len(self.views))
            self.crowd.came_in(self, at_s)
        self.views.append((at_s, self.crowd.view(message)))
