"""decide(): what follows from a command, or why not. Pure."""

from typing import assert_never

from facilitator.infra.refusal import Refused
from facilitator.referral import commands as ask
from facilitator.referral import events as happened
from facilitator.referral.events import Event
from facilitator.referral.state import ReferralState, Stage
from facilitator.referral.summary import StepName as Step
from facilitator.referral.summary import StepState

UNDER_WAY = (Stage.SENT, Stage.RECEIVED)


def decide(state: ReferralState, command: ask.Command) -> tuple[Event, ...]:
    """Nothing, where the command is a repeat or comes too late to matter. Raises Refused."""
    match command:
        case ask.Plan():
            return _plan(state, command)
        case ask.Review():
            return _review(state, command)
        case ask.Activate():
            return _activate(state, command)
        case ask.TakeReceipt():
            return _take_receipt(state, command)
        case ask.TakeFailure():
            return _take_failure(state, command)
        case ask.StandDown():
            return _stand_down(state, command)
        case _:
            assert_never(command)


def _plan(state: ReferralState, command: ask.Plan) -> tuple[Event, ...]:
    if state.stage is not None:
        raise Refused("illegal_move", "This referral is planned already.")
    if command.primary == command.fallback:
        raise Refused("illegal_move", "Choose a second facility that is not the first one again.")
    return (happened.Planned(command.primary, command.fallback),)


def _review(state: ReferralState, command: ask.Review) -> tuple[Event, ...]:
    if state.stage is Stage.PLANNED and not command.lacks:
        return (happened.Armed(),)
    if state.stage is Stage.ARMED and command.lacks:
        return (happened.Disarmed(),)
    return ()


def _activate(state: ReferralState, command: ask.Activate) -> tuple[Event, ...]:
    """A "yes" is never refused. Armed, or called off before, it goes out; planned only, people must call."""
    if state.stage in UNDER_WAY or state.held_back == command.outcome:
        return ()
    if state.stage in (Stage.ARMED, Stage.CANCEL_ASKED, Stage.CANCELLED):
        return (happened.Released(command.outcome, state.round + 1, command.steps),)
    return (happened.NotReleased(command.outcome),)


def _take_receipt(state: ReferralState, command: ask.TakeReceipt) -> tuple[Event, ...]:
    sending = state.sendings.get(command.key)
    if sending is None or sending.state is StepState.DELIVERED:
        return ()
    arrived = happened.Arrived(command.key)
    if command.key == state.key(Step.FACILITY) and state.stage is Stage.SENT:
        return (arrived, happened.Received())
    if command.key == state.key(Step.FACILITY, cancel=True) and state.stage is Stage.CANCEL_ASKED:
        return (arrived, happened.Cancelled())
    return (arrived,)


def _take_failure(state: ReferralState, command: ask.TakeFailure) -> tuple[Event, ...]:
    sending = state.sendings.get(command.key)
    if sending is None or sending.state is not StepState.SENT:
        return ()
    return (happened.GivenUp(command.key, command.why),)


def _stand_down(state: ReferralState, command: ask.StandDown) -> tuple[Event, ...]:
    if state.stage not in UNDER_WAY or state.outcome is None:
        return ()
    asked = happened.CancelAsked(state.outcome, state.round, command.told)
    return (asked,) if Step.FACILITY in command.told else (asked, happened.Cancelled())
