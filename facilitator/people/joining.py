"""Family and friends come in: by their own link, or by the room code that is read out to them."""

import msgspec
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, db
from facilitator.infra.ids import CaseId, PersonId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.people import identity, sign_ins
from facilitator.people.asked import plain_code, plain_name
from facilitator.people.roles import IN_THE_ROOM, Role
from facilitator.people.service import NewPerson, add_person, invitation_by_token, name_of
from facilitator.people.sign_in import close_sockets
from facilitator.people.sign_ins import Why
from facilitator.people.tables import Person
from facilitator.referral import service as referral
from facilitator.room import service as room


class Invited(msgspec.Struct, frozen=True):
    """What a link tells before it is used: nothing about health, nothing about the others."""

    name: str
    relation: str
    invited_by: str
    when: str


class Joined(msgspec.Struct, frozen=True):
    """`page` is where to go now."""

    person: PersonId
    role: Role
    rooms: tuple[RoomId, ...]
    socket_path: str
    page: str


def look(token: str) -> Invited:
    """Whom a link is for. Spends nothing. Raises Refused gone."""
    with db.reading() as tx:
        invitation = invitation_by_token(tx, token)
        if invitation is None:
            raise _dead_link()
        person = tx.get_one(Person, invitation.person_id)
        host = _host(tx, CaseId(person.case_id))
        return Invited(name_of(person), person.relation, host, clock.iso(invitation.created_at))


def by_link(token: str) -> Joined:
    """Take the seat that the link is for; a device that had it before learns that it moved. Raises Refused."""
    with db.writing() as tx:
        invitation = invitation_by_token(tx, token)
        if invitation is None:
            raise _dead_link()
        invitation.first_used_at = invitation.first_used_at or clock.now()
        person = tx.get_one(Person, invitation.person_id)
        opened = sign_ins.take_seat(tx, PersonId(person.id), identity.held_secret(PersonId(person.id)))
        joined = _joined(tx, person, room.meetings_of(tx, CaseId(person.case_id)))
    identity.hold_seat(joined.person, opened.secret)
    close_sockets(opened.ended, Why.MOVED)
    return _where(joined)


def by_code(code: str, name: str) -> Joined:
    """Ask for a seat among the family. Raises Refused not_found, for an unknown code and a closed room alike."""
    called = plain_name(name)
    digits = plain_code(code)
    if digits is None:
        raise _wrong_code()
    with db.writing() as tx:
        meeting = room.meeting_by_code(tx, digits)
        if meeting is None:
            raise _wrong_code()
        person_id = add_person(tx, NewPerson(meeting.case_id, Role.TEAM_MEMBER, called))
    try:
        room.ask_for_seat(meeting.id, person_id)
    except Refused as closed:
        _forget(person_id)
        raise _wrong_code() from closed
    with db.writing() as tx:
        opened = sign_ins.take_seat(tx, person_id, None)
        joined = _joined(tx, tx.get_one(Person, person_id), (meeting,))
    identity.hold_seat(person_id, opened.secret)
    return _where(joined)


def _joined(tx: Session, person: Person, found: tuple[room.Meeting, ...]) -> Joined:
    role = Role(person.role)
    rooms = tuple(each.id for each in room.open_to(role, found))
    page = _page(tx, person, rooms)
    return Joined(PersonId(person.id), role, rooms, room.ANY_PATH, page)


def _where(joined: Joined) -> Joined:
    """With the socket path of the room that it leads to."""
    return replace(joined, socket_path=room.socket_path(joined.rooms[0])) if joined.rooms else joined


def _page(tx: Session, person: Person, rooms: tuple[RoomId, ...]) -> str:
    """Raises Refused not_open while there is nothing yet for this person to open; the link stays good."""
    if rooms:
        return f"/rooms/{rooms[0]}?seat={person.id}"
    handoff = referral.of_case(tx, CaseId(person.case_id)) if person.role not in IN_THE_ROOM else None
    if handoff is None:
        raise Refused("not_open", "There is nothing to open yet. Keep this link and try again later.")
    return f"/handoff/{handoff}?seat={person.id}"


def _host(tx: Session, case_id: CaseId) -> str:
    wanted = select(Person).where(Person.case_id == case_id, Person.role == Role.INTERVENTIONIST)
    row = tx.scalars(wanted.order_by(Person.created_at)).first()
    return "" if row is None else name_of(row)


def _forget(person_id: PersonId) -> None:
    """The room closed in between, so nobody came in."""
    with db.writing() as tx:
        tx.delete(tx.get_one(Person, person_id))


def _dead_link() -> Refused:
    return Refused("gone", "This link no longer works. Ask the person who invited you for a new one.")


def _wrong_code() -> Refused:
    return Refused("not_found", "This code opens no waiting room right now. Check it, or ask the professional.")
