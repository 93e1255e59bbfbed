"""A referral before anything is sent: planned for two facilities, changed, and armed or disarmed by rule."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from facilitator.infra import ids
from facilitator.infra.ids import CaseId, ReferralId
from facilitator.referral import arrangements, looking
from facilitator.referral import commands as ask
from facilitator.referral.arrangement import Arrangement
from facilitator.referral.moves import Stage
from facilitator.referral.opened import OpenReferral
from facilitator.referral.tables import Referral


def plan(
    tx: Session, case_id: CaseId, primary: str, fallback: str, arranged: Arrangement, at: datetime
) -> ReferralId:
    """A referral for a case, to two facilities of the directory; armed at once if nothing is lacking."""
    referral_id = ReferralId(ids.new_id())
    row = Referral(
        id=referral_id, case_id=case_id, primary_id=primary, fallback_id=fallback, state="new", created_at=at
    )
    tx.add(row)
    tx.flush()
    arrangements.seal(tx, referral_id, arranged)
    OpenReferral(tx, referral_id, at).take(ask.Plan(primary, fallback), f"{referral_id}:plan")
    review(tx, referral_id, at)
    return referral_id


def rearrange(tx: Session, referral_id: ReferralId, arranged: Arrangement, at: datetime) -> None:
    """Something about the arrangement changed: armed or disarmed accordingly."""
    arrangements.seal(tx, referral_id, arranged)
    review(tx, referral_id, at)


def replan(tx: Session, referral_id: ReferralId, primary: str, fallback: str, at: datetime) -> None:
    """Other facilities, before anything was sent; reviewed with them. Raises Refused illegal_move."""
    opened = OpenReferral(tx, referral_id, at)
    if opened.take(ask.Plan(primary, fallback), f"{referral_id}:plan:{opened.seq}"):
        row = tx.get_one(Referral, referral_id)
        row.primary_id, row.fallback_id = primary, fallback
        tx.flush()
    review(tx, referral_id, at)


def review(tx: Session, referral_id: ReferralId, at: datetime) -> None:
    """Arms or disarms by what is lacking at `at`."""
    opened = OpenReferral(tx, referral_id, at)
    opened.take(ask.Review(opened.lacks), f"{referral_id}:review:{opened.seq}")
    looking.again(tx, opened, at)


def review_open(tx: Session, at: datetime, facility_id: str | None = None) -> None:
    """Something about a facility changed, or about any of them: every plan that counts on it is looked at."""
    waiting = select(Referral.id).where(Referral.state.in_((Stage.PLANNED, Stage.ARMED)))
    if facility_id is not None:
        waiting = waiting.where(or_(Referral.primary_id == facility_id, Referral.fallback_id == facility_id))
    for referral_id in tx.scalars(waiting.order_by(Referral.id)).all():
        review(tx, ReferralId(referral_id), at)
