"""What many decide at once goes to disk together, and whoever cannot be kept spoils it for nobody else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from facilitator.infra import clock, commits, db
from facilitator.infra.commits import Row, Stale
from facilitator.infra.leases import Owner

pytestmark = pytest.mark.usefixtures("database")

INSERT = insert(Owner)
PATIENCE_S = 10.0


@dataclass
class Kept:
    """A row that a stream adds; `ends` hears how it went."""

    key: str
    stream: str
    ends: list[tuple[str, type[Exception] | None]]
    gate: threading.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def rows(self) -> list[Row]:
        return [(INSERT, {"key": self.key, "worker": 1, "since": clock.now()})]

    @rows.setter
    def rows(self, rows: list[Row]) -> None:
        raise AssertionError("nobody changes them")

    def is_current(self) -> bool:
        return True

    def also(self, tx: Session) -> None:
        self.entered.set()
        if self.gate:
            assert self.gate.wait(PATIENCE_S)

    def landed(self) -> None:
        self.ends.append((self.key, None))
        self.over.set()

    def failed(self, error: Exception) -> None:
        self.ends.append((self.key, type(error)))
        self.over.set()


@contextmanager
def counting_commits(engine: Engine) -> Iterator[list[object]]:
    seen: list[object] = []
    hear = seen.append
    event.listen(engine, "commit", hear)
    try:
        yield seen
    finally:
        event.remove(engine, "commit", hear)


def keys() -> set[str]:
    with db.reading() as tx:
        return set(tx.scalars(select(Owner.key)))


def test_of_a_batch_with_one_that_cannot_be_kept_all_others_are_kept_in_one_transaction() -> None:
    with db.writing() as tx:
        tx.execute(INSERT, [{"key": "taken", "worker": 1, "since": clock.now()}])
    ends: list[tuple[str, type[Exception] | None]] = []
    first = Kept("first", "d", ends, gate=threading.Event())
    batch = [
        Kept("a", "c", ends),
        Kept("before", "b", ends),
        Kept("taken", "b", ends),
        Kept("on top of it", "b", ends),
        Kept("z", "a", ends),
    ]
    group = commits.Group()
    with counting_commits(db.engine()) as seen:
        group.put(first)
        assert first.entered.wait(PATIENCE_S)
        for work in batch:
            group.put(work)
        assert first.gate is not None
        first.gate.set()
        assert all(work.over.wait(PATIENCE_S) for work in (first, *batch))
        assert len(seen) == 2, "that of the first, and one for all the others"
    assert ends == [
        ("first", None),
        ("a", None),
        ("before", None),
        ("taken", IntegrityError),
        ("on top of it", Stale),
        ("z", None),
    ]
    assert keys() == {"first", "taken", "a", "before", "z"}
