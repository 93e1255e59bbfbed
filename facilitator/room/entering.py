"""Whoever connects to a room comes in, or is told why not."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

import msgspec

from facilitator.infra import broadcast, db
from facilitator.infra.broadcast import Connection
from facilitator.infra.ids import CaseId, PersonId, RoomId, SignInId
from facilitator.infra.refusal import Refused
from facilitator.people import identity, roles
from facilitator.people import service as people
from facilitator.room import owners, service
from facilitator.room.state import Standing

Request: TypeAlias = Callable[[], AbstractContextManager[object]]
"""Makes what has to be open while a cookie is read."""


class Hello(msgspec.Struct, frozen=True):
    """What a client says when it connects. With a token it needs no cookie."""

    room: str
    token: str | None = None
    seat: str | None = None


def enter(sid: str, auth: object, request: Request) -> RoomId:
    """The room that this socket is in from now on. Raises Refused."""
    try:
        hello = msgspec.convert(auth, Hello)
    except msgspec.ValidationError as wrong:
        raise Refused("malformed", "Say which room: auth is {'room': ID}.") from wrong
    room = RoomId(hello.room)
    if hello.token is None:
        with request():
            _enter(sid, room, hello)
    else:
        _enter(sid, room, hello)
    return room


def _enter(sid: str, room: RoomId, hello: Hello) -> None:
    while True:
        endings = broadcast.endings()
        person, sign_in = (
            _by_cookie(room, hello.seat) if hello.token is None else (_by_link(room, hello.token), None)
        )
        owners.check(room)
        _seat(room, person)
        if broadcast.endings() == endings:
            break  # otherwise somebody was sent away while we waited, and it may have been this one
    broadcast.enter(Connection(sid, room, person, sign_in))


def _seat(room: RoomId, person: PersonId) -> None:
    state = service.standing(room, person)
    if state in service.NO_WAY_BACK:
        raise Refused("removed", "You are no longer part of this meeting. Call the professional.")
    if state is Standing.LEFT:
        service.ask_for_seat(room, person)


def _by_link(room: RoomId, token: str) -> PersonId:
    with db.looking() as connection:
        case = service.case_of(connection, room)
        return _placed(people.person_by_token(connection, token), case)


def _by_cookie(room: RoomId, seat: str | None) -> tuple[PersonId, SignInId | None]:
    # Before our own transaction: many who each hold a connection and want a second would wait for each other.
    principal = identity.current_principal(room, seat=seat)
    with db.reading() as tx:
        case = service.case_of(tx, room)
        found = identity.person_for(tx, principal, case) if principal else None
        return _placed(found, case), principal.sign_in_id if principal else None


def _placed(found: people.Part | None, case: CaseId) -> PersonId:
    """Whoever the link or the cookie stands for, if that person has a place in a room of this case."""
    if found is None:
        raise Refused("not_signed_in", "Open your join link again, or sign in.")
    if found.case_id != case or found.role not in roles.IN_THE_ROOM:
        raise Refused("not_allowed", "You are not part of this meeting.")
    return found.id
