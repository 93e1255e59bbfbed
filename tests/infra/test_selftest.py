"""The server does not start where it could not keep its word, and says what to change."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from facilitator.config import ROOT
from facilitator.infra import leases, selftest, shared
from tests import processes
from tests.servers import without_settings
from tests.services import Redis

PATIENCE_S = 60


@pytest.fixture
def refusal(fresh_database: Callable[[str], str], tmp_path: Path) -> Callable[..., str]:
    """Starts a server that must not start; what it says."""

    def start(database: str, **env: str) -> str:
        settings = {"DATABASE_URL": fresh_database(database), "INSTANCE_PATH": str(tmp_path), **env}
        done = subprocess.run(
            [sys.executable, "wsgi.py"],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**without_settings(), **settings},
            timeout=PATIENCE_S,
        )
        assert done.returncode == 1, done.stderr
        return done.stderr

    return start


def test_several_workers_need_postgresql(refusal: Callable[..., str], redis: Redis):
    assert "set DATABASE_URL, or leave WORKER at 0" in refusal("sqlite", WORKER="1", REDIS_URL=redis.url)


def test_several_workers_need_redis(refusal: Callable[..., str]):
    assert "set REDIS_URL, or leave WORKER at 0" in refusal("postgresql", WORKER="1")


def test_redis_has_to_answer(refusal: Callable[..., str]):
    nobody = f"redis://127.0.0.1:{processes.free_port()}/0"
    assert "Redis does not answer. Start it" in refusal("sqlite", REDIS_URL=nobody)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_worker_with_both_may_start(redis: Redis):
    leases.configure(1)
    shared.configure(redis.url)
    selftest.check()
    leases.configure(leases.SOLE)
    shared.configure("")


BLOCKS = """
import eventlet
eventlet.monkey_patch()
from facilitator.infra import selftest
native = eventlet.patcher.original("time")
print(selftest._gap_at_best_s(lambda: native.sleep(0.3)) > selftest.LONGEST_GAP_S)
print(selftest._gap_at_best_s(lambda: eventlet.sleep(0.3)) > selftest.LONGEST_GAP_S)
"""


def test_the_test_tells_what_blocks_from_what_yields():
    done = subprocess.run([sys.executable, "-c", BLOCKS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
