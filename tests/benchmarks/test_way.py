"""How a device finds its room again: the times and places that the page would choose."""

import random

import pytest

from benchmarks.load.way import (
    AFTER_LEASE_S,
    CLOSED_S,
    FIRST_S,
    JITTER,
    LONGEST_S,
    LOOK_AFTER_S,
    NOT_YET_S,
    REST_S,
    Way,
)

NOW_S = 100.0


@pytest.fixture
def way() -> Way:
    return Way("/w/1/socket.io", random.Random(1))


def test_it_tries_again_later_each_time_and_never_much_later(way: Way):
    rests_s = []
    for _ in range(12):
        way.cut(NOW_S)
        rests_s.append(way.next_s - NOW_S)
    assert FIRST_S * (1 - JITTER) <= rests_s[0] <= FIRST_S * (1 + JITTER)
    assert max(rests_s) <= LONGEST_S
    assert min(rests_s[6:]) >= LONGEST_S * (1 - JITTER)


def test_where_the_server_closed_it_waits_a_moment(way: Way):
    way.cut(NOW_S, by_server=True)
    assert way.next_s == NOW_S + CLOSED_S


def test_it_goes_where_it_is_sent_and_waits_for_a_lease_only_where_it_has_been_already(way: Way):
    way.sent_on(NOW_S, "/w/2/socket.io", lease_s=3.0)
    assert way.path == "/w/2/socket.io"
    assert way.next_s - NOW_S <= REST_S
    way.sent_on(NOW_S, "/w/2/socket.io", lease_s=3.0)
    assert 3.0 <= way.next_s - NOW_S <= 3.0 + AFTER_LEASE_S


def test_it_asks_where_the_room_is_only_after_a_while_and_now_and_then(way: Way):
    way.cut(NOW_S)
    assert not way.may_look(NOW_S + LOOK_AFTER_S / 2)
    assert way.may_look(NOW_S + LOOK_AFTER_S * 1.1)
    assert not way.may_look(NOW_S + LOOK_AFTER_S * 1.2)


def test_a_new_place_is_tried_at_once_and_the_same_one_is_not(way: Way):
    way.cut(NOW_S)
    due_s = way.next_s
    way.told(NOW_S, way.path)
    assert way.next_s == due_s
    way.told(NOW_S, "/w/3/socket.io")
    assert (way.path, way.next_s) == ("/w/3/socket.io", NOW_S)


def test_once_there_it_starts_afresh(way: Way):
    for _ in range(5):
        way.cut(NOW_S)
    way.arrived()
    assert (way.down_since_s, way.next_s) == (None, NOT_YET_S)
    way.cut(NOW_S)
    assert way.next_s - NOW_S <= FIRST_S * (1 + JITTER)
