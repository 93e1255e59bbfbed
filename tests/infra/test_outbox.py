from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from facilitator.infra import clock, db, ids, outbox
from facilitator.infra.outbox import Claimed, Message, OutboxRow, State

pytestmark = pytest.mark.usefixtures("database")


def a_message(key: str = "m1", to: str = "facilities:a", lane: str = "") -> Message:
    return Message(key, "webhook", to, '{"hold": "HR-1"}', "referral", lane)


def keep(*messages: Message) -> None:
    with db.writing() as tx:
        outbox.enqueue(tx, messages)


def claim(*closed_lanes: str, later_s: float = 0.0) -> Claimed | None:
    with db.writing() as tx:
        return outbox.claim(tx, clock.now() + timedelta(seconds=later_s), ids.new_id(), closed_lanes)


def claimed(later_s: float = 0.0) -> Claimed:
    message = claim(later_s=later_s)
    assert message is not None
    return message


def row(key: str = "m1") -> OutboxRow:
    with db.reading() as tx:
        return tx.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()


def test_a_key_that_is_written_twice_is_kept_once_with_its_first_body() -> None:
    keep(a_message())
    keep(Message("m1", "webhook", "facilities:b", "{}", "another"), a_message("m2"))
    with db.reading() as tx:
        rows = tx.scalars(select(OutboxRow).order_by(OutboxRow.key)).all()
    assert [(each.key, each.to) for each in rows] == [("m1", "facilities:a"), ("m2", "facilities:a")]
    assert claimed().body == '{"hold": "HR-1"}'


def test_a_body_cannot_be_read_in_the_database() -> None:
    keep(a_message())
    assert b"HR-1" not in row().body


def test_a_message_written_in_a_transaction_that_fails_was_never_written() -> None:
    with pytest.raises(ZeroDivisionError):
        _write_and_fail()
    assert claim() is None


def _write_and_fail() -> None:
    with db.writing() as tx:
        outbox.enqueue(tx, [a_message()])
        assert 1 / 0


def test_a_claimed_message_is_nobody_elses_until_its_lease_runs_out() -> None:
    keep(a_message())
    first = claimed()
    assert claim() is None
    again = claimed(later_s=outbox.LEASE_S + 0.1)
    assert (again.key, again.attempts, again.lease != first.lease) == (first.key, 2, True)


def test_a_renewed_lease_holds_longer() -> None:
    keep(a_message())
    first = claimed()
    with db.writing() as tx:
        outbox.renew(tx, [first.lease], clock.now() + timedelta(seconds=3))
    assert claim(later_s=outbox.LEASE_S + 0.1) is None


def test_only_the_holder_of_the_lease_can_settle_a_message() -> None:
    keep(a_message())
    late = claimed()
    holder = claimed(later_s=outbox.LEASE_S + 0.1)
    with db.writing() as tx:
        assert not outbox.settle(tx, late, State.DEAD, clock.now(), "status 410")
        assert not outbox.put_off(tx, late, clock.now(), 9.0, "status 500")
        assert outbox.settle(tx, holder, State.DELIVERED, clock.now())
        assert not outbox.settle(tx, holder, State.DELIVERED, clock.now())
    assert (row().state, row().why) == ("delivered", None)


def test_a_message_put_off_is_due_again_only_then() -> None:
    keep(a_message())
    with db.writing() as tx:
        assert outbox.put_off(tx, claimed_in(tx), clock.now(), 20.0, "status 503")
    assert claim(later_s=19.0) is None
    assert claimed(later_s=20.1).attempts == 2


def claimed_in(tx: db.Session) -> Claimed:
    message = outbox.claim(tx, clock.now(), ids.new_id())
    assert message is not None
    return message


def test_a_clock_put_back_an_hour_delays_nothing() -> None:
    keep(a_message())
    assert claim(later_s=-1.0) is None, "premise: a moment too early is too early"
    assert claimed(later_s=-3600.0).key == "m1"


def test_messages_of_a_closed_lane_wait_and_the_others_do_not() -> None:
    keep(a_message("m1", lane="slow.example"), a_message("m2", lane="quick.example"))
    message = claim("slow.example")
    assert message is not None
    assert message.key == "m2"
    assert claim("slow.example") is None


def test_messages_written_together_leave_in_the_order_in_which_they_were_written() -> None:
    keep(a_message("zz"), a_message("mm"), a_message("aa"))
    assert [claimed().key, claimed().key, claimed().key] == ["zz", "mm", "aa"]


def test_whoever_waited_longest_goes_first() -> None:
    keep(a_message("zz"))
    with db.writing() as tx:
        outbox.put_off(tx, claimed_in(tx), clock.now() - timedelta(seconds=60), 1.0, "status 500")
    keep(a_message("aa"))
    assert [claimed().key, claimed().key] == ["zz", "aa"]


def test_what_is_withdrawn_does_not_leave_and_tells_who_may_know_of_it() -> None:
    keep(a_message("tried"), a_message("untouched"))
    under_way = claimed()
    assert under_way.key == "tried"
    with db.writing() as tx:
        assert outbox.withdraw(tx, ["tried", "untouched", "unknown"], clock.now()) == {
            "tried": True,
            "untouched": False,
        }
        assert not outbox.settle(tx, under_way, State.DELIVERED, clock.now())
    assert claim(later_s=3600.0) is None


def test_many_claimers_at_once_get_every_message_exactly_once() -> None:
    keep(*(a_message(f"m{number:02}") for number in range(40)))
    with ThreadPoolExecutor(8) as pool:
        keys = [message.key for message in pool.map(lambda _: claim(), range(48)) if message is not None]
    assert sorted(keys) == [f"m{number:02}" for number in range(40)]


def test_a_wake_up_with_nobody_to_wake_is_harmless() -> None:
    outbox.on_poke(None)
    outbox.poke()
