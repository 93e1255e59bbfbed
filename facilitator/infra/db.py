"""One engine, two kinds of transaction, on SQLite or PostgreSQL."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from facilitator.infra import offload

LOCK_PATIENCE_S = 10.0

_engine: Engine | None = None
_single: Engine | None = None
"""The same, for single statements."""


class Busy(Exception):
    """The database stayed locked for LOCK_PATIENCE_S, or could not save: nobody can tell what of it was saved."""


class Base(DeclarativeBase):
    """All tables of the product hang here. Every constraint has a name, so that a migration can speak of it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "naive datetime"
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def configure(url: str) -> Engine:
    """Connect this process to a database. A second call replaces the first (tests, forks)."""
    global _engine, _single
    if _engine is not None:
        _engine.dispose()
    if url.startswith("sqlite"):
        _engine = _sqlite(url)
    else:
        _engine = create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    _single = _engine.execution_options(single=True)
    return _engine


def engine() -> Engine:
    assert _engine is not None, "db.configure(url) comes first"
    return _engine


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that only reads."""
    with Session(engine(), expire_on_commit=False) as tx:
        yield tx


@contextmanager
def looking() -> Iterator[Connection]:
    """For a single statement, of which every one of many clients needs one: without a session around it."""
    assert _single is not None, "db.configure(url) comes first"
    with _single.connect() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction that commits at the end of the block. Raises Busy when the lock cannot be had."""
    bind = engine().execution_options(immediate=True)
    with Session(bind, expire_on_commit=False) as tx:
        _begin_patiently(tx)
        yield tx
        _commit(tx)


def is_trouble(error: Exception) -> bool:
    """Whether it is the database's own, which may pass, and not that of what was asked of it."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, Busy | OperationalError | InterfaceError)


def _commit(tx: Session) -> None:
    """SQLite waits for the disk inside of its own library, so that wait goes elsewhere. Other drivers yield."""
    if tx.get_bind().dialect.name == "sqlite":
        tx.flush()
        raw = tx.connection().connection.driver_connection
        assert raw is not None, "a connection that is in use is open"
        try:
            offload.run(raw.commit)
        except sqlite3.OperationalError as refusal:
            raise Busy from refusal
    tx.commit()


def _begin_patiently(tx: Session) -> None:
    """SQLite answers "locked" at once (busy_timeout 0); the waiting is ours, so that it yields to others."""
    deadline = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            tx.connection()
            return
        except OperationalError as refusal:
            if "locked" not in str(refusal.orig):
                raise
            tx.rollback()
            if time.monotonic() > deadline:
                raise Busy from refusal
            time.sleep(random.uniform(0.002, 0.02))  # noqa: S311 - jitter, not a secret


def _sqlite(url: str) -> Engine:
    made = create_engine(url, connect_args={"check_same_thread": False, "timeout": 0}, pool_size=20)

    @event.listens_for(made, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves
        # Turning WAL on needs a lock for a moment; from then on nothing waits inside SQLite.
        for pragma in (
            "busy_timeout=2000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=0",
            "cache_size=-16384",  # KiB: the log's second index is written all over
            "wal_autocheckpoint=4000",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("single"):  # which is a transaction in itself
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("immediate") else "BEGIN")

    return made
