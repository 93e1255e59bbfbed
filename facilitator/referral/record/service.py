"""What the rest of the product may ask of consents and records: sign one, say what is known, see what leaves."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.outbox import OutboxRow
from facilitator.referral import disclosures, patients, signing
from facilitator.referral.consent import Kind, Scope, Signature
from facilitator.referral.record.patient import Patient, Sex
from facilitator.referral.signing import Asked, Signer

__all__ = ["Asked", "Kind", "Patient", "Scope", "Sex", "Signature", "Signer", "released", "save_patient", "sign"]

sign = signing.sign


def save_patient(tx: Session, person: PersonId, known: Patient) -> None:
    """It replaces what was kept. Raises Refused malformed."""
    patients.save(tx, person, known, clock.now().date())


def released(tx: Session, referral_id: ReferralId) -> list[str]:
    """The records that were written to be sent, as the JSON that facilities get, oldest first."""
    own = select(OutboxRow).where(OutboxRow.subject_id == referral_id, OutboxRow.kind == disclosures.RECORD)
    rows = tx.scalars(own.order_by(OutboxRow.written_at, OutboxRow.key))
    return [crypto.unseal(row.body, f"outbox:{row.key}:body") for row in rows]
