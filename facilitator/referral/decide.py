"""decide(): what follows from a command, or why not. Pure; the only place of permission."""

from collections.abc import Callable
from typing import Any

from facilitator.infra.refusal import Refused
from facilitator.referral import answering, consenting, releasing
from facilitator.referral import commands as ask
from facilitator.referral import events as happened
from facilitator.referral.commands import SYSTEM, Actor
from facilitator.referral.events import Event
from facilitator.referral.moves import Stage, Who, permit
from facilitator.referral.state import ReferralState

Handler = Callable[[ReferralState, Any], tuple[Event, ...]]


def decide(state: ReferralState, command: ask.Command, by: Actor = SYSTEM) -> tuple[Event, ...]:
    """Nothing, where the command is a repeat or comes too late to matter. Raises Refused."""
    if by.who not in ask.MAY_ASK[type(command)]:
        raise Refused("not_allowed", "This is not yours to say. Please call the professional of the case.")
    if isinstance(command, ask.Go):
        return answering.go(state, command, by.who)
    return HANDLERS[type(command)](state, command)


def _plan(state: ReferralState, command: ask.Plan) -> tuple[Event, ...]:
    """Until something is sent the facilities can be chosen anew; then all is looked at again."""
    if state.stage not in (None, Stage.PLANNED, Stage.ARMED):
        raise Refused("illegal_move", "This referral was used already. Arrange a new one from the case.")
    if command.primary == command.fallback:
        raise Refused("illegal_move", "Choose a second facility that is not the first one again.")
    if state.planned == (command.primary, command.fallback):
        return ()
    return (happened.Planned(command.primary, command.fallback),)


def _review(state: ReferralState, command: ask.Review) -> tuple[Event, ...]:
    if state.stage is Stage.PLANNED and not command.lacks:
        return (happened.Armed(),)
    if state.stage is Stage.ARMED and command.lacks:
        return (happened.Disarmed(),)
    return ()


def _withdraw(state: ReferralState, command: ask.Withdraw) -> tuple[Event, ...]:
    if state.stage is Stage.WITHDRAWN:
        return ()
    permit(state.stage, Stage.WITHDRAWN, Who.PROFESSIONAL, command.reason)
    return (happened.Withdrawn(),)


HANDLERS: dict[type[ask.Command], Handler] = {
    ask.Plan: _plan,
    ask.Review: _review,
    ask.Withdraw: _withdraw,
    ask.Activate: releasing.activate,
    ask.Resend: releasing.resend,
    ask.Fallback: releasing.fallback,
    ask.StandDown: releasing.stand_down,
    ask.TakeReceipt: answering.take_receipt,
    ask.TakeFailure: answering.take_failure,
    ask.TakeAnswer: answering.take_answer,
    ask.Object: answering.objected,
    ask.ClockRan: answering.clock_ran,
    ask.GiveConsent: consenting.give,
    ask.RevokeConsent: consenting.revoke,
}
