"""The hand-off page: what a person may see of a referral after a "yes", and whom they can call."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import clock
from facilitator.infra.ids import ReferralId
from facilitator.people import service as people
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.referral.channels import local
from facilitator.referral.opened import OpenReferral
from facilitator.referral.state import Stage
from facilitator.referral.summary import Place, StepName, StepState, TaskView

HANDS = PROFESSIONALS | {Role.ESCORT, Role.DRIVER}
"""Who does something after the "yes". The family sees its progress in the room."""

STATE_LABELS = {
    Stage.PLANNED: "Planned. Not everything is ready yet.",
    Stage.ARMED: "Ready. Nothing has been sent yet.",
    Stage.WITHDRAWN: "Withdrawn. Nothing will be sent.",
    Stage.SENT: "Plan A is on. The messages are on their way.",
    Stage.RECEIVED: "Plan A is on. The facility's system has the message.",
    Stage.ACCEPTED: "The facility said yes.",
    Stage.EN_ROUTE: "On the way.",
    Stage.ARRIVED: "Arrived.",
    Stage.ADMITTED: "Admitted. Plan A is complete.",
    Stage.DECLINED: "The facility said no.",
    Stage.NO_SHOW: "Nobody arrived.",
    Stage.REFUSED_ON_THE_WAY: "Turned back on the way.",
    Stage.CANCEL_ASKED: "Plan A is off for now. Everyone is being told.",
    Stage.CANCELLED: "Plan A is off for now.",
    Stage.UNDELIVERABLE: "The facility could not be told by message. Please call.",
}


class HandoffStep(msgspec.Struct, frozen=True):
    """`owner` and `phone` say who does it; `at` is aware UTC."""

    name: StepName
    label: str
    state: StepState
    at: datetime | None
    owner: str
    phone: str | None


class HandoffNote(msgspec.Struct, frozen=True):
    """A text or an e-mail that no gateway takes along: somebody has to read it out or send it on."""

    to: str
    text: str
    at: datetime


class Handoff(msgspec.Struct, frozen=True):
    """What `referral/handoff.html` shows; `gaps`, `calls` and `notes` to professionals. `since` is aware UTC."""

    id: ReferralId

    title: str
    state_label: str
    since: datetime | None
    can_see_gaps: bool
    gaps: tuple[str, ...]
    steps: tuple[HandoffStep, ...]
    primary: Place
    fallback: Place | None
    calls: tuple[TaskView, ...]
    """Still to be made."""
    notes: tuple[HandoffNote, ...]


def handoff_for(tx: Session, referral_id: ReferralId, role: Role) -> Handoff:
    """Raises Refused not_found."""
    opened = OpenReferral(tx, referral_id, clock.now(), lock=False)
    summary = opened.summary()
    professional = role in PROFESSIONALS
    return Handoff(
        id=referral_id,
        title="Plan A",
        state_label=STATE_LABELS[opened.state.stage or Stage.PLANNED],
        since=opened.state.sent_at,
        can_see_gaps=professional,
        gaps=summary.gaps if professional else (),
        steps=tuple(_step(tx, opened, name) for name in StepName),
        primary=summary.primary,
        fallback=summary.fallback,
        calls=tuple(task for task in summary.tasks if professional and task.done_at is None),
        notes=_notes(tx, referral_id) if professional else (),
    )


def _notes(tx: Session, referral_id: ReferralId) -> tuple[HandoffNote, ...]:
    kept = local.of_referral(tx, referral_id)
    return tuple(HandoffNote(local.recipient(tx, each), each.text, each.at) for each in kept)


def _step(tx: Session, opened: OpenReferral, name: StepName) -> HandoffStep:
    view = next(step for step in opened.summary().steps if step.name is name)
    person = opened.person_for(name)
    if person is None:
        hold = opened.arrangement.hold
        at_the_first = opened.in_play.id == opened.primary.id
        owner = hold.given_by if hold and at_the_first and name is StepName.FACILITY else ""
        phone: str | None = opened.in_play.phone if name is StepName.FACILITY else None
    else:
        contact = people.contact(tx, person)
        owner, phone = contact.name, contact.phone
    return HandoffStep(name, view.label, view.state, clock.parse(view.at) if view.at else None, owner, phone)
