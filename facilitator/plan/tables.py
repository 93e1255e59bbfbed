"""The case and what was prepared for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from facilitator.infra.db import Base, UtcDateTime


class Case(Base):
    """One family's work towards one intervention."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    label: Mapped[bytes] = mapped_column(LargeBinary)
    model: Mapped[str] = mapped_column(String(20))
    invitation: Mapped[str] = mapped_column(String(20))
    loved_one_label: Mapped[str] = mapped_column(String(40), default="loved one")
    safety_contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(5), default="en", server_default="en")
    shares_verdicts: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether what was flagged, and what the professional made of it, may be used to tune the engine."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Statement(Base):
    """What one person has approved to read aloud; `body` is sealed JSON of `prepared.Part`s."""

    __tablename__ = "statements"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    body_hash: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Draft(Base):
    """What one person is writing; `version` counts the times it was saved. `body` is like a statement's."""

    __tablename__ = "drafts"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    version: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BottomLine(Base):
    """What one person will no longer do if help is refused: apart from the statement, sealed until revealed."""

    __tablename__ = "bottom_lines"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class TreatmentPlan(Base):
    """What is offered in the room; `body` is sealed JSON of `prepared.Plan`."""

    __tablename__ = "treatment_plans"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
