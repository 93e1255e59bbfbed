"""Sending a referral out, to the first facility or the second, and taking it back. Pure."""

from facilitator.infra.ids import OutcomeId
from facilitator.infra.refusal import Refused
from facilitator.referral import commands as ask
from facilitator.referral import events as happened
from facilitator.referral.consenting import records
from facilitator.referral.events import HEADS_UP, Due, Event, Letter
from facilitator.referral.moves import CALLED_OFF, GONE, ON_TRACK, TURNED_BACK, WAITING, Stage
from facilitator.referral.state import ReferralState
from facilitator.referral.summary import Which

OVER = CALLED_OFF | GONE | TURNED_BACK
"""Nobody is on the way and nobody was said to come: it can go out again."""


def activate(state: ReferralState, command: ask.Activate) -> tuple[Event, ...]:
    """A "yes" is never refused. Armed, or over before, it goes out; planned only, people must call."""
    stands = command.outcome == state.outcome and not state.stood_down
    if state.held_back == command.outcome or stands or state.stage in WAITING | ON_TRACK:
        return ()
    if state.stage is Stage.ARMED or state.stage in OVER:
        return _release(state, command.outcome, command.steps)
    return (happened.NotReleased(command.outcome),)


def resend(state: ReferralState, command: ask.Resend) -> tuple[Event, ...]:
    outcome = may_resend(state)
    if outcome is not None:
        return _release(state, outcome, command.steps)
    if state.stage in WAITING | ON_TRACK:
        raise Refused("illegal_move", "It was sent and still counts. Call the facility if it is urgent.")
    raise Refused("illegal_move", 'There is nothing to send again. It goes out when the answer "yes" is recorded.')


def may_resend(state: ReferralState) -> OutcomeId | None:
    """The "yes" that stands, while the first facility can be asked anew: not ready before, or come to nothing."""
    if state.held_back is not None and state.stage is Stage.ARMED:
        return state.held_back
    return state.outcome if not state.stood_down and state.stage in OVER else None


def fallback(state: ReferralState, _: ask.Fallback) -> tuple[Event, ...]:
    """The moderator decides so, whether or not it is due."""
    if state.fallback_released and not state.stood_down:
        return ()
    if not state.may_fall_back:
        raise Refused(
            "illegal_move", "The second facility cannot be asked now: the first one said yes, or it is off."
        )
    return release_fallback(state, state.fallback_due)


def turn_to_fallback(state: ReferralState, why: Due, ask_first: bool) -> tuple[Event, ...]:
    """The first facility does not take the person: the second one is asked, or the moderator is."""
    if not state.may_fall_back:
        return ()
    if not ask_first:
        return release_fallback(state, why)
    return () if state.fallback_due else (happened.FallbackDue(why),)


def release_fallback(state: ReferralState, why: Due | None) -> tuple[Event, ...]:
    return (happened.FallbackReleased(why), *records(state, (Which.FALLBACK,)))


def stand_down(state: ReferralState, command: ask.StandDown) -> tuple[Event, ...]:
    """Where the person is in care, or turned back, there is nothing to take back any more."""
    settled = TURNED_BACK | {Stage.ADMITTED}
    if state.outcome is None or state.stood_down or state.stage in settled:
        return ()
    told = tuple(letter for letter in command.told if letter not in _desks_that_expect_nobody(state))
    asked = happened.CancelAsked(state.outcome, state.round, told)
    knows = any(HEADS_UP[bid.which] in told for bid in state.open_bids)
    still_asked = any(bid.stage is Stage.CANCEL_ASKED for bid in state.current)
    return (asked,) if knows or still_asked else (asked, happened.Cancelled())


def _desks_that_expect_nobody(state: ReferralState) -> set[Letter]:
    return set(HEADS_UP.values()) - {HEADS_UP[bid.which] for bid in state.open_bids}


def _release(state: ReferralState, outcome: OutcomeId, steps: tuple[Letter, ...]) -> tuple[Event, ...]:
    released = happened.Released(outcome, state.round + 1, steps)
    return (released, *records(state, (Which.PRIMARY,)))
