"""What must be true of the database before the server takes a family's meeting."""

import math
import threading
import time
from itertools import pairwise

from sqlalchemy import text

from facilitator.infra import db

LONGEST_GAP_S = 0.1
TRIES = 5


class Unfit(Exception):
    """The server must not start; the message says what to change."""


def check() -> None:
    """Raises Unfit where PostgreSQL could lose an acknowledged commit, or a slow query would stop everybody."""
    if db.engine().dialect.name != "postgresql":
        return
    with db.reading() as tx:
        if tx.scalar(text("SHOW fsync")) != "on":
            raise Unfit("PostgreSQL runs with fsync=off and could lose an outcome. Turn fsync on.")
    gap_s = _gap_at_best_s()
    if gap_s > LONGEST_GAP_S:
        raise Unfit(f"A slow query stopped all other work for {gap_s:.2f} s. Use a driver that yields: psycopg2.")


def _gap_at_best_s() -> float:
    """A driver that blocks does so every time; a busy machine does not. Ends with the first try that is fine."""
    best_s = math.inf
    for _ in range(TRIES):
        best_s = min(best_s, _longest_gap_s())
        if best_s <= LONGEST_GAP_S:
            break
    return best_s


def _longest_gap_s() -> float:
    """The longest time that a ticking thread was kept from running while a query slept for 0.2 s."""
    ticks = [time.monotonic()]
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            time.sleep(0.01)
            ticks.append(time.monotonic())

    ticker = threading.Thread(target=tick)
    ticker.start()
    with db.reading() as tx:
        tx.execute(text("SELECT pg_sleep(0.2)"))
    done.set()
    ticker.join()
    return max(after - before for before, after in pairwise(ticks))
