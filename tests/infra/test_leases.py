"""Who owns what among several workers, by the database's clock. Only PostgreSQL has several."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, update

from facilitator.infra import db, leases
from facilitator.infra.leases import LEASE_S, Lease, Owner, Worker

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.parametrize("database_kind", ["postgresql"])]


@pytest.fixture(autouse=True)
def as_worker_1() -> Iterator[None]:
    leases.configure(1)
    yield
    leases.configure(leases.SOLE)


def lives(*numbers: int) -> None:
    for number in numbers:
        leases.configure(number)
        Lease(threading.Event(), threading.Event()).begin()
    leases.configure(1)


def dies(number: int) -> None:
    with db.writing() as tx:
        tx.execute(update(Worker).where(Worker.number == number).values(alive_until=func.clock_timestamp()))


def owner_of(key: str) -> int:
    return leases.claim(key).worker


def test_a_key_stays_with_its_owner_whoever_asks():
    lives(1, 2, 3)
    first = owner_of("room")
    for asking in (1, 2, 3):
        leases.configure(asking)
        assert owner_of("room") == first


def test_new_keys_go_to_the_worker_with_the_least_on_its_hands():
    lives(1, 2, 3)
    assert Counter(owner_of(f"room {n}") for n in range(9)) == {1: 3, 2: 3, 3: 3}


def test_of_many_that_ask_at_once_all_get_the_same_answer():
    lives(1, 2, 3)
    with ThreadPoolExecutor(10) as pool:
        owners = {each.result() for each in [pool.submit(owner_of, "room") for _ in range(40)]}
    assert len(owners) == 1


def test_what_a_dead_worker_owned_goes_to_the_living_and_only_when_it_is_asked_for():
    lives(1, 2)
    keys = [f"room {n}" for n in range(4)]
    of_2 = [key for key in keys if owner_of(key) == 2]
    assert len(of_2) == 2
    dies(2)
    with db.reading() as tx:
        assert leases.living(tx) == 1
        assert leases.taken_over(tx, keys) == set(of_2), "worker 1 has taken nothing yet"
    assert {owner_of(key) for key in keys} == {1}


def test_a_worker_that_comes_back_before_anybody_asked_still_has_its_keys():
    lives(1, 2)
    of_2 = next(key for key in ("a", "b") if owner_of(key) == 2)
    dies(2)
    lives(2)
    assert owner_of(of_2) == 2


def test_a_worker_learns_which_of_its_keys_were_taken_over():
    lives(1, 2)
    mine = next(key for key in ("a", "b") if owner_of(key) == 1)
    dies(1)
    leases.configure(2)
    assert owner_of(mine) == 2
    leases.configure(1)
    with db.reading() as tx:
        assert leases.taken_over(tx, [mine, "of nobody"]) == {mine}


def test_it_says_how_long_an_owner_has_left():
    lives(1)
    assert 0 < leases.claim("room").left_s <= LEASE_S


def test_where_nobody_lives_whoever_is_asked_will_do():
    assert leases.claim("room") == leases.Claimed(1, 0.0)


def test_keys_of_long_ago_weigh_nothing():
    lives(1, 2)
    with db.writing() as tx:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        tx.execute(insert(Owner), [{"key": f"old {n}", "worker": 1, "since": long_ago} for n in range(5)])
    assert Counter(owner_of(f"room {n}") for n in range(4)) == {1: 2, 2: 2}


def test_a_lease_is_renewed_for_as_long_as_it_is_held_and_given_up_after():
    stop, replaced = threading.Event(), threading.Event()
    with leases.held(stop, replaced):
        time.sleep(LEASE_S + 0.5)
        with db.reading() as tx:
            assert leases.living(tx) == 1
    with db.reading() as tx:
        assert leases.living(tx) == 0
    assert not replaced.is_set()


def test_of_two_under_one_number_the_earlier_one_is_told():
    stop, replaced = threading.Event(), threading.Event()
    with leases.held(stop, replaced):
        lives(1)
        assert stop.wait(2)
        assert replaced.is_set()
    with db.reading() as tx:
        assert leases.living(tx) == 1, "the later one's lease is its own"


def test_a_sole_worker_needs_no_lease():
    leases.configure(leases.SOLE)
    with leases.held(threading.Event(), threading.Event()), db.reading() as tx:
        assert leases.living(tx) == 1
        assert tx.get(Worker, leases.SOLE) is None
