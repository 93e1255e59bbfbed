"""What is kept of the lines to facilities: earlier secrets, links, papers, calls to make, answers received."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from facilitator.infra.db import Base, UtcDateTime


class FacilityLine(Base):
    """Made when something about a facility's line changes; `earlier_secret` is sealed."""

    __tablename__ = "facility_lines"

    facility_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"), primary_key=True)
    earlier_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    earlier_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its system said that it wants nothing any more."""


class FacilityLink(Base):
    """One way into a facility's page, by the digest of its secret."""

    __tablename__ = "facility_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), index=True)
    facility_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PaperRow(Base):
    """The papers for a facility that has no system: shown on its page while consent lasts. `body` is sealed."""

    __tablename__ = "facility_papers"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), index=True)
    facility_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"))
    consent_id: Mapped[str] = mapped_column(String(32))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the facility first asked to see them."""


class PhoneTaskRow(Base):
    """A call that a person has to make; `body` is sealed JSON of `react.Call`."""

    __tablename__ = "phone_tasks"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(32))


class AnswerRow(Base):
    """The inbox: each answer of a facility once, with what became of it."""

    __tablename__ = "facility_answers"
    __table_args__ = (Index("ix_facility_answers_referral", "referral_id", "taken_at"),)

    facility_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"), primary_key=True)
    answer_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    """The sender's webhook-id; for a page opened by link, that of the form."""
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it happened, by the facility's own clock."""
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(String(300))
    """What the sender was told: the state it made, or why it was refused."""
