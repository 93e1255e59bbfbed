"""Arithmetic in a child process: the same answers, the same errors, and a new child when the old one dies."""

import math
import os
import signal
from collections.abc import Iterator

import pytest

from facilitator.infra.aside import Aside, Lost


@pytest.fixture
def aside() -> Iterator[Aside]:
    made = Aside()
    yield made
    made.close()


def test_work_is_done_in_another_process_and_always_in_the_same(aside: Aside) -> None:
    assert aside.run(math.factorial, 20) == math.factorial(20)
    child = aside.run(os.getpid)
    assert child != os.getpid()
    assert aside.run(os.getpid) == child


def test_what_the_work_raises_is_raised_here_and_the_next_work_is_done(aside: Aside) -> None:
    with pytest.raises(ValueError, match="factorial"):
        aside.run(math.factorial, -1)
    assert aside.run(math.factorial, 3) == 6


def test_a_child_that_died_is_replaced_and_asked_again(aside: Aside) -> None:
    first = aside.run(os.getpid)
    os.kill(first, signal.SIGKILL)
    assert aside.run(os.getpid) not in (first, os.getpid())


def test_work_that_kills_its_child_twice_is_given_up(aside: Aside) -> None:
    with pytest.raises(Lost):
        aside.run(os.abort)
    assert aside.run(math.factorial, 3) == 6


def test_a_signal_to_all_at_a_terminal_leaves_the_child_to_its_parent(aside: Aside) -> None:
    child = aside.run(os.getpid)
    for meant_for_all in (signal.SIGINT, signal.SIGTERM):
        os.kill(child, meant_for_all)
    assert aside.run(os.getpid) == child


def test_the_child_ends_with_its_parent(aside: Aside) -> None:
    child = aside.run(os.getpid)
    aside.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
