"""What must be true of database and Redis before the server takes a family's meeting."""

import math
import threading
import time
from collections.abc import Callable
from itertools import pairwise

from sqlalchemy import text

from facilitator.infra import db, leases, shared

LONGEST_GAP_S = 0.1
TRIES = 5
SLOW_S = 0.2
"""How long the question takes by which we see whether others are served meanwhile."""


class Unfit(Exception):
    """The server must not start; the message says what to change."""


def check() -> None:
    """Raises Unfit where something acknowledged could be lost, or something slow would stop everybody."""
    if not leases.is_sole():
        _check_company()
    if db.engine().dialect.name == "postgresql":
        _check_postgresql()
    if shared.link().url:
        _check_redis()


def _check_company() -> None:
    if db.engine().dialect.name != "postgresql":
        raise Unfit("Several workers need PostgreSQL: set DATABASE_URL, or leave WORKER at 0 for a single server.")
    if not shared.link().url:
        raise Unfit("Several workers need Redis: set REDIS_URL, or leave WORKER at 0 for a single server.")


def _check_postgresql() -> None:
    with db.reading() as tx:
        if tx.scalar(text("SHOW fsync")) != "on":
            raise Unfit("PostgreSQL runs with fsync=off and could lose an outcome. Turn fsync on.")
    gap_s = _gap_at_best_s(_ask_postgresql_slowly)
    if gap_s > LONGEST_GAP_S:
        raise Unfit(f"A slow query stopped all other work for {gap_s:.2f} s. Use a driver that yields: psycopg2.")


def _check_redis() -> None:
    if not shared.link().answers():
        raise Unfit("Redis does not answer. Start it, or check the address and the password in REDIS_URL.")
    gap_s = _gap_at_best_s(_ask_redis_slowly)
    if gap_s > LONGEST_GAP_S:
        raise Unfit(f"A slow answer of Redis stopped all others for {gap_s:.2f} s. Use redis-py without hiredis.")


def _ask_postgresql_slowly() -> None:
    with db.reading() as tx:
        tx.execute(text("SELECT pg_sleep(:slow_s)"), {"slow_s": SLOW_S})


def _ask_redis_slowly() -> None:
    """Waits for a list that nobody fills."""
    asked = shared.client(shared.link().url, patience_s=None)
    asked.blpop(["facilitator:selftest"], timeout=SLOW_S)
    asked.close()


def _gap_at_best_s(ask_slowly: Callable[[], None]) -> float:
    """A driver that blocks does so every time; a busy machine does not. Ends with the first try that is fine."""
    best_s = math.inf
    for _ in range(TRIES):
        best_s = min(best_s, _longest_gap_s(ask_slowly))
        if best_s <= LONGEST_GAP_S:
            break
    return best_s


def _longest_gap_s(ask_slowly: Callable[[], None]) -> float:
    """The longest time that a ticking thread was kept from running meanwhile."""
    ticks = [time.monotonic()]
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            time.sleep(0.01)
            ticks.append(time.monotonic())

    ticker = threading.Thread(target=tick)
    ticker.start()
    ask_slowly()
    done.set()
    ticker.join()
    return max(after - before for before, after in pairwise(ticks))
