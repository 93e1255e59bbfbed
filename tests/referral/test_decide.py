"""Which moves a referral makes, by its log alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.infra.ids import OutcomeId
from facilitator.infra.refusal import Refused
from facilitator.referral import commands as ask
from facilitator.referral.decide import decide
from facilitator.referral.events import Letter as Step
from facilitator.referral.events import Released, message_key
from facilitator.referral.evolve import evolve
from facilitator.referral.moves import Stage
from facilitator.referral.state import ReferralState
from facilitator.referral.summary import StepState, Which

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
YES = OutcomeId("a" * 32)
SECOND_YES = OutcomeId("b" * 32)
EVERYONE = (Step.FACILITY, Step.TRANSPORT, Step.ESCORT)
HEADS_UP = message_key(YES, Step.FACILITY, 1)

PLAN = ask.Plan("primary", "fallback")
READY = ask.Review(())
ACTIVATE = ask.Activate(YES, EVERYONE)


def after(*commands: ask.Command) -> ReferralState:
    state = ReferralState()
    for command in commands:
        for event in decide(state, command):
            state = evolve(state, event, AT)
    return state


def test_a_referral_is_armed_only_when_nothing_is_lacking() -> None:
    assert after(PLAN, ask.Review(("No bed is held.",))).stage is Stage.PLANNED
    assert after(PLAN, READY).stage is Stage.ARMED
    assert after(PLAN, READY, ask.Review(("No bed is held.",))).stage is Stage.PLANNED


def test_it_is_planned_for_two_different_facilities() -> None:
    assert decide(after(PLAN), PLAN) == ()
    with pytest.raises(Refused):
        after(ask.Plan("same", "same"))


def test_other_facilities_can_be_chosen_until_something_is_sent() -> None:
    other = ask.Plan("primary", "another")
    assert after(PLAN, READY, other).stage is Stage.PLANNED
    with pytest.raises(Refused):
        after(PLAN, READY, ACTIVATE, other)


def test_a_yes_releases_an_armed_referral_to_everyone() -> None:
    state = after(PLAN, READY, ACTIVATE)
    assert (state.stage, state.sent_at) == (Stage.SENT, AT)
    assert {sending.name for sending in state.sendings.values()} == set(EVERYONE)


def test_a_second_yes_changes_nothing() -> None:
    state = after(PLAN, READY, ACTIVATE)
    assert decide(state, ACTIVATE) == ()
    assert decide(state, ask.Activate(SECOND_YES, EVERYONE)) == ()


def test_a_yes_before_it_was_armed_is_kept_but_sends_nothing() -> None:
    state = after(PLAN, ACTIVATE)
    assert (state.stage, state.held_back, state.sendings) == (Stage.PLANNED, YES, {})
    assert decide(state, ACTIVATE) == ()


def test_the_facilitys_receipt_makes_it_received_and_other_receipts_do_not() -> None:
    state = after(PLAN, READY, ACTIVATE, ask.TakeReceipt(message_key(YES, Step.ESCORT, 1)))
    assert state.stage is Stage.SENT
    received = after(PLAN, READY, ACTIVATE, ask.TakeReceipt(HEADS_UP))
    assert (received.stage, received.received_at) == (Stage.RECEIVED, AT)
    assert decide(received, ask.TakeReceipt(HEADS_UP)) == ()


def test_a_receipt_for_an_unknown_message_changes_nothing() -> None:
    assert decide(after(PLAN, READY), ask.TakeReceipt(HEADS_UP)) == ()


def test_a_heads_up_that_was_given_up_shows_as_failed_and_the_second_facility_is_asked() -> None:
    state = after(PLAN, READY, ACTIVATE, ask.TakeFailure(HEADS_UP, "status 410"))
    sending = state.latest(Step.FACILITY)
    assert sending is not None
    assert (state.bids[Which.PRIMARY].stage, sending.state) == (Stage.UNDELIVERABLE, StepState.FAILED)
    assert state.bids[Which.FALLBACK].stage is Stage.SENT


def test_taking_back_the_yes_asks_the_facility_and_its_receipt_ends_it() -> None:
    state = after(PLAN, READY, ACTIVATE, ask.StandDown((Step.FACILITY, Step.ESCORT)))
    assert state.stage is Stage.CANCEL_ASKED
    cancel = message_key(YES, Step.FACILITY, 1, cancel=True)
    ended = after(PLAN, READY, ACTIVATE, ask.StandDown((Step.FACILITY,)), ask.TakeReceipt(cancel))
    assert ended.stage is Stage.CANCELLED


def test_taking_back_a_yes_that_no_facility_heard_of_ends_it_at_once() -> None:
    assert after(PLAN, READY, ACTIVATE, ask.StandDown(())).stage is Stage.CANCELLED


def test_taking_back_a_yes_that_was_never_given_changes_nothing() -> None:
    assert decide(after(PLAN, READY), ask.StandDown(EVERYONE)) == ()


def test_a_yes_given_again_goes_out_again_under_other_keys() -> None:
    state = after(PLAN, READY, ACTIVATE, ask.StandDown((Step.FACILITY,)))
    (released,) = decide(state, ACTIVATE)
    assert isinstance(released, Released)
    assert message_key(YES, Step.FACILITY, released.round) != HEADS_UP


def test_an_old_receipt_says_nothing_about_the_second_yes() -> None:
    state = after(PLAN, READY, ACTIVATE, ask.StandDown((Step.FACILITY,)), ACTIVATE, ask.TakeReceipt(HEADS_UP))
    assert (state.stage, state.round) == (Stage.SENT, 2)


KEYS = [message_key(YES, step, round, cancel) for step in Step for round in (1, 2) for cancel in (False, True)]
COMMANDS = st.one_of(
    st.sampled_from([READY, ask.Review(("x",)), ACTIVATE, ask.Activate(SECOND_YES, EVERYONE)]),
    st.sampled_from([ask.StandDown(()), ask.StandDown((Step.FACILITY,)), ask.StandDown(EVERYONE)]),
    st.builds(ask.TakeReceipt, st.sampled_from(KEYS)),
    st.builds(ask.TakeFailure, st.sampled_from(KEYS), st.just("status 500")),
)


@given(st.lists(COMMANDS, max_size=25))
def test_in_whatever_order_things_come_it_is_received_only_after_it_was_sent(
    commands: list[ask.Command],
) -> None:
    state = after(PLAN)
    for command in commands:
        before = state.stage
        for event in decide(state, command):
            state = evolve(state, event, AT)
        assert decide(state, command) == () or isinstance(command, ask.Activate), "a repeat changes nothing"
        if state.stage is Stage.RECEIVED:
            assert before in (Stage.SENT, Stage.RECEIVED)
        if state.stage is Stage.CANCELLED:
            assert before in (Stage.SENT, Stage.RECEIVED, Stage.CANCEL_ASKED, Stage.CANCELLED)
