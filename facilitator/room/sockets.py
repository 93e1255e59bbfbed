"""The socket transport: connect, command, disconnect. It establishes who is there, and nothing else."""

import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_socketio import ConnectionRefusedError, SocketIO

from facilitator.config import Settings
from facilitator.infra import broadcast, db, logs, packets, wire
from facilitator.infra.refusal import Refused
from facilitator.infra.shortcut import Answer
from facilitator.room import entering, owners, service
from facilitator.room.arrivals import Arrivals
from facilitator.room.steps import Ticket

LOG = logs.get(__name__)

NAMESPACE = "/room"
MAX_MESSAGE_BYTES = 64 * 1024
CLOSE_AFTER_S = 0.05

NOT_SAVED = Refused("not_saved", "That could not be saved just now. It will be tried again.")
BROKEN = Refused("internal", "Something went wrong on our side, and nothing was changed. Please try again.")


def attach(app: Flask, config: Settings, async_mode: str) -> SocketIO:
    """Serve sockets beside the application. Events of one client are handled in the order they came."""
    socketio = SocketIO(
        app,
        async_mode=async_mode,
        async_handlers=False,
        cors_allowed_origins=None,
        ping_interval=config.ping_interval_s,
        ping_timeout=config.ping_timeout_s,
        max_http_buffer_size=MAX_MESSAGE_BYTES,
        http_compression=False,
        manage_session=False,
        json=Json,
        logger=False,
        engineio_logger=False,
    )
    server = socketio.server
    pace = Pace(config.commands_per_s)

    arrivals = Arrivals(socketio.start_background_task, socketio.sleep)

    # Registered below Flask: only who comes with a cookie needs its request context and its session.
    @server.on("connect", namespace=NAMESPACE)  # type: ignore[untyped-decorator]
    def _connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        try:
            room = entering.enter(sid, auth, lambda: app.request_context(environ))
        except Refused as refused:
            raise ConnectionRefusedError(refused.message, _told(refused)) from refused
        arrivals.came(room)

    @server.on("command", namespace=NAMESPACE)  # type: ignore[untyped-decorator]
    def _command(sid: str, body: Any = None) -> dict[str, object]:
        return _carry_out(sid, body, pace)

    @server.on("disconnect", namespace=NAMESPACE)  # type: ignore[untyped-decorator]
    def _disconnect(sid: str, _reason: Any = None) -> None:
        pace.forget(sid)
        left = broadcast.leave(sid)
        if left:
            arrivals.left(left.room)

    def _close(sid: str) -> None:
        # Whoever leaves closes their own socket, and should still get the answer to that.
        socketio.sleep(CLOSE_AFTER_S)
        server.disconnect(sid, namespace=NAMESPACE)

    broadcast.install(
        # The manager is looked up each time: whoever serves may put another one there.
        emit=lambda sids, event, payload: server.manager.emit(event, payload, namespace=NAMESPACE, to=sids),
        close=lambda sid: socketio.start_background_task(_close, sid),
    )
    app.extensions["accepted"] = arrivals.welcome
    app.extensions["hot_events"] = {"command": lambda sid, body, answer: _decide(sid, body, pace, answer)}
    return socketio


class Json:
    """What the libraries encode with: as the fast lane does, also what is encoded in part already."""

    loads = staticmethod(json.loads)

    @staticmethod
    def dumps(value: object, **_style: Any) -> str:
        return packets.encode(value).decode()


class Pace:
    """How fast one socket may ask: so many commands in any second."""

    def __init__(self, per_s: int) -> None:
        self._per_s = per_s
        self._asked: dict[str, deque[float]] = {}

    def check(self, sid: str) -> None:
        """Raises Refused rate_limited."""
        now = time.monotonic()
        asked = self._asked.setdefault(sid, deque(maxlen=self._per_s))
        if len(asked) == self._per_s and now - asked[0] < 1:
            raise Refused("rate_limited", "That was too fast. Wait a second and try again.", retry_after_s=1)
        asked.append(now)

    def forget(self, sid: str) -> None:
        self._asked.pop(sid, None)


def _told(refused: Refused) -> dict[str, object]:
    if isinstance(refused, owners.Elsewhere):
        return {"code": refused.code, "socket_path": refused.socket_path, "lease_ms": refused.lease_ms}
    return {"code": refused.code}


def _carry_out(sid: str, body: object, pace: Pace) -> dict[str, object]:
    ticket = Ticket()
    try:
        _submit(sid, body, pace, ticket.settle)
        return _answer_of(ticket.wait())
    except Exception as error:
        return _answer_of(error)


def _decide(sid: str, body: object, pace: Pace, answer: Answer) -> None:
    """The same, answered later, so that one client's next command need not wait for the disk."""
    try:
        _submit(sid, body, pace, lambda result: answer(_answer_of(result)))
    except Exception as error:
        answer(_answer_of(error))


def _submit(sid: str, body: object, pace: Pace, answer: Callable[[int | Exception], object]) -> None:
    pace.check(sid)
    connection = broadcast.connection(sid)
    if connection is None or connection.closing:
        raise Refused("not_saved", "This connection was closed. Connect again, and send it once more.")
    service.submit(connection.room, wire.parse(body, service.KNOWN), connection.person, answer)


def _answer_of(result: int | Exception) -> dict[str, object]:
    if isinstance(result, int):
        return {"ok": True, "seq": result}
    if isinstance(result, Refused):
        return result.answer()
    if db.is_trouble(result):
        return NOT_SAVED.answer()
    LOG.error("command_failed", exc_info=result)  # the socket must get an answer, and the log the cause
    return BROKEN.answer()
