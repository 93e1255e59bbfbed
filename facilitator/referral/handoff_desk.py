"""What the professionals see on the hand-off page beyond the journey: facilities, clocks, calls, consent, log."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import clock
from facilitator.people import service as people
from facilitator.referral.channels import local
from facilitator.referral.events import Moved
from facilitator.referral.gaps import NO
from facilitator.referral.moves import Stage
from facilitator.referral.moving import words
from facilitator.referral.opened import LOG, OpenReferral
from facilitator.referral.releasing import may_resend
from facilitator.referral.state import Bid
from facilitator.referral.summary import Clock, Consent, ReferralSummary, StepState, TaskView, Which
from facilitator.referral.telling import Places, told

BID_LABELS = {
    Stage.SENT: "Asked, no answer yet",
    Stage.RECEIVED: "Has the message, no answer yet",
    Stage.ACCEPTED: "Said yes",
    Stage.EN_ROUTE: "Said yes, they are on the way",
    Stage.ARRIVED: "Arrived there",
    Stage.ADMITTED: "Admitted",
    Stage.DECLINED: "Said no",
    Stage.NO_SHOW: "Nobody arrived",
    Stage.REFUSED_ON_THE_WAY: "Turned back on the way",
    Stage.CANCEL_ASKED: "Is being told that nobody comes",
    Stage.CANCELLED: "Knows that nobody comes",
    Stage.UNDELIVERABLE: "Could not be told by message",
}
NOT_ASKED = "Not asked"
CLOCK_LABELS = {
    Clock.RECEIPT: "A second way is tried",
    Clock.REMINDER: "They are reminded",
    Clock.ANSWER: "Plan B is due",
    Clock.CONFIRM: "Plan B goes out by itself",
}
TIME_ENDS = "Their time to answer ends"
"""The answer clock's label once there is nobody left to ask."""


class NextClock(msgspec.Struct, frozen=True):
    """What happens by itself at `due_at` (aware UTC), unless something comes first."""

    label: str
    due_at: datetime


class BidCard(msgspec.Struct, frozen=True):
    """One facility and where it stands since `at`. `papers` is how far the record came, None before one left."""

    which: Which
    name: str
    phone: str
    label: str
    at: datetime | None
    waits: bool
    is_good: bool
    is_gone: bool
    clocks: tuple[NextClock, ...]
    papers: StepState | None


class Line(msgspec.Struct, frozen=True):
    """One thing that happened; `words` are what somebody said with it."""

    at: datetime
    by: str
    text: str
    words: str


class PassOn(msgspec.Struct, frozen=True):
    """A text or an e-mail that no gateway takes along: somebody has to read it out or send it on."""

    to: str
    text: str
    at: datetime


class Desk(msgspec.Struct, frozen=True):
    gaps: tuple[str, ...]
    bids: tuple[BidCard, ...]
    tasks: tuple[TaskView, ...]
    """Calls; those still to be made first."""
    consent: Consent
    may_fall_back: bool
    fallback_due: bool
    may_resend: bool
    reopened: bool
    notes: tuple[PassOn, ...]
    timeline: tuple[Line, ...]
    """Newest first."""
    admitted_by: str
    """Name and role, as the facility gave them."""


def desk_for(tx: Session, opened: OpenReferral, summary: ReferralSummary) -> Desk:
    places = {Which.PRIMARY: summary.primary, Which.FALLBACK: summary.fallback}
    said = words(tx, opened.id)
    return Desk(
        gaps=summary.gaps,
        bids=tuple(_card(opened, which, _clocks(opened, summary, which)) for which in Which),
        tasks=summary.tasks,
        consent=summary.consent,
        may_fall_back=opened.state.may_fall_back,
        fallback_due=summary.fallback_due,
        may_resend=may_resend(opened.state) is not None,
        reopened=summary.reopened,
        notes=tuple(
            PassOn(local.recipient(tx, each), each.text, each.at) for each in local.of_referral(tx, opened.id)
        ),
        timeline=_timeline(tx, opened, places, said),
        admitted_by=_admitted_by(tx, opened, said),
    )


def _clocks(opened: OpenReferral, summary: ReferralSummary, which: Which) -> tuple[NextClock, ...]:
    """The next one first."""
    labels = CLOCK_LABELS if opened.state.may_fall_back else {**CLOCK_LABELS, Clock.ANSWER: TIME_ENDS}
    return tuple(
        NextClock(labels[each.clock], clock.parse(each.due_at)) for each in summary.clocks if each.which is which
    )


def _card(opened: OpenReferral, which: Which, clocks: tuple[NextClock, ...]) -> BidCard:
    place = opened.facilities[which]
    bid = next((each for each in opened.state.current if each.which is which), None)
    return BidCard(
        which=which,
        name=place.name,
        phone=place.phone,
        label=_label(bid),
        at=bid.at if bid else None,
        waits=bool(bid and bid.waits),
        is_good=bool(bid and bid.stage in (Stage.ACCEPTED, Stage.EN_ROUTE, Stage.ARRIVED, Stage.ADMITTED)),
        is_gone=bool(bid and bid.stage in (Stage.DECLINED, Stage.UNDELIVERABLE)),
        clocks=clocks,
        papers=_papers(opened, bid),
    )


def _label(bid: Bid | None) -> str:
    if bid is None:
        return NOT_ASKED
    if bid.stage is Stage.DECLINED:
        return f"Said no: it {NO[bid.reason or 'other']}"
    more = "; wants to know more" if bid.waits and bid.asked_more else ""
    return f"{BID_LABELS[bid.stage]}{more}"


def _papers(opened: OpenReferral, bid: Bid | None) -> StepState | None:
    sending = opened.state.sendings.get(bid.record_key or "") if bid else None
    return sending.state if sending else None


def _timeline(tx: Session, opened: OpenReferral, places: Places, said: dict[int, str]) -> tuple[Line, ...]:
    names = {str(each.person): each.name for each in people.contacts_of_case(tx, opened.case_id)}
    names |= {card.id: card.name for card in opened.facilities.values()}
    lines = [
        Line(
            entry.at, names.get(entry.actor, ""), text, said.get(entry.seq, "") if event is entry.events[0] else ""
        )
        for entry in LOG.read(tx, opened.id)
        for event in entry.events
        if (text := told(event, opened.state, places)) is not None
    ]
    return tuple(reversed(lines))


def _admitted_by(tx: Session, opened: OpenReferral, said: dict[int, str]) -> str:
    """Of the last admission; empty while there is none."""
    found = [
        said.get(entry.seq, "")
        for entry in LOG.read(tx, opened.id)
        for event in entry.events
        if isinstance(event, Moved) and event.to is Stage.ADMITTED
    ]
    return found[-1] if found else ""
