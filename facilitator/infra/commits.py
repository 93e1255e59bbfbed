"""Group commit: what was decided meanwhile goes to disk in one transaction, in the order of deciding."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert

from facilitator.infra import db, logs

Row: TypeAlias = tuple[Insert, dict[str, Any]]
"""What to insert. Rows of one statement object go to the database in one call."""

LOG = logs.get(__name__)


class Stale(Exception):
    """It was decided on something that is no longer so. To be decided anew; nothing of it was kept."""


class Work(Protocol):
    """One decision on its way to disk. After `landed` or `failed`, one of which comes, it is over."""

    rows: list[Row]
    stream: str
    """Works of one stream build on each other; those of two have nothing to do with each other."""

    def is_current(self) -> bool:
        """False when a decision that this one builds on was not kept."""
        ...

    def also(self, tx: Session) -> None:
        """What else belongs to the transaction. May raise whatever must keep this work from being kept."""
        ...

    def landed(self) -> None:
        """It is on disk. Called in the order of `put`."""
        ...

    def failed(self, error: Exception) -> None:
        """Nothing of it was kept, or nobody can tell (db.Busy): only the database can say then."""
        ...


class Group:
    """Takes work from any thread; one thread of its own brings it to disk."""

    def __init__(self) -> None:
        self._queue: deque[Work] = deque()
        self._news = threading.Event()
        self._idle = True
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, work: Work) -> None:
        self._queue.append(work)
        if self._thread is None:
            self._start()
        if self._idle:
            self._news.set()

    def drain(self, patience_s: float) -> None:
        """Wait until everything that was put is over."""
        deadline_s = time.monotonic() + patience_s
        while (self._queue or not self._idle) and time.monotonic() < deadline_s:
            time.sleep(0.005)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="commits")
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = self._taken()
            if batch:
                self._bring(batch)
                continue
            self._news.clear()
            self._idle = True
            if not self._queue:
                self._news.wait()
            self._idle = False

    def _taken(self) -> list[Work]:
        return [self._queue.popleft() for _ in range(len(self._queue))]

    def _bring(self, batch: list[Work]) -> None:
        current = [work for work in batch if _is_current(work)]
        if not current:
            return
        try:
            with db.writing() as tx:
                _write(tx, _in_one_order(current))
        except Exception as error:
            if db.is_trouble(error):
                LOG.warning("a commit failed", size=len(current), error=type(error).__name__)
                _end_all(current, lambda work: work.failed(db.Busy()))
            else:
                _apart(current)
        else:
            _end_all(current, lambda work: work.landed())


def _apart(batch: list[Work]) -> None:
    """One of them cannot be kept, and that must stay its own affair: the others still go to disk together."""
    refused: dict[int, Exception] = {}
    try:
        with db.writing() as tx:
            lost: set[str] = set()
            for work in _in_one_order(batch):
                error = Stale() if work.stream in lost else _refusal(tx, work)
                if error:
                    refused[id(work)] = error
                    lost.add(work.stream)
    except Exception as error:
        failure = db.Busy() if db.is_trouble(error) else error
        _end_all(batch, lambda work: work.failed(failure))
    else:
        _end_all(batch, lambda work: _end(work, refused.get(id(work))))


def _refusal(tx: Session, work: Work) -> Exception | None:
    """Why this work cannot be kept; then the transaction is as before. Raises the database's own troubles."""
    try:
        with tx.begin_nested():
            _write(tx, [work])
    except Exception as error:
        if db.is_trouble(error):
            raise
        return error
    return None


def _end(work: Work, refused: Exception | None) -> None:
    work.failed(refused) if refused else work.landed()


def _in_one_order(batch: list[Work]) -> list[Work]:
    """The same for every process, so that two of them never wait for each other's rows."""
    return sorted(batch, key=lambda work: work.stream)


def _is_current(work: Work) -> bool:
    if work.is_current():
        return True
    _end_all([work], lambda work: work.failed(Stale()))
    return False


def _write(tx: Session, batch: list[Work]) -> None:
    by_statement: dict[Insert, list[dict[str, Any]]] = {}
    for work in batch:
        for statement, values in work.rows:
            by_statement.setdefault(statement, []).append(values)
    connection = tx.connection()
    for statement, many in by_statement.items():
        connection.execute(statement, many)
    for work in batch:
        work.also(tx)


def _end_all(batch: list[Work], end: Callable[[Work], None]) -> None:
    for work in batch:
        try:
            end(work)
        except Exception:  # whoever waits for the others must still hear of theirs
            LOG.exception("the end of a work failed")
