"""Facilities, the arranged referral, and the log of what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from facilitator.infra.db import Base, UtcDateTime
from facilitator.infra.eventlog import LogRow


class Facility(Base):
    """A place of treatment, and the channel to its admissions desk; `secret` signs what we send there."""

    __tablename__ = "facilities"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    organization: Mapped[str] = mapped_column(String(120))
    service: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40))
    endpoint: Mapped[str] = mapped_column(String(400))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    offers_moud: Mapped[bool | None]
    tested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its channel last acknowledged a message."""


class Referral(Base):
    """One arranged hand-off. `state` is a projection of `referral_events`."""

    __tablename__ = "referrals"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    primary_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"))
    fallback_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"))
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArrangementRow(Base):
    """Who takes the person where, and with what; `body` is sealed JSON of `arrangement.Arrangement`."""

    __tablename__ = "arrangements"

    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ReferralEvent(LogRow, Base):
    """One command that changed a referral: what happened by it."""

    __tablename__ = "referral_events"
    __table_args__ = (UniqueConstraint("referral_id", "command_id"), Index("ix_referral_events_at", "at"))

    stream: Mapped[str] = mapped_column("referral_id", ForeignKey("referrals.id"), primary_key=True)


class LocalMessage(Base):
    """A text or an e-mail kept here to be passed on by hand, where no gateway is connected; `body` is sealed."""

    __tablename__ = "local_messages"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    to: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[str] = mapped_column(String(32), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
