"""What the rest of the product may ask of referrals: plan, release, call off, and see where one stands."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, outbox
from facilitator.infra.entries import Entry
from facilitator.infra.ids import CaseId, OutcomeId, PersonId, ReferralId
from facilitator.infra.outbox import Claimed
from facilitator.infra.refusal import Refused
from facilitator.referral import commands as ask
from facilitator.referral import disclosures, facilities, looking, moving, simulate
from facilitator.referral.channels.local import newest as newest_local_messages
from facilitator.referral.channels.local import recipient
from facilitator.referral.commands import SYSTEM, Actor
from facilitator.referral.directory import Details as FacilityDetails
from facilitator.referral.directory import describe as describe_facility
from facilitator.referral.editor import GateCard, alarms
from facilitator.referral.events import Event, Letter
from facilitator.referral.facilities import NewFacility, endpoint_and_secret
from facilitator.referral.facilities import add as add_facility
from facilitator.referral.facilities import card as facility_card
from facilitator.referral.moves import Who
from facilitator.referral.moving import (
    Taken,
    answer_refused,
    confirm_fallback,
    consent_given,
    consent_revoked,
    move,
    take_answer,
    withdraw,
    words,
)
from facilitator.referral.opened import LOG, UNKNOWN, OpenReferral
from facilitator.referral.options import Approval, Chosen, NewOption
from facilitator.referral.options import Kind as OptionKind
from facilitator.referral.options import add as add_option
from facilitator.referral.planning import plan, rearrange, replan, review, review_open
from facilitator.referral.summary import ReferralSummary
from facilitator.referral.tables import Referral, ReferralEvent

__all__ = [
    "UNKNOWN",
    "Approval",
    "Chosen",
    "Cursor",
    "FacilityDetails",
    "GateCard",
    "NewFacility",
    "NewOption",
    "OptionKind",
    "ReferralActivation",
    "Taken",
    "activate",
    "add_facility",
    "add_option",
    "alarms",
    "answer_refused",
    "case_of",
    "changes_since",
    "confirm_fallback",
    "consent_given",
    "consent_revoked",
    "describe_facility",
    "endpoint_and_secret",
    "facility_card",
    "hold_for_report",
    "message_settled",
    "move",
    "newest_local_messages",
    "of_case",
    "plan",
    "rearrange",
    "recipient",
    "reopened",
    "replan",
    "review",
    "review_open",
    "stand_down",
    "summary",
    "take_answer",
    "timeline",
    "webhook_secret",
    "withdraw",
    "words",
]

OVERLAP = timedelta(seconds=10)
"""A transaction may commit so much later than the moment that it carries."""


class ReferralActivation(msgspec.Struct, frozen=True):
    """What a "yes" set off. `released` is False where nothing new was sent; `gaps` say what people must do."""

    id: ReferralId
    state: str
    released: bool
    gaps: tuple[str, ...]


class Cursor(msgspec.Struct, frozen=True):
    """Where a watcher stands: when it looked last, and which log entries it knows already."""

    looked_at: datetime
    known: frozenset[tuple[str, int]]


def activate(
    tx: Session, referral_id: ReferralId, outcome_id: OutcomeId, at: datetime, by: PersonId | None = None
) -> ReferralActivation:
    """In the outcome's own transaction: whoever waits for a "yes" is written to. A repeat changes nothing."""
    try:
        opened = OpenReferral(tx, referral_id, at)
    except Refused:
        missing = "No hand-off was arranged. Call a treatment center, or 1-800-662-4357, now."
        return ReferralActivation(referral_id, "missing", False, (missing,))
    command = ask.Activate(outcome_id, opened.steps)
    happened = opened.take(command, f"{outcome_id}:activate:{opened.state.round}", _lead(by))
    summary = opened.summary()
    released = bool(happened) and opened.state.outcome == outcome_id
    return ReferralActivation(referral_id, summary.state, released, summary.gaps)


def stand_down(
    tx: Session, referral_id: ReferralId, outcome_id: OutcomeId, at: datetime, by: PersonId | None = None
) -> None:
    """In the amendment's own transaction: stops what has not left, and writes to those who may know of it."""
    opened = OpenReferral(tx, referral_id, at)
    may_know = outbox.withdraw(tx, [key for letter in Letter if (key := opened.state.key(letter))], at)
    told = tuple(letter for letter in Letter if may_know.get(opened.state.key(letter) or ""))
    opened.take(ask.StandDown(told), f"{outcome_id}:stand_down:{opened.state.round}", _lead(by))


def hold_for_report(tx: Session, message: Claimed) -> None:
    """Before the dispatcher marks a message: nobody else moves its referral until the report is in."""
    tx.execute(select(Referral.id).where(Referral.id == message.subject_id).with_for_update())


def message_settled(tx: Session, message: Claimed, why: str | None) -> None:
    """The dispatcher's report, in the transaction that marks the message; `why` is None when it arrived.

    A message that is not a referral's, like the call to a safety contact, has nobody waiting for the report.
    """
    if simulate.settled(tx, message, why):
        review_open(tx, clock.now(), message.to.removeprefix("facilities:"))
        return
    if tx.get(Referral, message.subject_id) is None:
        return
    if looking.is_look(message.key, message.subject_id):
        review(tx, ReferralId(message.subject_id), clock.now())
        return
    opened = OpenReferral(tx, ReferralId(message.subject_id), clock.now())
    if why is not None:
        opened.take(ask.TakeFailure(message.key, why, opened.ask_first), f"{message.key}:given_up")
    elif message.kind == "clock":
        opened.take(ask.ClockRan(message.key), f"{message.key}:ran")
    else:
        disclosures.delivered(tx, message, clock.now())
        by_system = message.kind == "webhook" and moving.answers_by_system(opened, message.to)
        opened.take(ask.TakeReceipt(message.key, by_system), f"{message.key}:arrived")


def summary(tx: Session, referral_id: ReferralId) -> ReferralSummary:
    """How it stands now. Raises Refused not_found."""
    return OpenReferral(tx, referral_id, clock.now(), lock=False).summary()


def reopened(tx: Session, referral_id: ReferralId) -> bool:
    """Whether a "yes" did not hold, so that it can be given again. Nobody moves it until the end of `tx`."""
    return OpenReferral(tx, referral_id, clock.now()).state.reopened


def timeline(tx: Session, referral_id: ReferralId) -> list[Entry[Event]]:
    """Everything that happened to it, oldest first."""
    return LOG.read(tx, referral_id)


def case_of(tx: Session, referral_id: ReferralId) -> CaseId:
    """Raises Refused not_found."""
    return CaseId(_row(tx, referral_id).case_id)


def webhook_secret(tx: Session, referral_id: ReferralId, which: str) -> str:
    """What signs messages to its "primary" or "fallback" facility. Raises Refused not_found."""
    row = _row(tx, referral_id)
    return facilities.endpoint_and_secret(tx, row.primary_id if which == "primary" else row.fallback_id)[1]


def of_case(tx: Session, case_id: CaseId) -> ReferralId | None:
    """The newest referral of a case."""
    own = select(Referral.id).where(Referral.case_id == case_id)
    found = tx.scalars(own.order_by(Referral.created_at.desc()).limit(1)).first()
    return None if found is None else ReferralId(found)


def changes_since(tx: Session, cursor: Cursor | None) -> tuple[Cursor, set[CaseId]]:
    """The cases whose referral moved since `cursor` was given out; None begins to watch.

    Looks back a little and leaves out what it knows, so that an entry committed late is not passed over, and a
    clock that was put back hides nothing.
    """
    now = clock.now()
    since = (min(cursor.looked_at, now) if cursor else now) - OVERLAP
    rows = tx.execute(
        select(ReferralEvent.stream, ReferralEvent.seq, Referral.case_id)
        .join(Referral, Referral.id == ReferralEvent.stream)
        .where(ReferralEvent.at >= since)
    ).all()
    known = frozenset((stream, seq) for stream, seq, _ in rows)
    fresh = known - cursor.known if cursor else frozenset()
    return Cursor(now, known), {CaseId(case_id) for stream, seq, case_id in rows if (stream, seq) in fresh}


def _lead(by: PersonId | None) -> Actor:
    return Actor(Who.PROFESSIONAL, by) if by else SYSTEM


def _row(tx: Session, referral_id: ReferralId) -> Referral:
    row = tx.get(Referral, referral_id)
    if row is None:
        raise Refused("not_found", UNKNOWN)
    return row
