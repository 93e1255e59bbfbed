"""Links that open a facility's page without an account: one referral, one facility, for a while, until revoked."""

from datetime import timedelta

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from facilitator.config import settings
from facilitator.infra import clock, crypto, ids
from facilitator.infra.ids import ReferralId
from facilitator.infra.refusal import Refused
from facilitator.referral.channels.tables import FacilityLink
from facilitator.referral.tables import Referral

LINK_LASTS = timedelta(hours=72)
"""Time enough for a bed, a night, and saying on the next day who was admitted."""

UNKNOWN = "This link does not open anything. Please call the number in the message that brought it."
OVER = "This link has ended. Please call the number in the message that brought it, and ask for a new one."


class Opened(msgspec.Struct, frozen=True):
    """What a link leads to."""

    referral: ReferralId
    facility: str


def make(tx: Session, referral_id: ReferralId, facility_id: str, key: str) -> str | None:
    """The address that the message `key` carries; None for what is no referral, like a test of the line.

    Asked for again it is the same one, so that a message that has to be sent twice says the same twice.
    """
    if tx.get(Referral, referral_id) is None:
        return None
    token = crypto.lookup(f"facility link {referral_id} {facility_id} {key}")
    digest = ids.digest(token)
    if tx.get(FacilityLink, digest) is None:
        expires_at = clock.now() + LINK_LASTS
        tx.add(
            FacilityLink(digest=digest, referral_id=referral_id, facility_id=facility_id, expires_at=expires_at)
        )
        tx.flush()
    return f"{settings().public_url}/referrals/{token}"


def opened(tx: Session, token: str) -> Opened:
    """Spends nothing. Raises Refused not_found or gone."""
    row = tx.get(FacilityLink, ids.digest(token))
    if row is None:
        raise Refused("not_found", UNKNOWN)
    if row.revoked_at is not None or row.expires_at <= clock.now():
        raise Refused("gone", OVER)
    return Opened(ReferralId(row.referral_id), row.facility_id)


def revoke(tx: Session, referral_id: ReferralId) -> int:
    """Ends every link of a referral; how many were still good."""
    now = clock.now()
    ended = tx.execute(
        update(FacilityLink)
        .where(FacilityLink.referral_id == referral_id, FacilityLink.revoked_at.is_(None))
        .where(FacilityLink.expires_at > now)
        .values(revoked_at=now)
        .returning(FacilityLink.digest)
    )
    return len(ended.all())
