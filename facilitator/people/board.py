"""What the professional sees first: what needs doing now, then each case with its rooms and its people."""

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, db, ids, times
from facilitator.infra.ids import AccountId, CaseId, PersonId, ReferralId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.people.alarms import alarms
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.people.service import name_of
from facilitator.people.tables import Invitation, Person
from facilitator.plan import service as plan
from facilitator.room import service as room
from facilitator.room.phases import Condition, Kind

ROLE_LABELS = {
    Role.INTERVENTIONIST: "leads the meeting",
    Role.CO_FACILITATOR: "co-facilitator",
    Role.TEAM_MEMBER: "",
    Role.LOVED_ONE: "loved one",
    Role.STAND_IN: "plays the loved one in rehearsal",
    Role.OBSERVER: "observer",
    Role.ESCORT: "escort",
    Role.DRIVER: "driver",
}
_LATER = "agreement"
"""This gate turns green in the waiting room, so beforehand it is no news."""


class Gate(msgspec.Struct, frozen=True):
    name: str
    ok: bool
    reason: str


class ReferralCard(msgspec.Struct, frozen=True):
    id: ReferralId
    state: str
    armed: bool


class RoomCard(msgspec.Struct, frozen=True):
    """`inside` and `waiting` count people, not devices; `code` is None once the waiting room is closed."""

    id: RoomId
    kind: Kind
    state: Condition
    url: str
    inside: int
    waiting: int
    code: str | None


class PersonCard(msgspec.Struct, frozen=True):
    """`state` is what became of the join link; empty for staff, who sign in."""

    id: PersonId
    name: str
    relation: str
    role: Role
    role_label: str
    state: str
    opened_at: str | None
    can_invite: bool
    language: str | None


class CaseCard(msgspec.Struct, frozen=True):
    """`missing` says what still has to be prepared; empty means ready. `settings` are the professionals' only."""

    id: CaseId
    label: str
    missing: tuple[str, ...]
    referral: ReferralCard | None
    rooms: tuple[RoomCard, ...]
    people: tuple[PersonCard, ...]
    settings: plan.CaseSettings | None

    @property
    def speakers(self) -> tuple[PersonCard, ...]:
        """Those whose words are listened to, and whose language can be chosen."""
        return tuple(each for each in self.people if each.role is Role.TEAM_MEMBER and each.can_invite)


class Alert(msgspec.Struct, frozen=True):
    """`grave` is what runs out before the meeting."""

    text: str
    href: str | None
    grave: bool = False


class Dashboard(msgspec.Struct, frozen=True):
    """`version` changes when anything else here does."""

    alerts: tuple[Alert, ...]
    cases: tuple[CaseCard, ...]
    version: str


class _State(msgspec.Struct, frozen=True):
    state: Condition


class _Seat(msgspec.Struct, frozen=True):
    standing: str


class _Seen(msgspec.Struct, frozen=True):
    """Those parts of a room's view that the dashboard tells of. A viewer who may not see one has none of it."""

    room: _State | None = None
    people: tuple[_Seat, ...] = ()
    gates: tuple[Gate, ...] = ()
    referral: ReferralCard | None = None


class _Own(msgspec.Struct, frozen=True):
    """A case, and the part that whoever looks has in it."""

    case_id: CaseId
    label: str
    person_id: PersonId
    role: Role
    meetings: tuple[room.Meeting, ...]
    people: tuple[PersonCard, ...]
    settings: plan.CaseSettings | None


def dashboard(account_id: AccountId) -> Dashboard:
    """Everything that this member of staff has a part in, newest case first."""
    with db.reading() as tx:
        own = [_own(tx, person) for person in _parts(tx, account_id)]
        running_out = [alarm for each in own for alarm in _alarms(tx, each)]
    cases = tuple(_card(each) for each in own)
    alerts = (*running_out, *(alert for case in cases for alert in _alerts(case)))
    version = ids.digest(msgspec.json.encode((alerts, cases)).decode())[:16]
    return Dashboard(alerts, cases, version)


def _parts(tx: Session, account_id: AccountId) -> list[Person]:
    wanted = select(Person).where(Person.account_id == account_id)
    return list(tx.scalars(wanted.order_by(Person.created_at.desc(), Person.id)))


def _own(tx: Session, person: Person) -> _Own:
    case_id, role = CaseId(person.case_id), Role(person.role)
    found = room.open_to(role, room.meetings_of(tx, case_id))
    settings = plan.settings_of(tx, case_id) if role in PROFESSIONALS else None
    label, cards = plan.case_label(tx, case_id), _people(tx, case_id, role)
    return _Own(case_id, label, PersonId(person.id), role, found, cards, settings)


def _people(tx: Session, case_id: CaseId, viewer: Role) -> tuple[PersonCard, ...]:
    """Invitations are the professionals' business; others of the staff see who is who."""
    links: dict[str, Invitation] = {}
    ordered = select(Invitation).join(Person, Person.id == Invitation.person_id).where(Person.case_id == case_id)
    for invitation in tx.scalars(ordered.order_by(Invitation.created_at)):
        links[invitation.person_id] = invitation
    everybody = select(Person).where(Person.case_id == case_id)
    rows = tx.scalars(everybody.order_by(Person.reading_order.nulls_last(), Person.created_at, Person.id))
    return tuple(_person(row, links.get(row.id), viewer in PROFESSIONALS) for row in rows)


def _person(row: Person, link: Invitation | None, may_invite: bool) -> PersonCard:
    opened_at = link.first_used_at if link else None
    return PersonCard(
        id=PersonId(row.id),
        name=name_of(row),
        relation=row.relation,
        role=Role(row.role),
        role_label=ROLE_LABELS[Role(row.role)],
        state="" if row.account_id else _link_state(link),
        opened_at=times.iso(opened_at) if opened_at else None,
        can_invite=may_invite and row.account_id is None,
        language=row.language,
    )


def _link_state(link: Invitation | None) -> str:
    if link is None:
        return "no link yet"
    if link.revoked_at is not None:
        return "link revoked"
    return "opened" if link.first_used_at else "not opened yet"


def _card(own: _Own) -> CaseCard:
    seen = [(meeting, _look(meeting, own)) for meeting in own.meetings]
    live = next((view for meeting, view in seen if meeting.kind is Kind.LIVE), _Seen())
    missing = tuple(gate.reason for gate in live.gates if not gate.ok and gate.name != _LATER)
    rooms = tuple(_room(meeting, view, view.room.state, own) for meeting, view in seen if view.room)
    return CaseCard(own.case_id, own.label, missing, live.referral, rooms, own.people, own.settings)


def _look(meeting: room.Meeting, own: _Own) -> _Seen:
    """Visibility is decided by the room's own views; who has no seat in it sees nothing."""
    try:
        view = room.view(meeting.id, own.person_id)
    except Refused:
        return _Seen()
    return msgspec.convert(view["sections"], _Seen)


def _room(meeting: room.Meeting, view: _Seen, state: Condition, own: _Own) -> RoomCard:
    standings = [seat.standing for seat in view.people]
    return RoomCard(
        id=meeting.id,
        kind=meeting.kind,
        state=state,
        url=f"/rooms/{meeting.id}",
        inside=standings.count("admitted"),
        waiting=standings.count("waiting"),
        code=meeting.code if own.role in PROFESSIONALS else None,
    )


def _alarms(tx: Session, own: _Own) -> list[Alert]:
    """For those who arrange it; nobody else can put it right."""
    if own.role not in PROFESSIONALS:
        return []
    found = alarms(tx, own.case_id, own.label, clock.now())
    return [Alert(each.text, each.href, grave=True) for each in found]


def _alerts(case: CaseCard) -> list[Alert]:
    """A red gate of the live meeting, and links that nobody opened."""
    board = f"/cases/{case.id}/referral" if case.referral else None
    alerts = [Alert(f"{case.label}: {reason}", board if "referral" in reason else None) for reason in case.missing]
    unopened = [person.name for person in case.people if person.can_invite and person.state == "not opened yet"]
    if unopened:
        alerts.append(Alert(f"{case.label}: not opened yet by {', '.join(unopened)}.", None))
    return alerts
