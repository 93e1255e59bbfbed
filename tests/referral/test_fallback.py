"""Silence, a "no" and a dead line: who is asked next, who is told, and what the room sees of it."""

import msgspec
import pytest
from sqlalchemy import update

from facilitator.infra import clock, db, ids
from facilitator.infra.outbox import Claimed
from facilitator.infra.refusal import Refused
from facilitator.referral import inbox, service
from facilitator.referral.answer import Answer, AnswerState, DeclineReason
from facilitator.referral.opened import OpenReferral
from facilitator.referral.summary import Clock, Which
from facilitator.referral.tables import Facility
from tests.referral.asked import (
    FALLBACK,
    PRIMARY,
    answers,
    bids,
    body,
    claimed,
    facility,
    lead,
    rings,
    rows,
    settle,
    summary,
)
from tests.referral.families import a_family, an_outcome, say_yes, take_it_back

pytestmark = pytest.mark.usefixtures("database")


def test_a_yes_starts_three_clocks_that_the_room_can_count_down() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    seen = summary(family)
    waits_s = [
        (each.clock, (clock.parse(each.due_at) - clock.parse(seen.sent_at or "")).total_seconds())
        for each in seen.clocks
    ]
    assert waits_s == [(Clock.RECEIPT, 60), (Clock.REMINDER, 300), (Clock.ANSWER, 900)]
    due = {name: (row.due_at - row.written_at).total_seconds() for name, row in rows(family).items()}
    assert [round(due[f"primary:{name}"]) for name in ("receipt", "reminder", "answer")] == [60, 300, 900]


def test_a_facility_that_says_nothing_at_all_is_tried_another_way_and_called() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    rings(family, Clock.RECEIPT)
    assert [rows(family)[f"primary:{name}"].kind for name in ("note", "call")] == ["text", "phone"]
    assert any("has not confirmed our message" in gap for gap in summary(family).gaps)
    assert bids(family)[PRIMARY].stage == "sent"


def test_the_call_says_whom_to_call_and_what_to_say() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    rings(family, Clock.RECEIPT)
    call = body(family, "primary:call")
    assert set(call) == {"who", "phone", "script"}
    assert call["phone"] == "+1 603-555-0130"
    assert "call us back at +1 603-555-0100" in str(call["script"])


def test_the_receipt_of_its_system_stops_that_clock_and_no_other() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    settle(family, "facility", None)
    states = {name: row.state for name, row in rows(family).items() if row.kind == "clock"}
    assert states == {"primary:receipt": "cancelled", "primary:reminder": "waiting", "primary:answer": "waiting"}
    assert [each.clock for each in summary(family).clocks] == [Clock.REMINDER, Clock.ANSWER]


def test_after_five_minutes_the_facility_is_reminded_once() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    rings(family, Clock.REMINDER)
    reminder = body(family, "primary:nudge")
    assert reminder["type"] == "referral.reminder"
    assert Clock.REMINDER not in [each.clock for each in summary(family).clocks]


def test_after_fifteen_silent_minutes_the_moderator_is_asked_and_then_it_goes_by_itself() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    rings(family, Clock.ANSWER)
    seen = summary(family)
    assert (seen.fallback_due, "fallback" in rows(family)) == (True, False)
    assert [each.clock for each in seen.clocks if each.clock is Clock.CONFIRM] == [Clock.CONFIRM]
    rings(family, Clock.CONFIRM)
    assert (summary(family).fallback_due, rows(family)["fallback"].kind) == (False, "webhook")
    assert {bid.stage for bid in bids(family).values()} == {"sent"}


def test_the_moderator_can_confirm_and_a_second_tap_asks_nobody_twice() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    rings(family, Clock.ANSWER)
    by = lead(family)
    with db.writing() as tx:
        assert service.confirm_fallback(tx, family.referral.id, by).changed
        assert not service.confirm_fallback(tx, family.referral.id, by).changed
    written = rows(family)
    assert (written["fallback"].state, written["primary:confirm"].state) == ("waiting", "cancelled")
    with db.reading() as tx:
        actors = [entry.actor for entry in service.timeline(tx, family.referral.id)]
    assert actors.count(by) == 1


@pytest.mark.parametrize("why", ["status 400", "status 410", "too many attempts"])
def test_a_heads_up_that_is_given_up_asks_the_second_facility_at_once(why: str) -> None:
    family = a_family()
    say_yes(family, an_outcome())
    settle(family, "facility", why)
    written = rows(family)
    assert (written["fallback"].state, written["primary:call"].kind) == ("waiting", "phone")
    assert [bid.stage for bid in bids(family).values()] == ["undeliverable", "sent"]
    assert {row.state for name, row in written.items() if name.startswith("primary:") and row.kind == "clock"} == {
        "cancelled"
    }


def test_a_no_asks_the_second_facility_at_once_and_says_why() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    taken = answers(family, PRIMARY, "declined")
    assert (taken.changed, taken.state) == (True, "declined")
    assert "fallback" in rows(family)
    assert bids(family)[PRIMARY].reason == "no_capacity"
    assert any("has no room" in gap for gap in summary(family).gaps)
    with db.reading() as tx:
        assert "Nora at the desk" in service.words(tx, family.referral.id).values()


def test_where_the_practice_wants_to_be_asked_a_no_waits_for_the_moderator() -> None:
    family = a_family()
    with db.writing() as tx:
        tx.execute(update(Facility).values(ask_before_fallback=True))
    say_yes(family, an_outcome())
    answers(family, PRIMARY, "declined")
    assert (summary(family).fallback_due, "fallback" in rows(family)) == (True, False)
    rings(family, Clock.CONFIRM)
    assert "fallback" in rows(family)


def test_two_that_cannot_leave_people_with_numbers_to_call() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    for which in Which:
        answers(family, which, "declined")
    seen = summary(family)
    assert (seen.stage, seen.clocks) == ("declined", ())
    assert all(number in seen.gaps[0] for number in ("603-555-0130", "603-555-0140", "1-800-662-4357"))


def test_two_that_stay_silent_leave_people_with_numbers_to_call_and_may_still_say_yes() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    for name, which in ((Clock.ANSWER, PRIMARY), (Clock.CONFIRM, PRIMARY), (Clock.ANSWER, FALLBACK)):
        rings(family, name, which)
    assert "1-800-662-4357" in summary(family).gaps[0]
    assert answers(family, PRIMARY, "accepted").state == "accepted"
    assert not any("1-800-662-4357" in gap for gap in summary(family).gaps)


def test_the_first_yes_counts_and_the_other_facility_is_told_that_nobody_comes() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    rings(family, Clock.ANSWER)
    rings(family, Clock.CONFIRM)
    assert answers(family, FALLBACK, "accepted").state == "accepted"
    assert bids(family)[PRIMARY].stage == "cancel_asked"
    assert body(family, "facility:cancel")["type"] == "referral.called_off"
    late = answers(family, PRIMARY, "accepted")
    assert (late.changed, late.state) == (True, "cancel_asked")
    assert body(family, "primary:late")["type"] == "referral.called_off"
    assert [bid.stage for bid in bids(family).values()].count("accepted") == 1
    assert not answers(family, PRIMARY, "accepted").changed


def test_those_who_drive_learn_that_it_is_another_place() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    answers(family, PRIMARY, "declined")
    answers(family, FALLBACK, "accepted")
    for who in ("transport", "escort"):
        assert str(body(family, f"{who}:change")["text"]).startswith("Plan A has changed. Open: http")


def test_the_second_facility_is_not_told_of_a_bed_that_the_first_one_holds() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    answers(family, PRIMARY, "declined")
    heads_up = body(family, "fallback")
    assert (heads_up["hold_number"], heads_up["type"]) == ("", "referral.heads_up")


def test_a_no_after_a_yes_moves_nothing_and_is_heard_all_the_same() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    answers(family, PRIMARY, "accepted")
    no = Answer(ids.new_id(), AnswerState.DECLINED, clock.now(), DeclineReason.NO_CAPACITY)
    taken = inbox.take(family.referral.id, facility(family, PRIMARY), no)
    assert (taken.result, bids(family)[PRIMARY].stage) == (inbox.Result.REFUSED, "accepted")
    assert "now tries to say no" in summary(family).gaps[0]
    answers(family, PRIMARY, "arrived")
    assert not any("tries to say no" in gap for gap in summary(family).gaps)


def test_an_answer_that_is_older_than_the_last_one_moves_nothing() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    answers(family, PRIMARY, "accepted")
    stale = answers(family, PRIMARY, "declined", ago_s=1.0)
    assert (stale.changed, stale.state) == (False, "accepted")


def test_an_answer_from_before_the_question_moves_nothing() -> None:
    family, outcome = a_family(), an_outcome()
    say_yes(family, outcome)
    assert not answers(family, PRIMARY, "accepted", ago_s=3600.0).changed


def test_a_facility_that_was_not_asked_does_not_learn_that_there_is_a_referral() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    with pytest.raises(Refused) as refusal:
        answers(family, FALLBACK, "accepted")
    assert refusal.value.code == "not_found"


def test_taking_the_yes_back_tells_both_facilities_and_stops_every_clock() -> None:
    family, outcome = a_family(), an_outcome()
    say_yes(family, outcome)
    answers(family, PRIMARY, "declined")
    answers(family, FALLBACK, "received")
    with db.writing() as tx:
        assert len(claimed(tx)) >= 2, "premise: the second heads-up is on its way"
    take_it_back(family, outcome)
    written = rows(family)
    assert ("fallback:cancel" in written, "facility:cancel" in written) == (True, False)
    assert {row.state for row in written.values() if row.kind == "clock"} == {"cancelled"}
    assert summary(family).clocks == ()


def test_clocks_of_their_own_can_be_set_for_each_facility() -> None:
    family = a_family()
    with db.writing() as tx:
        tx.execute(update(Facility).values(receipt_s=7, reminder_s=8, answer_s=9))
    say_yes(family, an_outcome())
    seen = summary(family)
    waits_s = [(clock.parse(c.due_at) - clock.parse(seen.sent_at or "")).total_seconds() for c in seen.clocks]
    assert waits_s == [7, 8, 9]
    assert bids(family)[PRIMARY].answer_by == seen.clocks[2].due_at


def test_a_clock_that_rings_after_it_lost_its_point_changes_nothing() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    with db.writing() as tx:
        opened = OpenReferral(tx, family.referral.id, clock.now())
        key = f"{opened.state.outcome}:primary:receipt"
        fields = dict.fromkeys(Claimed.__struct_fields__, "") | {"key": key, "kind": "clock", "attempts": 1}
        message = msgspec.convert(fields | {"subject_id": family.referral.id, "written_at": clock.now()}, Claimed)
        service.message_settled(tx, message, None)
        before = service.timeline(tx, family.referral.id)
        service.message_settled(tx, message, None)
        assert service.timeline(tx, family.referral.id) == before
