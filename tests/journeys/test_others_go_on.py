"""Nothing that is slow for one person stops the others."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

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


SLOW_WORK = """
import eventlet
eventlet.monkey_patch()
import wsgi
from facilitator import language
from facilitator.infra import offload
from facilitator.people.passwords import hash_password

ticks = 0

def tick():
    global ticks
    while True:
        ticks += 1
        eventlet.sleep(0)

wsgi.work_elsewhere("eventlet")
offload.compute(language.examine, "")
eventlet.spawn(tick)
before = ticks
WORK
print(ticks - before)
"""
SLOW = {
    "a password is hashed": "hash_password('correct horse battery staple')",
    "words are judged": "offload.compute(language.examine, 'you never listen to a word that I say ' * 200)",
}


@pytest.mark.parametrize("work", SLOW.values(), ids=SLOW)
def test_while_somebody_waits_for_slow_work_the_event_loop_turns(work: str) -> None:
    """On the loop, the count would be nought: arithmetic yields to nobody."""
    script = SLOW_WORK.replace("WORK", work)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 10
