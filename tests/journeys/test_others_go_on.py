"""Nothing that is slow for one person stops the others."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from facilitator.config import ROOT
from tests.journeys.family import a_family
from tests.servers import Server


def test_while_the_database_is_locked_others_are_served_and_the_command_is_saved_after(
    running_server: Callable[..., Server],
) -> None:
    server = running_server("eventlet", "sqlite")
    with a_family(server) as family, ThreadPoolExecutor() as pool:
        family.gather(family.live, phones=family.team[:1])
        path = server.environment["DATABASE_URL"].removeprefix("sqlite:///")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = pool.submit(family.console.ask, "pause")
        for _ in range(10):
            assert family.team[0].view()["sections"]["room"]["state"] == "live"
        assert not waiting.done()
        other.execute("ROLLBACK")
        other.close()
        assert waiting.result(timeout=10)["ok"]
        family.team[0].wait_for(lambda s: s["room"]["state"] == "paused")


HASHING = """
import eventlet
eventlet.monkey_patch()
import wsgi
from facilitator.people.passwords import hash_password

ticks = 0

def tick():
    global ticks
    while True:
        ticks += 1
        eventlet.sleep(0)

wsgi.work_elsewhere()
eventlet.spawn(tick)
before = ticks
hash_password("correct horse battery staple")
print(ticks - before)
"""


def test_while_a_password_is_hashed_the_event_loop_turns() -> None:
    """On the loop, the count would be nought: hashing yields to nobody."""
    done = subprocess.run([sys.executable, "-c", HASHING], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 10
