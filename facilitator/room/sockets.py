"""The socket transport: connect, command, disconnect. It establishes who is there, and nothing else."""

import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO

from facilitator.config import Settings
from facilitator.infra import broadcast, db, logs, packets, wire
from facilitator.infra.broadcast import Connection
from facilitator.infra.ids import CaseId, PersonId, RoomId, SignInId
from facilitator.infra.refusal import Refused
from facilitator.infra.shortcut import Answer
from facilitator.people import identity, roles
from facilitator.people import service as people
from facilitator.room import owners, service
from facilitator.room.state import Standing
from facilitator.room.steps import Ticket

LOG = logs.get(__name__)

NAMESPACE = "/room"
MAX_MESSAGE_BYTES = 64 * 1024
CLOSE_AFTER_S = 0.05

NOT_SAVED = Refused("not_saved", "That could not be saved just now. It will be tried again.")
BROKEN = Refused("internal", "Something went wrong on our side, and nothing was changed. Please try again.")


class Hello(msgspec.Struct, frozen=True):
    """What a client says when it connects. With a token it needs no cookie."""

    room: str
    token: str | None = None
    seat: str | None = None


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

    @socketio.on("connect", namespace=NAMESPACE)  # type: ignore[untyped-decorator]
    def _connect(auth: Any = None) -> None:
        sid = request.sid  # type: ignore[attr-defined]
        try:
            _enter(sid, auth)
        except Refused as refused:
            raise ConnectionRefusedError(refused.message, _told(refused)) from refused
        # The view follows the acceptance: a client gets nothing before it knows that it is connected.
        socketio.start_background_task(_welcome, sid)

    # Registered below Flask: a command needs neither its request context nor its session.
    @server.on("command", namespace=NAMESPACE)  # type: ignore[untyped-decorator]
    def _command(sid: str, body: Any = None) -> dict[str, object]:
        return _carry_out(sid, body, pace)

    @server.on("disconnect", namespace=NAMESPACE)  # type: ignore[untyped-decorator]
    def _disconnect(sid: str, _reason: Any = None) -> None:
        pace.forget(sid)
        left = broadcast.leave(sid)
        if left:
            # Later, because whoever closed this socket may be in the middle of showing the same room.
            socketio.start_background_task(service.show, left.room)

    def _close(sid: str) -> None:
        # Whoever leaves closes their own socket, and should still get the answer to that.
        socketio.sleep(CLOSE_AFTER_S)
        server.disconnect(sid, namespace=NAMESPACE)

    broadcast.install(
        # The manager is looked up each time: whoever serves may put another one there.
        emit=lambda sids, event, payload: server.manager.emit(event, payload, namespace=NAMESPACE, to=sids),
        close=lambda sid: socketio.start_background_task(_close, sid),
    )
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


def _enter(sid: str, auth: object) -> None:
    try:
        hello = msgspec.convert(auth, Hello)
    except msgspec.ValidationError as wrong:
        raise Refused("malformed", "Say which room: auth is {'room': ID}.") from wrong
    room = RoomId(hello.room)
    person, sign_in = _who(room, hello)
    owners.check(room)
    state = service.standing(room, person)
    if state in service.NO_WAY_BACK:
        raise Refused("removed", "You are no longer part of this meeting. Call the professional.")
    if state is Standing.LEFT:
        service.ask_for_seat(room, person)
    broadcast.enter(Connection(sid, room, person, sign_in))


def _who(room: RoomId, hello: Hello) -> tuple[PersonId, SignInId | None]:
    """Whoever the token or the cookie stands for, if that person has a place in this room."""
    with db.reading() as tx:
        case = service.case_of(tx, room)
        if hello.token is not None:
            found = people.person_by_token(tx, hello.token)
            sign_in = None
        else:
            principal = identity.current_principal(room, seat=hello.seat)
            found = identity.person_for(tx, principal, case) if principal else None
            sign_in = principal.sign_in_id if principal else None
        if found is None:
            raise Refused("not_signed_in", "Open your join link again, or sign in.")
        if CaseId(found.case_id) != case or found.role not in roles.IN_THE_ROOM:
            raise Refused("not_allowed", "You are not part of this meeting.")
        return PersonId(found.id), sign_in


def _welcome(sid: str) -> None:
    connection = broadcast.connection(sid)
    if connection:
        service.show(connection.room)


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
        raise Refused("not_signed_in", "This connection was closed. Connect again.")
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
