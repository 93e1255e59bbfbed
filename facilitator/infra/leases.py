"""Which worker serves what: workers say that they live, and keys (a room's id) belong to one that does.

Leases only lead clients to one place. Nothing is decided by them: who may append to a log is decided by the log.
Every time here is the database's, so that no two workers' clocks need to agree.
"""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec
from sqlalchemy import String, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from facilitator.infra import db, ids, logs
from facilitator.infra.db import Base, UtcDateTime

LEASE_S = 3.0
RENEW_S = 1.0
GIVE_UP_WITHIN_S = 2.0

SOLE = 0
"""The number of a worker that has no others beside it. It needs no lease and no database for that."""

_log = logs.get(__name__)


class Worker(Base):
    """One that serves, or served; `instance` tells a process from an earlier one under the same number."""

    __tablename__ = "workers"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance: Mapped[str] = mapped_column(String(32))
    alive_until: Mapped[datetime] = mapped_column(UtcDateTime)


class Owner(Base):
    """Where a key is served. It stays when its worker dies, until somebody asks for the key."""

    __tablename__ = "owners"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    worker: Mapped[int] = mapped_column(index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Claimed(msgspec.Struct, frozen=True):
    """Who owns a key, and for how much longer unless the owner renews its lease."""

    worker: int
    left_s: float


_OWNER = text(
    "SELECT worker, extract(epoch FROM alive_until - clock_timestamp()) AS left_s"
    " FROM owners JOIN workers ON number = worker WHERE key = :key AND alive_until > clock_timestamp()"
)
_TAKE = text(
    """
    WITH living AS (SELECT number FROM workers WHERE alive_until > clock_timestamp()),
    lightest AS (
        SELECT number FROM living
        LEFT JOIN owners ON worker = number AND since > clock_timestamp() - interval '12 hours'
        GROUP BY number ORDER BY count(key), number LIMIT 1
    )
    INSERT INTO owners (key, worker, since) SELECT :key, number, clock_timestamp() FROM lightest
    ON CONFLICT (key) DO UPDATE SET worker = excluded.worker, since = excluded.since
        WHERE owners.worker NOT IN (SELECT number FROM living)
    """
)
"""One row lock: of two that ask at once for a key that nobody living owns, the second sees what the first took."""
_BEGIN = text(
    f"""
    INSERT INTO workers (number, instance, alive_until)
    VALUES (:number, :instance, clock_timestamp() + interval '{LEASE_S} seconds')
    ON CONFLICT (number) DO UPDATE SET instance = excluded.instance, alive_until = excluded.alive_until
    """  # noqa: S608 - a constant
)
_RENEW = text(
    f"""
    UPDATE workers SET alive_until = clock_timestamp() + interval '{LEASE_S} seconds'
    WHERE number = :number AND instance = :instance
    RETURNING number
    """  # noqa: S608 - a constant
)

_number = SOLE


def configure(number: int) -> None:
    """Which worker this process is, or speaks for."""
    global _number
    _number = number


def number() -> int:
    return _number


def is_sole() -> bool:
    return _number == SOLE


def claim(key: str) -> Claimed:
    """The living worker that owns the key; where none does, the one with the least on its hands gets it now."""
    with db.writing() as tx:
        found = tx.execute(_OWNER, {"key": key}).first()
        if found is None:
            tx.execute(_TAKE, {"key": key})
            found = tx.execute(_OWNER, {"key": key}).first()
    if found is None:  # nobody lives, by the database's clock: whoever was reached is as good as any
        return Claimed(_number, 0.0)
    return Claimed(found.worker, float(found.left_s))


def taken_over(tx: Session, keys: Collection[str]) -> set[str]:
    """Those of `keys` that another worker owns now."""
    found = tx.scalars(select(Owner.key).where(Owner.key.in_(keys), Owner.worker != _number))
    return set(found)


def living(tx: Session) -> int:
    """How many workers serve at this moment."""
    if is_sole():
        return 1
    alive = select(func.count()).select_from(Worker).where(Worker.alive_until > func.clock_timestamp())
    return tx.scalar(alive) or 0


@contextmanager
def held(stop: threading.Event, replaced: threading.Event) -> Iterator[None]:
    """This worker's lease: renewed until `stop`, then given up so that others take over at once.

    Sets `replaced` and `stop` when another process has begun under the same number.
    """
    if is_sole():
        yield
        return
    lease = Lease(stop, replaced)
    lease.begin()
    keeper = threading.Thread(target=lease.keep, daemon=True, name="lease-keeper")
    keeper.start()
    yield
    stop.set()
    keeper.join(GIVE_UP_WITHIN_S)


class Lease:
    """One process's hold on its number."""

    def __init__(self, stop: threading.Event, replaced: threading.Event) -> None:
        self._stop = stop
        self._replaced = replaced
        self._me = {"number": _number, "instance": ids.new_id()}

    def begin(self) -> None:
        with db.writing() as tx:
            tx.execute(_BEGIN, self._me)

    def keep(self) -> None:
        """Renew every RENEW_S, and give up at the end. A database that is away is asked again the next time."""
        while not self._stop.wait(RENEW_S):
            try:
                self._renew()
            except (SQLAlchemyError, db.Busy) as trouble:
                _log.warning("the lease was not renewed", error=type(trouble).__name__)
        if not self._replaced.is_set():
            self._give_up()

    def _renew(self) -> None:
        with db.writing() as tx:
            is_mine = tx.execute(_RENEW, self._me).first() is not None
        if not is_mine:
            _log.error("another process has begun under this worker's number", count=_number)
            self._replaced.set()
            self._stop.set()

    def _give_up(self) -> None:
        mine = (Worker.number == _number) & (Worker.instance == self._me["instance"])
        try:
            with db.writing() as tx:
                tx.execute(update(Worker).where(mine).values(alive_until=func.clock_timestamp()))
        except (SQLAlchemyError, db.Busy) as trouble:  # then it runs out by itself
            _log.warning("the lease was not given up", error=type(trouble).__name__)
