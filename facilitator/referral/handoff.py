"""The hand-off page: what a person may see of a referral after a "yes", whom they can call, what they can do."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import clock
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.people import service as people
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.referral.arrangement import Drive, Item
from facilitator.referral.handoff_desk import Desk, desk_for
from facilitator.referral.ladder import Rung, RungName, rungs
from facilitator.referral.moves import Stage, allows
from facilitator.referral.moving import MOVES, WHO
from facilitator.referral.opened import OpenReferral
from facilitator.referral.summary import Place, ReferralSummary, StepName, StepState

HANDS = PROFESSIONALS | {Role.ESCORT, Role.DRIVER}
"""Who does something after the "yes". The family sees its progress in the room."""

NO_DRIVE = Drive(PersonId(""), "", 0, "", None)
PLANS = {True: "Plan A", False: "Plan B"}
"""By whether it is the first facility."""

STATE_LABELS = {
    Stage.PLANNED: "Planned. Not everything is ready yet.",
    Stage.ARMED: "Ready. Nothing has been sent yet.",
    Stage.WITHDRAWN: "Withdrawn. Nothing will be sent.",
    Stage.SENT: "{} is on. The messages are on their way.",
    Stage.RECEIVED: "{} is on. The facility's system has the message.",
    Stage.ACCEPTED: "The facility said yes. The car can leave.",
    Stage.EN_ROUTE: "On the way.",
    Stage.ARRIVED: "Arrived. The facility admits them now.",
    Stage.ADMITTED: "Admitted. {} is complete.",
    Stage.DECLINED: "The facility said no.",
    Stage.NO_SHOW: "Nobody arrived.",
    Stage.REFUSED_ON_THE_WAY: "Turned back on the way.",
    Stage.CANCEL_ASKED: "{} is off for now. Everyone is being told.",
    Stage.CANCELLED: "{} is off for now.",
    Stage.UNDELIVERABLE: "The facility could not be told by message. Please call.",
}


class Step(msgspec.Struct, frozen=True):
    """One rung, with whoever sees to it and how to call them."""

    rung: Rung
    owner: str
    phone: str | None


class Told(msgspec.Struct, frozen=True):
    """One of the first messages, and how far it came. `at` is aware UTC."""

    label: str
    state: StepState
    at: datetime | None
    owner: str
    phone: str | None


class Trip(msgspec.Struct, frozen=True):
    """What those who travel need. The way was planned to the first facility; `is_elsewhere` when it is not."""

    place: Place
    is_elsewhere: bool
    pickup: str
    route: str
    stops: tuple[str, ...]
    vehicle: str
    second_vehicle: str
    minutes: int | None
    medication: str
    bag: tuple[Item, ...]
    documents: tuple[Item, ...]


class Handoff(msgspec.Struct, frozen=True):
    """What `referral/handoff.html` shows; `desk` to professionals alone. Times are aware UTC."""

    id: ReferralId
    now: datetime
    plan: str
    """Which of the two it is about now; the texts use the same words."""
    stage: Stage
    state_label: str
    since: datetime | None
    until: datetime | None
    steps: tuple[Step, ...]
    told: tuple[Told, ...]
    place: Place
    lead: Place
    moves: tuple[str, ...]
    """What the person who looks can say now."""
    trip: Trip
    desk: Desk | None


def handoff_for(tx: Session, referral_id: ReferralId, role: Role) -> Handoff:
    """Raises Refused not_found."""
    opened = OpenReferral(tx, referral_id, clock.now(), lock=False)
    stage = opened.state.stage or Stage.PLANNED
    place = Place(opened.in_play.name, opened.in_play.phone)
    plan = PLANS[opened.in_play.id == opened.primary.id]
    hands, summary = _Hands(tx, opened, place), opened.summary()
    return Handoff(
        id=referral_id,
        now=clock.now(),
        plan=plan,
        stage=stage,
        state_label=STATE_LABELS[stage].format(plan),
        since=opened.state.moments.yes,
        until=opened.state.moments.admitted,
        steps=tuple(Step(rung, *hands.of_rung(rung.name)) for rung in rungs(opened.state)),
        told=hands.told(summary),
        place=place,
        lead=hands.lead,
        moves=tuple(name for name, to in MOVES.items() if allows(stage, to, WHO[role])),
        trip=_trip(opened, place),
        desk=desk_for(tx, opened, summary) if role in PROFESSIONALS else None,
    )


class _Hands:
    """Who sees to what."""

    def __init__(self, tx: Session, opened: OpenReferral, place: Place) -> None:
        self._tx = tx
        self._opened = opened
        self._place = place
        everybody = people.contacts_of_case(tx, opened.case_id)
        leads = (each.name for each in everybody if each.role is Role.INTERVENTIONIST)
        self.lead = Place(next(leads, ""), opened.arrangement.call_back_phone)

    def of_rung(self, name: RungName) -> tuple[str, str | None]:
        """Name and number."""
        match name:
            case RungName.YES:
                return self.lead.name, self.lead.phone
            case RungName.LEFT:
                return self._of_person(self._opened.person_for(StepName.TRANSPORT))
            case RungName.ARRIVED:
                return self._of_person(self._opened.person_for(StepName.ESCORT))
        return self._place.name, self._place.phone

    def told(self, summary: ReferralSummary) -> tuple[Told, ...]:
        return tuple(self._told(step.name, step.label, step.state, step.at) for step in summary.steps)

    def _told(self, name: StepName, label: str, state: StepState, at: str | None) -> Told:
        owner, phone = (
            self._of_desk() if name is StepName.FACILITY else self._of_person(self._opened.person_for(name))
        )
        return Told(label, state, clock.parse(at) if at else None, owner, phone)

    def _of_desk(self) -> tuple[str, str | None]:
        """Whoever gave their word for the bed, at the first facility; nobody is known by name at the second."""
        hold = self._opened.arrangement.hold
        at_the_first = self._opened.in_play.id == self._opened.primary.id
        return hold.given_by if hold and at_the_first else self._place.name, self._place.phone

    def _of_person(self, person: PersonId | None) -> tuple[str, str | None]:
        if person is None:
            return "", None
        contact = people.contact(self._tx, person)
        return contact.name, contact.phone


def _trip(opened: OpenReferral, place: Place) -> Trip:
    plan = opened.arrangement
    drive = plan.drive or NO_DRIVE
    return Trip(
        place=place,
        is_elsewhere=opened.in_play.id != opened.primary.id,
        pickup=drive.pickup,
        route=drive.route,
        stops=drive.stops,
        vehicle=drive.vehicle,
        second_vehicle=drive.second_vehicle,
        minutes=drive.minutes or None,
        medication=drive.medication,
        bag=plan.bag,
        documents=plan.documents,
    )
