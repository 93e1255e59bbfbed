"""Who tries too often waits, and is told how long."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from facilitator.infra import shared
from facilitator.infra.ids import new_id
from facilitator.infra.limits import FailureLimit, TryLimit, neighbourhood
from facilitator.infra.refusal import Refused
from facilitator.infra.shared import LET_BE_S
from tests.services import Redis, redis_answers

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def took(limit: TryLimit | FailureLimit, key: str = "a") -> bool:
    try:
        limit.take(key)
    except Refused:
        return False
    return True


def test_so_many_tries_in_any_window_and_no_more():
    limit = TryLimit("tries", 3, 60)
    for second, expected in ((0, True), (30, True), (59, True), (59, False), (61, True), (62, False), (91, True)):
        with time_machine.travel(START + timedelta(seconds=second), tick=False):
            assert took(limit) is expected, second


def test_it_tells_how_long_to_wait():
    limit = TryLimit("tries", 1, 60)
    with time_machine.travel(START, tick=False):
        assert took(limit)
    with time_machine.travel(START + timedelta(seconds=20), tick=False), pytest.raises(Refused) as caught:
        limit.take("a")
    assert (caught.value.status, caught.value.retry_after_s) == (429, 40)


def test_each_key_has_its_own():
    limit = TryLimit("tries", 1, 60)
    assert took(limit, "a")
    assert took(limit, "b")
    assert not took(limit, "a")


def test_what_was_no_failure_is_given_back():
    limit = FailureLimit("tries", 2, 60)
    for _ in range(10):
        assert took(limit)
        limit.give_back("a")
    assert took(limit)
    assert took(limit)
    assert not took(limit)


def test_the_rightful_owner_starts_afresh():
    limit = FailureLimit("tries", 2, 60)
    assert took(limit)
    assert took(limit)
    limit.forget("a")
    assert took(limit)


def test_many_at_once_get_no_more_than_one_after_the_other():
    limit = FailureLimit("tries", 5, 60)
    start, results = threading.Barrier(20), []

    def race() -> None:
        start.wait()
        results.append(took(limit))

    racers = [threading.Thread(target=race) for _ in range(20)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert results.count(True) == 5


@pytest.fixture
def over_redis(redis: Redis) -> Iterator[Redis]:
    shared.configure(redis.url)
    yield redis
    shared.configure("")
    if not redis_answers(redis.port):
        redis.start()


@pytest.mark.usefixtures("over_redis")
@pytest.mark.parametrize("made", [TryLimit, FailureLimit])
def test_over_redis_the_tries_of_all_workers_count_together(made: type[TryLimit | FailureLimit]):
    name = f"tries {new_id()}"
    here, there = made(name, 3, 60), made(name, 3, 60)
    assert [took(each) for each in (here, there, here, there, here)] == [True, True, True, False, False]
    assert took(there, "b")
    with pytest.raises(Refused) as caught:
        there.take("a")
    assert 50 < (caught.value.retry_after_s or 0) <= 60


@pytest.mark.usefixtures("over_redis")
def test_over_redis_too_what_was_no_failure_is_given_back_and_the_rightful_owner_starts_afresh():
    limit = FailureLimit(f"tries {new_id()}", 2, 60)
    for _ in range(10):
        assert took(limit)
        limit.give_back("a")
    assert [took(limit) for _ in range(3)] == [True, True, False]
    limit.forget("a")
    assert took(limit)


def test_while_redis_is_away_each_counts_by_itself(over_redis: Redis):
    limit = TryLimit(f"tries {new_id()}", 3, 60)
    assert took(limit)
    over_redis.stop()
    begun_s = time.monotonic()
    assert [took(limit) for _ in range(4)] == [True, True, True, False]
    assert time.monotonic() - begun_s < 1, "nobody is kept waiting"
    over_redis.start()
    time.sleep(LET_BE_S)
    assert took(limit)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        (None, "unknown"),
        ("", "unknown"),
        ("a socket", "unknown"),
    ],
)
def test_one_subscriber_is_one_address(address: str | None, expected: str):
    assert neighbourhood(address) == expected
