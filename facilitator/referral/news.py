"""Whether anything of a referral changed: cheap enough to be asked by every open page, more than once a second."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from facilitator.infra.ids import ReferralId
from facilitator.referral.channels.tables import PhoneTaskRow
from facilitator.referral.moves import OPEN, Stage
from facilitator.referral.tables import LocalMessage, Referral, ReferralEvent


def version(tx: Session, referral_id: ReferralId) -> str:
    """Differs whenever the log, the calls or the messages to pass on do."""
    log = select(func.coalesce(func.max(ReferralEvent.seq), 0)).where(ReferralEvent.stream == referral_id)
    calls = select(func.count()).where(PhoneTaskRow.referral_id == referral_id)
    made = select(func.count(PhoneTaskRow.done_at)).where(PhoneTaskRow.referral_id == referral_id)
    notes = select(func.count()).where(LocalMessage.subject_id == referral_id)
    wanted = (each.scalar_subquery() for each in (log, calls, made, notes))
    return "-".join(str(part) for part in tx.execute(select(*wanted)).one())


def is_under_way(tx: Session, referral_id: ReferralId) -> bool:
    """Whether somebody is expected somewhere."""
    row = tx.get(Referral, referral_id)
    return row is not None and Stage(row.state) in OPEN
