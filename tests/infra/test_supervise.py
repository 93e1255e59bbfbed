"""A child that is kept running, woken and let go; here a small program stands where the dispatcher will be."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facilitator.infra import outbox, supervise

CHILD = """
import os, sys, pathlib
notes = pathlib.Path(sys.argv[1])
def note(what):
    with notes.open("a") as out:
        out.write(what + "\\n")
note(f"started {os.getpid()}")
while got := os.read(0, 4096):
    note("woken")
note("released")
"""
DEAF = "import os, sys, time; open(sys.argv[1], 'a').write(f'started {os.getpid()}'); time.sleep(120)"


class Child:
    def __init__(self, folder: Path, program: str) -> None:
        self._notes = folder / "notes"
        self.stop = supervise.start_dispatcher(
            folder / "child.log", (sys.executable, "-c", program, str(self._notes))
        )

    def notes(self) -> list[str]:
        return self._notes.read_text().splitlines() if self._notes.exists() else []

    def process_ids(self) -> list[int]:
        return [int(line.split()[1]) for line in self.notes() if line.startswith("started")]

    def until(self, true: Callable[[], bool], timeout_s: float = 10.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not true():
            assert time.monotonic() < deadline, self.notes()
            time.sleep(0.01)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    started = Child(tmp_path, CHILD)
    started.until(lambda: started.process_ids() != [])
    yield started
    started.stop()


def test_a_poke_wakes_the_child(child: Child) -> None:
    outbox.poke()
    child.until(lambda: "woken" in child.notes(), timeout_s=1.0)


def test_a_child_that_dies_is_replaced_and_the_new_one_can_be_woken(child: Child) -> None:
    os.kill(child.process_ids()[0], signal.SIGKILL)
    child.until(lambda: len(child.process_ids()) == 2)
    outbox.poke()
    child.until(lambda: child.notes()[-1] == "woken")


def test_a_poke_while_there_is_no_child_is_harmless_and_quick(child: Child) -> None:
    os.kill(child.process_ids()[0], signal.SIGKILL)
    began_s = time.monotonic()
    for _ in range(1000):
        outbox.poke()
    assert time.monotonic() - began_s < 0.5


def test_a_child_that_does_not_read_never_blocks_whoever_pokes(tmp_path: Path) -> None:
    deaf = Child(tmp_path, DEAF)
    deaf.until(lambda: deaf.process_ids() != [])
    began_s = time.monotonic()
    for _ in range(100_000):  # more than a pipe holds
        outbox.poke()
    assert time.monotonic() - began_s < 5.0
    deaf.stop()
    os.kill(deaf.process_ids()[0], signal.SIGKILL)


def test_stopping_lets_the_child_finish_and_starts_no_other(child: Child) -> None:
    child.stop()
    child.until(lambda: child.notes()[-1] == "released")
    time.sleep(1.0)
    assert len(child.process_ids()) == 1
    outbox.poke()
