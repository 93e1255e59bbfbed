"""The room's log, and the spoken text that the log itself never carries."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from facilitator.infra.db import Base, UtcDateTime
from facilitator.infra.eventlog import LogRow


class Room(Base):
    """One meeting. What happens in it is in `room_events` alone."""

    __tablename__ = "rooms"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    code_lookup: Mapped[str | None] = mapped_column(String(64), unique=True)
    code: Mapped[bytes | None] = mapped_column(LargeBinary)
    waiting_room_open: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoomEvent(LogRow, Base):
    """One acknowledged command: what happened by it. The two constraints referee between workers."""

    __tablename__ = "room_events"
    __table_args__ = (UniqueConstraint("room_id", "command_id"),)

    stream: Mapped[str] = mapped_column("room_id", ForeignKey("rooms.id"), primary_key=True)


class Words(Base):
    """Text that belongs to an event: a caption, a note, a cue, the reason of an outcome. Purgeable, sealed."""

    __tablename__ = "caption_segments"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FlagWords(Base):
    """What a flag says to the moderator; `body` is sealed JSON of `transcript.FlagText`."""

    __tablename__ = "flags"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    segment_id: Mapped[str] = mapped_column(String(40))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    verdict: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SilencedPhrase(Base):
    """Words that the professional of a case has dismissed; `kind` keeps rehearsals to themselves."""

    __tablename__ = "silenced_phrases"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    phrase_lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    phrase: Mapped[bytes] = mapped_column(LargeBinary)


class Outcome(Base):
    """Projection of the log: the outcome that stands. One row a room is the second lock against doubling."""

    __tablename__ = "outcomes"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    outcome_id: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
