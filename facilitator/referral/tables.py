"""Facilities, the arranged referral, and the log of what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
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
    listing: Mapped[str | None] = mapped_column(Text)
    """JSON of `hsds.Service`: what the directory says of it. Nothing there is about a person in care."""
    channel: Mapped[str] = mapped_column(String(10), default="webhook", server_default="webhook")
    email: Mapped[str | None] = mapped_column(String(200))
    receipt_s: Mapped[int] = mapped_column(default=60, server_default="60")
    reminder_s: Mapped[int] = mapped_column(default=300, server_default="300")
    answer_s: Mapped[int] = mapped_column(default=900, server_default="900")
    confirm_s: Mapped[int] = mapped_column(default=120, server_default="120")
    ask_before_fallback: Mapped[bool] = mapped_column(default=False, server_default=false())


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


class TreatmentOption(Base):
    """One step of the treatment that is planned for a case; `body` is sealed JSON of `options.Chosen`."""

    __tablename__ = "treatment_options"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    facility_id: Mapped[str | None] = mapped_column(ForeignKey("facilities.id"))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ChannelTest(Base):
    """A test message to a facility; `key` is the message's. `why` says how it ended, None while it goes on or went
    well."""

    __tablename__ = "channel_tests"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    facility_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    why: Mapped[str | None] = mapped_column(String(120))


class ReferralWords(Base):
    """What somebody said in their own words with a move of a referral; `body` is sealed."""

    __tablename__ = "referral_words"

    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class LocalMessage(Base):
    """A text or an e-mail kept here to be passed on by hand, where no gateway is connected; `body` is sealed."""

    __tablename__ = "local_messages"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    to: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[str] = mapped_column(String(32), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
