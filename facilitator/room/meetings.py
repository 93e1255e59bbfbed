"""Which meetings there are, for those who want to come in: by case, or by the code that is read out."""

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import crypto
from facilitator.infra.ids import CaseId, RoomId
from facilitator.people.roles import IN_THE_ROOM, Role
from facilitator.room.phases import Kind
from facilitator.room.tables import Room, RoomEvent

PLANNED = 1
"""The first entry of a room's log plans it; what follows is people using it."""


class Meeting(msgspec.Struct, frozen=True):
    id: RoomId
    case_id: CaseId
    kind: Kind
    code: str | None


def meetings_of(tx: Session, case_id: CaseId) -> tuple[Meeting, ...]:
    """Where people are expected first: open meetings, the one in use, then the live one before a rehearsal."""
    in_use_at = (
        select(RoomEvent.at)
        .where(RoomEvent.stream == Room.id, RoomEvent.seq > PLANNED)
        .order_by(RoomEvent.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = tx.scalars(
        select(Room)
        .where(Room.case_id == case_id)
        .order_by(Room.waiting_room_open.desc(), in_use_at.desc().nulls_last(), Room.kind, Room.created_at)
    )
    return tuple(_meeting(row) for row in rows)


def meeting_by_code(tx: Session, code: str) -> Meeting | None:
    """None for an unknown code and for a waiting room that is closed: whoever tries codes learns nothing."""
    wanted = select(Room).where(Room.code_lookup == crypto.lookup(code), Room.waiting_room_open)
    row = tx.scalars(wanted).first()
    return None if row is None else _meeting(row)


def open_to(role: Role, meetings: tuple[Meeting, ...]) -> tuple[Meeting, ...]:
    """A loved one never sees a rehearsal, and whoever plays them never sees the meeting itself."""
    if role not in IN_THE_ROOM:
        return ()
    barred = {Role.LOVED_ONE: Kind.REHEARSAL, Role.STAND_IN: Kind.LIVE}.get(role)
    return tuple(each for each in meetings if each.kind is not barred)


def _meeting(row: Room) -> Meeting:
    """The code is for the professional to read out, while the waiting room is open."""
    opens = row.waiting_room_open and row.code is not None
    code = crypto.unseal(row.code, f"rooms:{row.id}:code") if opens and row.code is not None else None
    return Meeting(RoomId(row.id), CaseId(row.case_id), Kind(row.kind), code)
