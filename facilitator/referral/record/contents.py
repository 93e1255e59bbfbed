"""Everything that a record may be made from, as plain values, and what of it a consent lets through. Pure."""

import hashlib
from datetime import datetime

import msgspec

from facilitator.referral.arrangement import Payer
from facilitator.referral.consent import Consent, Scope
from facilitator.referral.record.fhir import Reference
from facilitator.referral.record.patient import Patient


class Someone(msgspec.Struct, frozen=True):
    id: str
    name: str
    phone: str = ""


class Desk(msgspec.Struct, frozen=True):
    """The facility that the record goes to."""

    id: str
    organization: str
    service: str
    phone: str


class Contents(msgspec.Struct, frozen=True):
    """One record, released under the message key `key`; times are aware UTC.

    `practice` is the discloser's organization, `phone` where it is called back; `steps` are the kinds of care.
    """

    key: str
    at: datetime
    answer_by: datetime
    patient: Someone
    details: Patient
    lead: Someone
    practice: str
    desk: Desk
    consent_id: str
    consent: Consent
    steps: tuple[str, ...] = ()
    hold_number: str = ""
    payer: Payer | None = None
    arrives_at: datetime | None = None
    escort: Someone | None = None

    def urn(self, name: str) -> str:
        """The address of a resource inside the record: the same whenever the key is the same."""
        hexed = hashlib.sha256(f"{self.key} {name}".encode()).hexdigest()
        return f"urn:uuid:{hexed[:8]}-{hexed[8:12]}-8{hexed[13:16]}-a{hexed[17:20]}-{hexed[20:32]}"

    def ref(self, name: str) -> Reference:
        return Reference(reference=self.urn(name))


def within_consent(of: Contents) -> Contents:
    """The same without what was not agreed to."""
    agreed = set(of.consent.form.scope)
    change = msgspec.structs.replace
    if Scope.COVERAGE not in agreed:
        of = change(of, payer=None, details=change(of.details, member_id=""))
    if Scope.TRAVEL not in agreed:
        of = change(of, arrives_at=None, escort=None)
    return of
