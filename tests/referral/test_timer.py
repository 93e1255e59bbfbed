"""A referral's clocks on a machine whose own clock is set: none rings early, and none is forgotten."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from facilitator.infra import clock, db, ids, outbox
from facilitator.infra.dispatcher import Delivered, Dispatcher, NotYet
from facilitator.infra.jumps import Jumps
from facilitator.infra.outbox import Claimed, Message, OutboxRow
from facilitator.referral import service
from facilitator.referral.channels.timer import ClockChannel, Due

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
QUARTER_OF_AN_HOUR_S = 900.0


def a_clock(due: Due, written_at: datetime = NOON) -> Claimed:
    body = msgspec.json.encode(due).decode()
    return Claimed("key", "clock", "referrals:x", "lane", "x", body, 1, "lease", written_at)


class Machine:
    def __init__(self) -> None:
        self.wall = NOON
        self.steady_s = 0.0
        self.jumps = Jumps(lambda: self.wall, lambda: self.steady_s)
        self.channel = ClockChannel(self.jumps)

    def goes_on(self, seconds: float, set_by: timedelta = timedelta()) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady_s += seconds
        self.jumps.look()
        self.wall += set_by
        self.jumps.look()


def test_in_its_own_time_it_rings() -> None:
    machine = Machine()
    machine.goes_on(QUARTER_OF_AN_HOUR_S)
    assert machine.channel.send(a_clock(Due(after_s=QUARTER_OF_AN_HOUR_S))) == Delivered()


@pytest.mark.parametrize(
    "by", [timedelta(minutes=10), timedelta(hours=2), timedelta(minutes=-10), timedelta(hours=-1)]
)
def test_when_the_clock_is_set_it_waits_for_the_rest_of_its_time(by: timedelta) -> None:
    machine = Machine()
    machine.goes_on(60, set_by=by)
    verdict = machine.channel.send(a_clock(Due(after_s=QUARTER_OF_AN_HOUR_S)))
    assert isinstance(verdict, NotYet)
    assert verdict.after_s == pytest.approx(840)
    machine.goes_on(840)
    assert machine.channel.send(a_clock(Due(after_s=QUARTER_OF_AN_HOUR_S))) == Delivered()


def test_a_moment_is_waited_for_whatever_was_set() -> None:
    ahead = clock.now() + timedelta(minutes=5)
    verdict = Machine().channel.send(a_clock(Due(at=ahead)))
    assert isinstance(verdict, NotYet)
    assert 295 < verdict.after_s <= 300
    assert Machine().channel.send(a_clock(Due(at=clock.now()))) == Delivered()


@pytest.mark.usefixtures("database")
def test_claimed_too_early_it_goes_back_for_the_rest_and_comes_again() -> None:
    early, key = Due(at=clock.now() + timedelta(seconds=2.5)), ids.new_id()
    with db.writing() as tx:
        body = msgspec.json.encode(early).decode()
        outbox.enqueue(tx, [Message(key, "clock", "referrals:x", body, "x")])
    dispatcher = Dispatcher({"clock": ClockChannel()}, service.message_settled, service.hold_for_report)
    dispatcher.finish()
    dispatcher.run()
    with db.reading() as tx:
        row = tx.get_one(OutboxRow, key)
    assert (row.state, row.attempts) == ("delivered", 2)
    assert row.settled_at is not None
    assert early.at is not None
    assert row.settled_at >= early.at - timedelta(seconds=1)
