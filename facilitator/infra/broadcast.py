"""Who is connected to this process, and the one way to send them anything."""

from collections.abc import Callable, Sequence
from typing import Any

from facilitator.infra.ids import PersonId, RoomId, SignInId

Sections = dict[str, Any]
Parts = tuple[Sections, Sections]
Emit = Callable[[Sequence[str], str, Any], None]
Close = Callable[[str], None]
Stamp = Callable[[Sections], Sections]


_NOTHING = object()
_NOBODY: frozenset[PersonId] = frozenset()


class Connection:
    """One socket. `sent` holds the view as its client has it; None before the first view.

    One that is `closing` was told to go: it hears and says nothing any more.
    """

    __slots__ = ("closing", "person", "room", "sent", "sid", "sign_in")

    def __init__(self, sid: str, room: RoomId, person: PersonId, sign_in: SignInId | None) -> None:
        self.sid = sid
        self.room = room
        self.person = person
        self.sign_in = sign_in
        self.sent: Parts | None = None
        self.closing = False


class Letter:
    """One payload, and every connection of those it is for, each with its whole view once it has this."""

    __slots__ = ("payload", "to")

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        self.to: list[tuple[Connection, Parts]] = []


class Showing:
    """One moment of a room on its way to its clients, to each what changed for it since its last view.

    A view is in two parts, what many share and what is one person's own. What many share is compared, stamped and
    encoded once, however many they are; shared is what is the same object. Nothing counts as sent before `send`.
    """

    def __init__(self, room: RoomId, seq: int, stamp: Stamp) -> None:
        self._room = room
        self._seq = seq
        self._stamp = stamp
        self._letters: dict[tuple[object, ...], Letter] = {}
        self._to_many: dict[tuple[int, int], tuple[Sections, Letter | None]] = {}
        """By the identity of what was sent before, kept here so that it lives on, and of what is to be seen."""

    def add(self, to: Connection, view: Parts) -> None:
        """Whole sections that are new to this client, and the names of those it lost."""
        sent = to.sent
        if to.closing:
            return
        letter: Letter | None
        if sent is None:
            letter = self._letter({**view[0], **view[1]}, [])
        elif sent[1] is not view[1]:
            letter = self._between({**sent[0], **sent[1]}, {**view[0], **view[1]})
        elif sent[0] is view[0]:
            return
        else:
            known = self._to_many.get((id(sent[0]), id(view[0])))
            letter = known[1] if known else self._of_shared(sent[0], view[0])
        if letter:
            letter.to.append((to, view))

    def send(self) -> None:
        assert _emit is not None, "broadcast.install() comes first"
        for letter in self._letters.values():
            for to, view in letter.to:
                to.sent = view
            _emit([to.sid for to, _ in letter.to], "view", letter.payload)

    def _of_shared(self, before: Sections, now: Sections) -> Letter | None:
        letter = self._between(before, now)
        self._to_many[id(before), id(now)] = (before, letter)
        return letter

    def _between(self, before: Sections, now: Sections) -> Letter | None:
        changed = {name: new for name, new in now.items() if _is_new(before.get(name, _NOTHING), new)}
        dropped = [name for name in before if name not in now]
        return self._letter(changed, dropped) if changed or dropped else None

    def _letter(self, changed: Sections, dropped: list[str]) -> Letter:
        key = (*dropped, *((name, id(section)) for name, section in changed.items()))
        if key not in self._letters:
            payload = {"room": self._room, "seq": self._seq, "sections": self._stamp(changed)}
            self._letters[key] = Letter({**payload, "dropped": dropped} if dropped else payload)
        return self._letters[key]


def _is_new(before: object, now: object) -> bool:
    return before is not now and (before is _NOTHING or before != now)


_by_sid: dict[str, Connection] = {}
_by_room: dict[RoomId, dict[str, Connection]] = {}
_present: dict[RoomId, frozenset[PersonId]] = {}
_emit: Emit | None = None
_close: Close | None = None


def install(emit: Emit, close: Close) -> None:
    """The socket server says how to send (sids, event, payload) and how to close a socket."""
    global _emit, _close
    _emit, _close = emit, close


def enter(connection: Connection) -> None:
    _by_sid[connection.sid] = connection
    _by_room.setdefault(connection.room, {})[connection.sid] = connection
    _present.pop(connection.room, None)


def leave(sid: str) -> Connection | None:
    """Forget a socket that closed. The answer is what it was."""
    connection = _by_sid.pop(sid, None)
    if connection:
        others = _by_room[connection.room]
        others.pop(sid)
        _present.pop(connection.room, None)
        if not others:
            del _by_room[connection.room]
    return connection


def connection(sid: str) -> Connection | None:
    return _by_sid.get(sid)


def connections(room: RoomId) -> list[Connection]:
    return list(_by_room.get(room, {}).values())


def present(room: RoomId) -> frozenset[PersonId]:
    """Who is connected; the same object for as long as nobody comes or goes."""
    if room not in _by_room:
        return _NOBODY
    if room not in _present:
        _present[room] = frozenset(connection.person for connection in connections(room))
    return _present[room]


def is_used(room: RoomId) -> bool:
    """Whether somebody is connected."""
    return room in _by_room


def everybody() -> list[Connection]:
    return list(_by_sid.values())


def rooms() -> list[RoomId]:
    """Rooms with somebody connected here."""
    return list(_by_room)


def send(to: Connection, event: str, payload: Any) -> None:
    assert _emit is not None, "broadcast.install() comes first"
    _emit([to.sid], event, payload)


def send_away(room: RoomId, code: str) -> None:
    """Tell every socket of a room why it ends, and close it."""
    for found in connections(room):
        _end(found, code)


def disconnect(
    *, sign_in: SignInId | None = None, person: PersonId | None = None, room: RoomId | None = None, code: str
) -> None:
    """Tell the sockets of a sign-in, or of a person (in one room, or anywhere), why they end, and close them."""
    for found in everybody():
        of_sign_in = sign_in is not None and found.sign_in == sign_in
        of_person = person is not None and found.person == person and room in (None, found.room)
        if of_sign_in or of_person:
            _end(found, code)


def _end(found: Connection, code: str) -> None:
    assert _close is not None, "broadcast.install() comes first"
    if not found.closing:
        found.closing = True
        send(found, "gone", {"code": code})
        _close(found.sid)
