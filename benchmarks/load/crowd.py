"""Some thousand websockets in one process: written to at their time, heard with the time, understood later."""

import contextlib
import heapq
import select
import socket
import time
from collections.abc import Callable, Iterable, Sequence

from benchmarks.load import wire
from benchmarks.load.client import Asked, Client, Due, Phase
from benchmarks.load.wire import View

CONNECT_TIMEOUT_S = 5.0
RECEIVE_BYTES = 32 * 1024
AT_ONCE = 128
"""So many sockets are heard before what is due is sent."""
SPIN_S = 0.0012
COME_BACK_S = 0.2
END_OF_JSON = ord("]")
MOST_REMEMBERED = 4096


class Crowd:
    """All clients of a run. One that loses its connection comes back when `comes_back` is set."""

    def __init__(self, comes_back: bool = False) -> None:
        self.comes_back = comes_back
        self.clients: list[Client] = []
        self.lost_connections = 0
        self.late_s: list[float] = []
        """How long after its time each command of the last run was sent: the load's own slowness."""
        self.idle_s = 0.0
        """Of the last run: how long it looked and there was nothing, which is no work."""
        self._poll = select.epoll()
        self._by_fd: dict[int, Client] = {}
        self._back: list[tuple[float, int, Client]] = []
        self._views: dict[bytes, View] = {}
        self._inside: Callable[[Client], None] | None = None

    def add(self, clients: Iterable[Client]) -> None:
        for client in clients:
            client.crowd = self
            self.clients.append(client)

    def enter(self, clients: Sequence[Client], at_once: int, within_s: float = 60.0) -> float:
        """Connects all, so many at a time, until each has its first view; the seconds that it took."""
        waiting = list(reversed(clients))
        left = len(clients)

        def next_one(_: Client) -> None:
            nonlocal left
            left -= 1
            if waiting:
                self.connect(waiting.pop())

        self._inside = next_one
        began_s = time.perf_counter()
        for _ in range(min(at_once, len(waiting))):
            self.connect(waiting.pop())
        while left and time.perf_counter() < began_s + within_s:
            self.pump(0.01)
        self._inside = None
        if left:
            refused = next((client.gone for client in clients if client.gone), "no answer")
            raise RuntimeError(f"{left} of {len(clients)} did not come in: {refused}")
        return time.perf_counter() - began_s

    def connect(self, client: Client) -> None:
        made = socket.socket()
        made.settimeout(CONNECT_TIMEOUT_S)
        try:
            made.connect(client.address)
        except OSError:
            made.close()
            if not self.comes_back:
                raise
            self._later(client)
            return
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        client.socket, client.phase, client.rest, client.unsent = made, Phase.UPGRADING, b"", b""
        self._by_fd[made.fileno()] = client
        self._poll.register(made.fileno(), select.EPOLLIN)
        client.send(wire.upgrade(client.address, client.cookie, client.path))

    def leave(self, clients: Iterable[Client]) -> None:
        for client in clients:
            client.look()
            self._drop(client)

    def run(self, plan: Sequence[Due], to_the_point: bool = False) -> float:
        """Sends each command at its time, whether or not earlier ones were answered. Gives when it began.

        The kernel's clock for waiting has a millisecond. Where that matters we look again and again instead.
        """
        self.late_s, self.idle_s = [], 0.0
        began_s = time.perf_counter() + 0.02
        at, last = 0, len(plan)
        while at < last:
            now_s = time.perf_counter() - began_s
            while at < last and plan[at].at_s <= now_s:
                self._ask(plan[at], began_s, now_s)
                at += 1
            if at < last:
                self._wait_until(began_s + plan[at].at_s, to_the_point)
        return began_s

    def settle(self, within_s: float, quiet_s: float = 0.0) -> bool:
        """Until every command is answered, and nothing came for so long; False when that took too long."""
        deadline_s = time.perf_counter() + within_s
        while time.perf_counter() < deadline_s:
            if not self.pump(max(quiet_s, 0.02)) and self.all_answered():
                return True
        return False

    def all_answered(self) -> bool:
        self.look()
        return all(len(client.asked) == len(client.answers) for client in self.clients if client.asked)

    def wait(self, seconds: float) -> None:
        """Only answers pings and hears what comes."""
        deadline_s = time.perf_counter() + seconds
        while (left_s := deadline_s - time.perf_counter()) > 0:
            self.pump(min(left_s, 0.05))

    def look(self) -> None:
        for client in self.clients:
            client.look()

    def pump(self, wait_s: float) -> int:
        """Hears whoever has something to say; how many there were."""
        if self._back:
            self._bring_back()
        ready = self._poll.poll(wait_s, AT_ONCE)
        for fd, event in ready:
            client = self._by_fd.get(fd)
            if client is None:  # left in this very round
                continue
            if event & select.EPOLLOUT:
                self._poll.modify(fd, select.EPOLLIN)
                client.flush()
            self._hear(client)
        return len(ready)

    def _hear(self, client: Client) -> None:
        try:
            data = client.socket.recv(RECEIVE_BYTES)  # type: ignore[union-attr]
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost(client)
            return
        client.heard.append((time.perf_counter(), data))
        # Anything but whole messages of JSON is looked at now: there may be a ping in it to be answered.
        if data[-1] != END_OF_JSON or client.rest or wire.PING_FRAME in data or client.phase is not Phase.IN:
            client.look()

    def view(self, message: bytes) -> View:
        """Many clients get the same bytes."""
        known = self._views.get(message)
        if known is None:
            if len(self._views) > MOST_REMEMBERED:
                self._views.clear()
            known = self._views[message] = wire.view(message)
        return known

    def came_in(self, client: Client, at_s: float) -> None:
        client.entered_s = at_s
        for asked in client.unanswered():  # under the same id: what was done already is not done twice
            client.send(asked.frame)
        if self._inside:
            self._inside(client)

    def watch_writable(self, client: Client) -> None:
        assert client.socket is not None
        self._poll.modify(client.socket.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def close(self) -> None:
        self.leave(self.clients)
        self._poll.close()

    def _wait_until(self, due_s: float, to_the_point: bool) -> None:
        now_s = time.perf_counter()
        left_s = due_s - now_s
        if not to_the_point or left_s > SPIN_S:
            self.pump(max(0.0, min(left_s - (SPIN_S if to_the_point else 0.0), 0.05)))
        elif not self.pump(0.0):
            self.idle_s += time.perf_counter() - now_s

    def _ask(self, due: Due, began_s: float, now_s: float) -> None:
        client = due.client
        self.late_s.append(now_s - due.at_s)
        client.asked[due.number] = Asked(due.id, due.name, due.person, began_s + due.at_s, due.frame)
        if client.phase is Phase.IN:
            client.send(due.frame)

    def _lost(self, client: Client) -> None:
        self.lost_connections += 1
        client.look()
        self._drop(client)
        if self.comes_back and client.phase is not Phase.REFUSED:
            self._later(client)

    def _drop(self, client: Client) -> None:
        if client.socket is not None:
            self._by_fd.pop(client.socket.fileno(), None)
            with contextlib.suppress(FileNotFoundError):
                self._poll.unregister(client.socket.fileno())
            client.socket.close()
            client.socket = None
        if client.phase is not Phase.REFUSED:
            client.phase = Phase.OUT

    def _later(self, client: Client) -> None:
        heapq.heappush(self._back, (time.perf_counter() + COME_BACK_S, id(client), client))

    def _bring_back(self) -> None:
        while self._back and self._back[0][0] <= time.perf_counter():
            self.connect(heapq.heappop(self._back)[2])
