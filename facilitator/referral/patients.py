"""Where the loved one's own data are kept: sealed, and only what somebody has said."""

from datetime import date

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import crypto
from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused
from facilitator.referral.record.patient import Patient
from facilitator.referral.record.tables import PatientRow


def of_person(tx: Session, person_id: PersonId) -> Patient:
    row = tx.get(PatientRow, person_id)
    if row is None:
        return Patient()
    return msgspec.json.decode(crypto.unseal(row.body, _place(person_id)), type=Patient)


def save(tx: Session, person_id: PersonId, patient: Patient, today: date) -> None:
    """It replaces what was kept. Raises Refused malformed."""
    if patient.holds_a_forbidden_number:
        raise Refused("malformed", "That looks like a social security number. Leave it out, please.")
    if patient.birth_date is not None and patient.birth_date > today:
        raise Refused("malformed", "The date of birth is in the future. Check the year.")
    body = crypto.seal(msgspec.json.encode(patient).decode(), _place(person_id))
    tx.merge(PatientRow(person_id=person_id, body=body))
    tx.flush()


def _place(person_id: PersonId) -> str:
    return f"patients:{person_id}:body"
