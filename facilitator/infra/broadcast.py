"""Who is connected to this process, and the one way to send them anything."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from facilitator.infra.ids import PersonId, RoomId, SignInId

Sections = dict[str, Any]
Emit = Callable[[Sequence[str], str, Any], None]
Close = Callable[[str], None]
Stamp = Callable[[Sections], Sections]

_NOTHING = object()
_NOBODY: frozenset[PersonId] = frozenset()


View = tuple[Hashable, Sections, Sections]
"""All sections of one viewer: the audience, what it shares, and what is the viewer's own."""


class Crowd:
    """Sockets of one audience that have the same: they are shown things together."""

    __slots__ = ("audience", "shared", "sids")

    def __init__(self, audience: Any, shared: Sections) -> None:
        self.audience = audience
        self.shared = shared
        self.sids: list[str] = []


class Connection:
    """One socket. `crowd.shared` and `own` are the view as its client has it; None before the first view.

    One that is `closing` was told to go: it hears and says nothing any more.
    """

    __slots__ = ("closing", "crowd", "own", "person", "room", "sid", "sign_in")

    def __init__(self, sid: str, room: RoomId, person: PersonId, sign_in: SignInId | None) -> None:
        self.sid = sid
        self.room = room
        self.person = person
        self.sign_in = sign_in
        self.crowd: Crowd | None = None
        self.own: Sections | None = None
        self.closing = False

    @property
    def sent(self) -> Sections | None:
        return None if self.crowd is None or self.own is None else {**self.crowd.shared, **self.own}


class Letter:
    """One payload, and the sockets that it is for."""

    __slots__ = ("payload", "sids")

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        self.sids: list[str] = []


class Showing:
    """One moment of a room on its way to its clients, to each what changed for it since its last view.

    What many share is compared, stamped and encoded once, however many they are. Nothing is sent before `send`.
    """

    def __init__(self, room: RoomId, seq: int, stamp: Stamp) -> None:
        self._room = room
        self._seq = seq
        self._stamp = stamp
        self._letters: dict[tuple[object, ...], Letter] = {}
        self._newly: list[tuple[Connection, View]] = []
        self._moved: list[tuple[Crowd, Sections]] = []

    def add(self, to: Connection, view: View) -> None:
        """Whole sections that are new to this client, and the names of those it lost."""
        if to.closing:
            return
        whole = {**view[1], **view[2]}
        letter = self._letter(whole, []) if to.sent is None else self._between(to.sent, whole)
        if letter:
            letter.sids.append(to.sid)
        self._newly.append((to, view))

    def add_all(self, crowd: Crowd, shared: Sections, changed: Sections | None) -> None:
        """The same for a crowd whose own parts have not changed; `changed`, where it is known, saves comparing."""
        letter = self._between(crowd.shared, shared) if changed is None else self._letter(changed, [])
        if letter:
            letter.sids.extend(crowd.sids)
        self._moved.append((crowd, shared))

    def send(self) -> list[Crowd]:
        """The crowds that those who were added one by one are in from now on."""
        assert _emit is not None, "broadcast.install() comes first"
        for letter in self._letters.values():
            _emit(letter.sids, "view", letter.payload)
        for crowd, shared in self._moved:
            crowd.shared = shared
        crowds: dict[Hashable, Crowd] = {}
        for to, (audience, shared, own) in self._newly:
            to.own, to.crowd = own, crowds.setdefault(audience, Crowd(audience, shared))
            to.crowd.sids.append(to.sid)
        return list(crowds.values())

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
_endings = 0


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


def endings() -> int:
    """How often somebody was to be sent away. Whoever was let in by an earlier count has to be looked at again."""
    return _endings


def send_away(room: RoomId, code: str) -> None:
    """Tell every socket of a room why it ends, and close it."""
    for found in connections(room):
        _end(found, code)


def disconnect(
    *, sign_in: SignInId | None = None, person: PersonId | None = None, room: RoomId | None = None, code: str
) -> None:
    """Tell the sockets of a sign-in, or of a person (in one room, or anywhere), why they end, and close them."""
    global _endings
    _endings += 1
    for found in everybody():
        of_sign_in = sign_in is not None and found.sign_in == sign_in
        of_person = person is not None and found.person == person and room in (None, found.room)
        if of_sign_in or of_person:
            _end(found, code)


def _end(found: Connection, code: str) -> None:
    assert _close is not None, "broadcast.install() comes first"
    if not found.closing:
        found.closing = True
        _present.pop(found.room, None)  # they are shown nothing any more, so the crowds are others now
        send(found, "gone", {"code": code})
        _close(found.sid)
