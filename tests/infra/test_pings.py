"""One wheel pings everybody when due, notices who is silent, and lets nobody's trouble stop the others."""

import pytest

from facilitator.infra.pings import AT_ONCE, TICK_S, PingWheel

INTERVAL_S = 5.0
TIMEOUT_S = 4.0


class Phone:
    """Answers its pings, or not."""

    def __init__(self, wheel: PingWheel, *, answers: bool = True, breaks: bool = False) -> None:
        self.pinged_s = 0.0
        self.pings = 0
        self.silences = 0
        self._wheel, self._answers, self._breaks = wheel, answers, breaks
        wheel.add(self)

    def ping(self) -> None:
        self.pings += 1
        if self._breaks:
            raise OSError("gone")
        if self._answers:
            self._wheel.add(self)

    def silent(self) -> None:
        self.silences += 1


class Ended(Exception):
    """The time that a test gives the wheel is over."""


class Hours:
    """A clock that only a sleep moves, and the wheel that goes by it."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.wheel = PingWheel(INTERVAL_S, TIMEOUT_S, lambda: self.now_s)

    def turn(self, for_s: float) -> None:
        end_s = self.now_s + for_s

        def sleep(seconds: float) -> None:
            self.now_s += seconds
            if self.now_s > end_s:
                raise Ended

        with pytest.raises(Ended):
            self.wheel.run(sleep)


@pytest.fixture
def hours() -> Hours:
    return Hours()


def test_whoever_answers_is_asked_again_after_every_interval(hours: Hours) -> None:
    phone = Phone(hours.wheel)
    hours.turn(4 * INTERVAL_S + 2)
    assert (phone.pings, phone.silences) == (4, 0)


def test_whoever_does_not_is_told_of_once_after_an_interval_and_a_timeout(hours: Hours) -> None:
    phone = Phone(hours.wheel, answers=False)
    hours.turn(INTERVAL_S + TIMEOUT_S - TICK_S)
    assert (phone.pings, phone.silences) == (1, 0)
    hours.turn(5 * TICK_S)
    assert (phone.pings, phone.silences) == (1, 1)
    hours.turn(3 * INTERVAL_S)
    assert (phone.pings, phone.silences) == (1, 1)


def test_the_trouble_of_one_stops_no_other(hours: Hours) -> None:
    broken, phone = Phone(hours.wheel, breaks=True), Phone(hours.wheel)
    hours.turn(INTERVAL_S + 1)
    assert (broken.pings, phone.pings) == (1, 1)


def test_when_a_thousand_are_due_at_once_others_get_their_turn_in_between(hours: Hours) -> None:
    phones = [Phone(hours.wheel) for _ in range(1_000)]
    turns = 0

    def sleep(seconds: float) -> None:
        nonlocal turns
        hours.now_s += seconds
        turns += seconds == 0
        if all(phone.pings for phone in phones):
            raise Ended

    with pytest.raises(Ended):
        hours.wheel.run(sleep)
    assert turns == len(phones) / AT_ONCE
