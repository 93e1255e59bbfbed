"""Who is connected to this process, and the one way to send them anything."""

from collections.abc import Callable
from typing import Any

from facilitator.infra.ids import PersonId, RoomId, SignInId

Emit = Callable[[str, str, Any], None]
Close = Callable[[str], None]
Stamp = Callable[[dict[str, Any]], dict[str, Any]]


class Connection:
    """One socket. `sent` holds the sections as its client has them; None before the first view.

    One that is `closing` was told to go: it hears and says nothing any more.
    """

    __slots__ = ("closing", "person", "room", "sent", "sid", "sign_in")

    def __init__(self, sid: str, room: RoomId, person: PersonId, sign_in: SignInId | None) -> None:
        self.sid = sid
        self.room = room
        self.person = person
        self.sign_in = sign_in
        self.sent: dict[str, Any] | None = None
        self.closing = False


_by_sid: dict[str, Connection] = {}
_by_room: dict[RoomId, dict[str, Connection]] = {}
_emit: Emit | None = None
_close: Close | None = None


def install(emit: Emit, close: Close) -> None:
    """The socket server says how to send (sid, event, payload) and how to close a socket."""
    global _emit, _close
    _emit, _close = emit, close


def enter(connection: Connection) -> None:
    _by_sid[connection.sid] = connection
    _by_room.setdefault(connection.room, {})[connection.sid] = connection


def leave(sid: str) -> Connection | None:
    """Forget a socket that closed. The answer is what it was."""
    connection = _by_sid.pop(sid, None)
    if connection:
        others = _by_room[connection.room]
        others.pop(sid)
        if not others:
            del _by_room[connection.room]
    return connection


def connection(sid: str) -> Connection | None:
    return _by_sid.get(sid)


def connections(room: RoomId) -> list[Connection]:
    return list(_by_room.get(room, {}).values())


def everybody() -> list[Connection]:
    return list(_by_sid.values())


def rooms() -> list[RoomId]:
    """Rooms with somebody connected here."""
    return list(_by_room)


def send(to: Connection, event: str, payload: Any) -> None:
    assert _emit is not None, "broadcast.install() comes first"
    _emit(to.sid, event, payload)


def show(
    to: Connection, seq: int, sections: dict[str, Any], stamp: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Send what changed for this client since its last view: whole sections, and the names of those it lost."""
    if to.closing:
        return
    before = to.sent or {}
    changed = {
        name: section for name, section in sections.items() if name not in before or before[name] != section
    }
    dropped = [name for name in before if name not in sections]
    if to.sent is not None and not changed and not dropped:
        return
    to.sent = sections
    payload: dict[str, Any] = {"room": to.room, "seq": seq, "sections": stamp(changed)}
    if dropped:
        payload["dropped"] = dropped
    send(to, "view", payload)


def disconnect(
    *, sign_in: SignInId | None = None, person: PersonId | None = None, room: RoomId | None = None, code: str
) -> None:
    """Tell the sockets of a sign-in, or of a person (in one room, or anywhere), why they end, and close them."""
    assert _close is not None, "broadcast.install() comes first"
    for found in everybody():
        of_sign_in = sign_in is not None and found.sign_in == sign_in
        of_person = person is not None and found.person == person and room in (None, found.room)
        if (of_sign_in or of_person) and not found.closing:
            found.closing = True
            send(found, "gone", {"code": code})
            _close(found.sid)
