"""Signed consents, what was disclosed under them, and the loved one's own data."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from facilitator.infra.db import Base, UtcDateTime


class ConsentRow(Base):
    """One signed consent; `body` is sealed JSON of `consent.Consent`. In force until it is revoked or expires."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    """Of what was asked for, so that a repeat is known."""
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    """Whose device it was signed on."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))


class DisclosureRow(Base):
    """What one facility got, by the key of its message; `body` is sealed JSON of what was in it."""

    __tablename__ = "disclosures"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), index=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consents.id"))
    facility_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    certain: Mapped[bool]
    """False where it was under way when the consent ended, so that it may have arrived."""


class PatientRow(Base):
    """What a facility asks about the loved one, as far as it is known: sealed JSON of `patient.Patient`."""

    __tablename__ = "patients"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
