"""Messages to the world outside, written in the transaction that gives rise to them."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Index, LargeBinary, String, Table, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from facilitator.infra import clock, crash, crypto
from facilitator.infra.db import Base, UtcDateTime

LEASE_S = 4.0
"""A claimed message is the claimer's for so long; the dispatcher renews it while the message is under way."""
SKEW_S = 5.0
"""A row scheduled further ahead of "now" than this was scheduled by a clock that has since been put back."""

GATEWAYS = frozenset({"email", "text"})
"""Kinds that leave through one server for everybody: when that hangs, all of them do, and nothing else may."""


class State(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Message(msgspec.Struct, frozen=True):
    """`key` makes the message one of a kind: written twice it is kept once, and receivers can tell a repeat by it.

    `kind` picks the channel, `to` says where in that channel's own terms ("facilities:ID", "people:ID"), `body` is
    JSON. Messages of one `lane` share what stops them, e.g. a host that hangs; by default those of one `to`, or of
    one of GATEWAYS. It leaves `after_s` from now.
    """

    key: str
    kind: str
    to: str
    body: str
    subject_id: str
    lane: str = ""
    after_s: float = 0.0


class Claimed(msgspec.Struct, frozen=True):
    """A message that is ours to send while `lease` holds; `attempts` includes this one."""

    key: str
    kind: str
    to: str
    lane: str
    subject_id: str
    body: str
    attempts: int
    lease: str
    written_at: datetime


class OutboxRow(Base):
    """One message; `body` is sealed. It may be claimed from `due_at` on; a claim moves that to the lease's end."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "due_at"),)

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    to: Mapped[str] = mapped_column(String(80))
    lane: Mapped[str] = mapped_column(String(255))
    subject_id: Mapped[str] = mapped_column(String(32), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(32))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scheduled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    why: Mapped[str | None] = mapped_column(String(120))


_table: Table = Base.metadata.tables["outbox"]
_row = _table.c


def enqueue(tx: Session, messages: Iterable[Message]) -> None:
    """Keeps each message once; a key that is already there keeps its first body. They leave in this order."""
    at = clock.now()
    first_to_last = list(messages)
    if not first_to_last:
        return
    rows = [_fresh(message, at, ahead=len(first_to_last) - place) for place, message in enumerate(first_to_last)]
    insert: Any = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
    tx.execute(insert(_table).on_conflict_do_nothing(index_elements=[_row.key]), rows)
    crash.here("messages_written")


def withdraw(tx: Session, keys: Collection[str], at: datetime) -> dict[str, bool]:
    """Stops what has not arrived. By key: whether somebody may have been told (tried, under way or delivered)."""
    wanted = select(_row.key, _row.attempts).where(_row.key.in_(keys)).order_by(_row.key)
    rows = tx.execute(wanted.with_for_update()).all()
    tx.execute(
        update(_table)
        .where(_row.key.in_(keys), _row.state == State.WAITING)
        .values(state=State.CANCELLED, settled_at=at, lease=None)
    )
    return {key: attempts > 0 for key, attempts in rows}


def any_due(tx: Session, by: datetime) -> bool:
    """Whether anything could be claimed at `by`; only reads, so that idling never takes the write lock."""
    return tx.execute(select(_row.key).where(_due(by)).limit(1)).first() is not None


def claim(tx: Session, at: datetime, lease: str, closed_lanes: Collection[str] = ()) -> Claimed | None:
    """Takes the message that has waited longest, for LEASE_S, unless its lane is among `closed_lanes`."""
    longest = (
        select(_row.key)
        .where(_due(at), _row.lane.not_in(closed_lanes))
        .order_by(_row.due_at, _row.key)
        .limit(1)
        .with_for_update(skip_locked=True)
        .correlate(None)
    )
    taken = tx.execute(
        update(_table)
        .where(_row.key == longest.scalar_subquery())
        .values(lease=lease, scheduled_at=at, due_at=at + timedelta(seconds=LEASE_S), attempts=_row.attempts + 1)
        .returning(*(getattr(_row, name) for name in Claimed.__struct_fields__))
    ).first()
    if taken is None:
        return None
    fields = dict(taken._mapping)
    return Claimed(**{**fields, "body": crypto.unseal(fields["body"], _place(fields["key"]))})


def renew(tx: Session, leases: Collection[str], at: datetime) -> None:
    """Holds on to what is still under way. What somebody is settling or withdrawing just now needs it no more."""
    free = select(_row.key).where(_row.lease.in_(leases), _row.state == State.WAITING)
    tx.execute(
        update(_table)
        .where(_row.key.in_(free.with_for_update(skip_locked=True).correlate(None).scalar_subquery()))
        .values(scheduled_at=at, due_at=at + timedelta(seconds=LEASE_S))
    )


def settle(tx: Session, claimed: Claimed, state: State, at: datetime, why: str | None = None) -> bool:
    """Ends the message as delivered or dead. False, and no effect, when it is no longer ours."""
    return _if_ours(tx, claimed, state=state, settled_at=at, why=why)


def put_off(tx: Session, claimed: Claimed, at: datetime, delay_s: float, why: str) -> bool:
    """To be tried again after `delay_s`. False, and no effect, when it is no longer ours."""
    return _if_ours(tx, claimed, scheduled_at=at, due_at=at + timedelta(seconds=delay_s), why=why)


_poker: Callable[[], None] | None = None


def on_poke(poker: Callable[[], None] | None) -> None:
    """Whoever runs a dispatcher beside this process says how to wake it; None when it ends."""
    global _poker
    _poker = poker


def poke() -> None:
    """After a commit: let it leave now rather than at the next look. Never blocks, never raises."""
    if _poker is not None:
        _poker()


def _fresh(message: Message, at: datetime, ahead: int) -> dict[str, Any]:
    fields = msgspec.structs.asdict(message)
    wait = timedelta(seconds=fields.pop("after_s"))
    return {
        **fields,
        "lane": message.lane or (message.kind if message.kind in GATEWAYS else message.to),
        "body": crypto.seal(message.body, _place(message.key)),
        "state": State.WAITING,
        "attempts": 0,
        "due_at": at + wait - timedelta(milliseconds=ahead),
        "scheduled_at": at,
        "written_at": at,
    }


def _due(by: datetime) -> ColumnElement[bool]:
    clock_went_back = _row.scheduled_at > by + timedelta(seconds=SKEW_S)
    return and_(_row.state == State.WAITING, or_(_row.due_at <= by, clock_went_back))


def _if_ours(tx: Session, claimed: Claimed, **values: Any) -> bool:
    ours = tx.execute(
        update(_table)
        .where(_row.key == claimed.key, _row.lease == claimed.lease, _row.state == State.WAITING)
        .values(lease=None, **values)
        .returning(_row.key)
    )
    return ours.first() is not None


def _place(key: str) -> str:
    return f"outbox:{key}:body"
