"""Consents as they are kept: signed, looked up, taken back."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import crypto
from facilitator.infra.ids import ReferralId
from facilitator.infra.refusal import Refused
from facilitator.referral.consent import Consent
from facilitator.referral.record.tables import ConsentRow


class Kept(msgspec.Struct, frozen=True):
    """`revoked_at` is None while nobody has taken it back; times are aware UTC."""

    id: str
    referral: ReferralId
    consent: Consent
    revoked_at: datetime | None

    def holds(self, at: datetime) -> bool:
        ends = self.consent.form.expires_at
        return self.revoked_at is None and ends is not None and at < ends

    def covers(self, facility_id: str, at: datetime) -> bool:
        return self.holds(at) and any(each.id == facility_id for each in self.consent.form.recipients)


def kept(tx: Session, consent_id: str) -> Kept:
    """Raises Refused not_found."""
    row = tx.get(ConsentRow, consent_id)
    if row is None:
        raise Refused("not_found", "There is no such consent.")
    return _kept(row)


def newest(tx: Session, referral_id: ReferralId) -> Kept | None:
    """The last one signed, in force or not."""
    own = select(ConsentRow).where(ConsentRow.referral_id == referral_id)
    row = tx.scalars(own.order_by(ConsentRow.signed_at.desc(), ConsentRow.id).limit(1)).first()
    return None if row is None else _kept(row)


def in_force(tx: Session, referral_id: ReferralId, at: datetime) -> Kept | None:
    """There is at most one."""
    last = newest(tx, referral_id)
    return last if last is not None and last.holds(at) else None


def _kept(row: ConsentRow) -> Kept:
    body = msgspec.json.decode(crypto.unseal(row.body, place(row.id)), type=Consent)
    return Kept(row.id, ReferralId(row.referral_id), body, row.revoked_at)


def place(consent_id: str) -> str:
    """Where a consent is sealed for."""
    return f"consents:{consent_id}:body"
