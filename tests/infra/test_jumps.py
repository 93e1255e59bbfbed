"""A clock that somebody sets: what was to take a while takes that while."""

from datetime import UTC, datetime, timedelta

import pytest

from facilitator.infra.jumps import Jumps

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Machine:
    """Its two clocks: the one on the wall can be set."""

    def __init__(self) -> None:
        self.wall = NOON
        self.steady_s = 1000.0
        self.jumps = Jumps(lambda: self.wall, lambda: self.steady_s)

    def runs(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady_s += seconds
        self.jumps.look()

    def is_set(self, by: timedelta) -> None:
        self.wall += by
        self.jumps.look()


def test_a_clock_that_nobody_sets_tells_how_long_it_was() -> None:
    machine = Machine()
    for _ in range(600):
        machine.runs(0.2)
    assert machine.jumps.passed_s(NOON) == pytest.approx(120)


@pytest.mark.parametrize(
    "by", [timedelta(minutes=10), timedelta(minutes=-10), timedelta(hours=-1), timedelta(days=1)]
)
def test_what_was_begun_before_it_was_set_takes_as_long_as_it_should(by: timedelta) -> None:
    machine = Machine()
    machine.runs(30)
    machine.is_set(by)
    machine.runs(30)
    assert machine.jumps.passed_s(NOON) == pytest.approx(60)


@pytest.mark.parametrize("by", [timedelta(minutes=10), timedelta(hours=1)])
def test_what_was_begun_after_it_was_put_forward_is_counted_from_then(by: timedelta) -> None:
    machine = Machine()
    machine.runs(30)
    machine.is_set(by)
    begun = machine.wall
    machine.runs(45)
    assert machine.jumps.passed_s(begun) == pytest.approx(45)


def test_set_twice_it_is_still_known() -> None:
    machine = Machine()
    machine.runs(10)
    machine.is_set(timedelta(minutes=10))
    machine.runs(10)
    machine.is_set(timedelta(minutes=-10))
    machine.runs(10)
    assert machine.jumps.passed_s(NOON) == pytest.approx(30)


def test_drift_is_no_jump() -> None:
    machine = Machine()
    for _ in range(100):
        machine.runs(0.2)
        machine.is_set(timedelta(milliseconds=1))
    assert machine.jumps.passed_s(NOON) == pytest.approx(20.1, abs=0.01)


def test_a_moment_that_is_still_to_come_has_not_passed() -> None:
    assert Machine().jumps.passed_s(NOON + timedelta(hours=1)) == 0.0
