"""Append-only logs: one row an acknowledged command, numbered without gaps within its stream."""

from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, String, Text, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from facilitator.infra.db import Base, UtcDateTime
from facilitator.infra.entries import Entry

E = TypeVar("E")


class LogRow:
    """Mixed into a table that names its own `stream` column, e.g. room_id."""

    stream: Any
    __tablename__: str
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    command_id: Mapped[str] = mapped_column(String(64))
    command_digest: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)


class EventLog(Generic[E]):
    """The log of one kind of stream. `event_type` is the union of its tagged event structs."""

    def __init__(self, row: type[LogRow], event_type: Any) -> None:
        self._row = row
        table = Base.metadata.tables[row.__tablename__]
        self._stream = next(column.key for column in table.primary_key if column.key != "seq")
        self.insert = insert(table)
        self._decoder = msgspec.json.Decoder(tuple[event_type, ...])
        self._encoder = msgspec.json.Encoder()

    def read(self, tx: Session, stream: str, after: int = 0) -> list[Entry[E]]:
        """Entries with seq > after, in order."""
        row = self._row
        found = tx.execute(
            select(row.seq, row.at, row.actor, row.body).where(self._in(stream), row.seq > after).order_by(row.seq)
        )
        return [Entry(seq, at, actor, self._decoder.decode(body)) for seq, at, actor, body in found]

    def last(self, tx: Session, stream: str) -> int:
        """The seq of the newest entry, 0 where there is none."""
        return tx.scalar(select(func.max(self._row.seq)).where(self._in(stream))) or 0

    def answer(self, tx: Session, stream: str, command_id: str) -> tuple[int, str] | None:
        """(seq, command digest) of a command that was acknowledged before, if it was."""
        row = self._row
        found = tx.execute(
            select(row.seq, row.command_digest).where(self._in(stream), row.command_id == command_id)
        ).first()
        return None if found is None else (found[0], found[1])

    def append(
        self,
        tx: Session,
        stream: str,
        entry: Entry[E],
        command_id: str,
        command_digest: str,
    ) -> None:
        """Raises sqlalchemy.exc.IntegrityError when another writer took this seq or this command id first."""
        tx.execute(self.insert, [self.values(stream, entry, command_id, command_digest)])

    def values(self, stream: str, entry: Entry[E], command_id: str, command_digest: str) -> dict[str, Any]:
        """One entry as parameters of `insert`."""
        return {
            self._stream: stream,
            "seq": entry.seq,
            "command_id": command_id,
            "command_digest": command_digest,
            "actor": entry.actor,
            "at": entry.at,
            "body": self._encoder.encode(entry.events).decode(),
        }

    def ids(self, tx: Session, stream: str, after: int = 0) -> set[str]:
        """Of the commands that were acknowledged with a seq > after."""
        row = self._row
        return set(tx.scalars(select(row.command_id).where(self._in(stream), row.seq > after)))

    def _in(self, stream: str) -> ColumnElement[bool]:
        own: ColumnElement[bool] = self._row.stream == stream
        return own
