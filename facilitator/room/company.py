"""What a worker looks after because it has others beside it: rooms that moved, commands that landed elsewhere."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from facilitator.infra import broadcast, db, leases, notices, presence
from facilitator.infra.ids import CaseId, RoomId
from facilitator.people import service as people
from facilitator.room import live, service
from facilitator.room.tables import Room, RoomEvent


def post() -> notices.Post:
    """What others tell us at once. A lost notice of a room is made up for by the next look."""
    made = notices.Post()
    made.listen(notices.Kind.ROOM, lambda room: _show([RoomId(room)]))
    made.listen(notices.Kind.CASE, lambda case: service.read_file_anew(CaseId(case)))
    made.on_missed(_read_every_file_anew)
    return made


class Company:
    """What was seen of the others up to the last look."""

    def __init__(self) -> None:
        self._ended_links: set[str] = set()
        self._presence = presence.Board()

    def look(self, since: datetime) -> None:
        """Whatever happened elsewhere from `since` on; the same may be met twice."""
        rooms = broadcast.rooms()
        by_bare_link = {c.person for c in broadcast.everybody() if c.sign_in is None}
        with db.reading() as tx:
            lost = leases.taken_over(tx, rooms)
            behind = _behind(tx, set(rooms) - lost)
            ended_links = people.links_ended_since(tx, since, by_bare_link)
        for room in lost:
            broadcast.send_away(RoomId(room), "elsewhere")
        for link, person in ended_links.items():
            if link not in self._ended_links:
                broadcast.disconnect(person=person, code=people.Why.REVOKED)
        self._ended_links = set(ended_links)
        _show(behind)
        self._presence.tell({room: broadcast.present(room) for room in rooms if room not in lost})


def _behind(tx: Session, rooms: Collection[RoomId]) -> list[RoomId]:
    """Rooms whose log has moved on without us."""
    last = select(func.max(RoomEvent.seq)).where(RoomEvent.stream == Room.id).scalar_subquery()
    found = tx.execute(select(Room.id, last).where(Room.id.in_(rooms)))
    return [RoomId(room) for room, seq in found if live.seq(RoomId(room)) < seq]


def _show(rooms: Collection[RoomId]) -> None:
    for room in set(rooms) & set(broadcast.rooms()):
        service.show_to_all(room)


def _read_every_file_anew() -> None:
    """Whatever was prepared meanwhile, we were not told."""
    with db.reading() as tx:
        cases = {service.case_of(tx, room) for room in broadcast.rooms()}
    for case in cases:
        service.read_file_anew(case)
