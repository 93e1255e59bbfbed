"""Phones and consoles as outside programs would write them: HTTP, a standard Socket.IO client, nothing else."""

import json
import random
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import requests
import socketio
import websocket
from socketio.exceptions import ConnectionError as NotConnected

NAMESPACE = "/room"
PATIENCE_S = 10.0
MOVES = 20
"""So often a room may be somewhere else before a device gives up. A dead owner counts as one for 3 s."""


class Client:
    """One device: a browser's cookie jar, and a socket once it is in a room."""

    def __init__(self, base_url: str, name: str) -> None:
        self.base_url = base_url
        self.name = name
        self.http = requests.Session()
        self.person = ""
        self.room = ""
        self.sections: dict[str, Any] = {}
        self.seq = 0
        self.received: list[dict[str, Any]] = []
        self.gone: list[str] = []
        self._news = threading.Condition()
        self.socket_path = "/socket.io"
        self.elsewhere = 0
        """How often this device was told that its room is served elsewhere."""
        self._socket: socketio.Client | None = None
        self._lines: list[websocket.WebSocket] = []
        self._closed = False

    def join(self, token: str) -> "Client":
        answer = self.http.post(f"{self.base_url}/api/join", json={"token": token})
        assert answer.status_code == 200, answer.text
        self.person = answer.json()["person"]
        self.socket_path = answer.json()["socket_path"]
        return self

    def sign_in(self, email: str, password: str) -> "Client":
        answer = self.http.post(f"{self.base_url}/api/sign-in", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return self

    def connect(self, room: str, transports: Sequence[str] = ("websocket",), **auth: str) -> "Client":
        """Returns once the first view is here."""
        self.room = room
        self._socket = socketio.Client(
            http_session=self.http,
            reconnection_delay=0.2,
            reconnection_delay_max=0.4,
            randomization_factor=0.2,
            websocket_extra_options={"class_": self._line},
        )
        self._socket.on("view", self._viewed, namespace=NAMESPACE)
        self._socket.on("gone", self._went, namespace=NAMESPACE)
        self._socket.on("disconnect", self._cut_off, namespace=NAMESPACE)
        self._socket.on("connect", self._connected, namespace=NAMESPACE)
        self._socket.on("connect_error", self._refused, namespace=NAMESPACE)
        self._options = {"auth": {"room": room, **auth}, "transports": list(transports)}
        self._reach()
        self.wait_for(lambda sections: "me" in sections)
        self.person = self.sections["me"]["person"]
        return self

    def ask(self, command: str, command_id: str | None = None, **args: Any) -> dict[str, Any]:
        """The acknowledgement of a command by socket."""
        assert self._socket is not None, "connect() comes first"
        body = {"id": command_id or str(uuid.uuid4()), "name": command, "args": args}
        answer: dict[str, Any] = self._socket.call("command", body, namespace=NAMESPACE, timeout=PATIENCE_S)
        return answer

    def do(self, command: str, **args: Any) -> int:
        """A command that must succeed; the seq after it."""
        answer = self.ask(command, **args)
        assert answer["ok"], f"{self.name}: {command} {args} -> {answer}"
        seq: int = answer["seq"]
        return seq

    def refused(self, command: str, **args: Any) -> str:
        """A command that must be refused; the code."""
        answer = self.ask(command, **args)
        assert not answer["ok"], f"{self.name}: {command} {args} was allowed"
        code: str = answer["error"]["code"]
        return code

    def post(self, command: str, command_id: str | None = None, **args: Any) -> requests.Response:
        """The same by HTTP."""
        body = {"id": command_id or str(uuid.uuid4()), "name": command, "args": args}
        return self.http.post(
            f"{self.base_url}/rooms/{self.room}/commands", json=body, headers={"X-CSRF-Token": self.csrf()}
        )

    def view(self) -> dict[str, Any]:
        answer = self.http.get(f"{self.base_url}/rooms/{self.room}/view")
        assert answer.status_code == 200, answer.text
        whole: dict[str, Any] = answer.json()
        return whole

    def csrf(self) -> str:
        return self.http.cookies.get("csrf") or ""

    def wait_for(self, holds: Callable[[dict[str, Any]], Any], within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Until what this device knows of the room fulfils `holds`."""
        deadline = time.monotonic() + within_s
        with self._news:
            while not holds(self.sections):
                left = deadline - time.monotonic()
                assert left > 0, f"{self.name} still sees {json.dumps(self.sections)[:2000]}"
                self._news.wait(left)
            return self.sections

    def wait_gone(self) -> str:
        deadline = time.monotonic() + PATIENCE_S
        with self._news:
            while not self.gone:
                left = deadline - time.monotonic()
                assert left > 0, f"{self.name} was not told to go"
                self._news.wait(left)
            return self.gone[-1]

    def close(self) -> None:
        self._closed = True
        if self._socket is not None:
            self._hang_up()
            self._socket.shutdown()  # also where it is in the middle of coming back
        for line in self._lines:
            line.shutdown()
        self.http.close()

    @property
    def everything(self) -> str:
        """All that ever came to this device, as text to search in."""
        return json.dumps(self.received, ensure_ascii=False)

    def _viewed(self, payload: dict[str, Any]) -> None:
        with self._news:
            self.received.append(payload)
            if payload["seq"] >= self.seq:
                self.seq = payload["seq"]
                kept = {k: v for k, v in self.sections.items() if k not in payload.get("dropped", [])}
                self.sections = {**kept, **payload["sections"]}
            self._news.notify_all()

    def _reach(self) -> None:
        """Connects, at another place if it is told so. Raises socketio.exceptions.ConnectionError."""
        assert self._socket is not None
        for move in range(MOVES):
            told = self.elsewhere
            try:
                self._socket.connect(
                    self.base_url, namespaces=[NAMESPACE], socketio_path=self.socket_path, **self._options
                )
            except NotConnected:
                if self.elsewhere == told or move == MOVES - 1:
                    raise
                time.sleep(random.uniform(0.15, 0.3))
            else:
                return

    def _refused(self, problem: Any) -> None:
        """By a worker that says where the room is; else, with nobody to answer there, any other worker knows."""
        assert self._socket is not None
        if not isinstance(problem, dict):
            self._look_up_path()
        else:
            self._hang_up()
            if problem.get("data", {}).get("code") == "elsewhere":
                self.elsewhere += 1
                self.socket_path = problem["data"]["socket_path"]
        self._socket.socketio_path = self.socket_path

    def _line(self, **options: Any) -> websocket.WebSocket:
        """Kept, because the library forgets to close those that the server has ended."""
        self._lines.append(websocket.WebSocket(**options))
        return self._lines[-1]

    def _hang_up(self) -> None:
        """A parting by the library has two of its threads read one farewell, and one waits for it in vain."""
        assert self._socket is not None
        self._socket.reconnection = False
        line = self._lines[-1].sock if self._lines else None
        if line is None:
            return
        with suppress(OSError):  # it may be gone by itself
            line.shutdown(socket.SHUT_RDWR)
        reader = self._socket.eio.read_loop_task
        if reader is not None and reader is not threading.current_thread():
            reader.join(PATIENCE_S)

    def _connected(self) -> None:
        assert self._socket is not None
        self._socket.reconnection = True

    def _look_up_path(self) -> None:
        try:
            answer = self.http.get(f"{self.base_url}/rooms/{self.room}/view", timeout=PATIENCE_S)
        except requests.RequestException:
            return  # nobody there at all; the library tries again
        if answer.ok:
            self.socket_path = answer.json()["socket_path"]

    def _move(self) -> None:
        """Told to go elsewhere: the socket closes, and another one is opened there."""
        while self._socket is not None and self._socket.connected:
            time.sleep(0.01)
        while not self._closed:
            self._look_up_path()
            with suppress(NotConnected):  # it may be moving still
                self._reach()
                return
            time.sleep(0.3)

    def _cut_off(self, _reason: str) -> None:
        """The library forgets to close a websocket to which the server said farewell."""
        if self._socket is not None and self._socket.eio.ws is not None:
            self._socket.eio.ws.shutdown()

    def _went(self, payload: dict[str, Any]) -> None:
        if payload["code"] == "elsewhere":
            self.elsewhere += 1
            threading.Thread(target=self._move, daemon=True).start()
            return
        with self._news:
            self.gone.append(payload["code"])
            self._news.notify_all()


def speech(text: str, **more: Any) -> dict[str, Any]:
    """The arguments of `hear_segment` for something typed just now."""
    now_ms = int(time.time() * 1000)
    return {
        "segment": str(uuid.uuid4()),
        "text": text,
        "started_at_ms": now_ms - 2000,
        "ended_at_ms": now_ms,
        "source": "typed",
        **more,
    }
