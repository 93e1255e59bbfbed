"""What came back: receipts, answers, silence, and how far the journey is. Pure."""

from datetime import datetime, timedelta

from facilitator.infra.refusal import Refused
from facilitator.referral import commands as ask
from facilitator.referral import events as happened
from facilitator.referral.answer import AnswerState as Said
from facilitator.referral.clocks import running
from facilitator.referral.events import HEADS_UP, Due, Event
from facilitator.referral.moves import ON_TRACK, TURNED_BACK, Stage, Who, is_behind, permit
from facilitator.referral.releasing import release_fallback, turn_to_fallback
from facilitator.referral.state import Bid, ReferralState
from facilitator.referral.summary import Clock, StepState

SKEW = timedelta(minutes=5)
"""A facility's clock may be so far behind ours, as signed messages may be so old."""

JOURNEY = (Stage.EN_ROUTE, Stage.ARRIVED, Stage.NO_SHOW, Stage.REFUSED_ON_THE_WAY)
"""What those who travel, and the professional, may say."""


def take_receipt(state: ReferralState, command: ask.TakeReceipt) -> tuple[Event, ...]:
    sending = state.sendings.get(command.key)
    if sending is None or sending.state is StepState.DELIVERED:
        return ()
    arrived = happened.Arrived(command.key)
    for bid in state.bids.values() if command.by_system else ():
        if command.key == bid.heads_up_key and bid.stage is Stage.SENT:
            return (arrived, happened.Received(bid.which))
        if command.key == bid.key(HEADS_UP[bid.which], cancel=True) and bid.stage is Stage.CANCEL_ASKED:
            return (arrived, happened.Cancelled(bid.which))
    return (arrived,)


def take_failure(state: ReferralState, command: ask.TakeFailure) -> tuple[Event, ...]:
    sending = state.sendings.get(command.key)
    if sending is None or sending.state is not StepState.SENT:
        return ()
    given_up = happened.GivenUp(command.key, command.why)
    for bid in state.current:
        if command.key == bid.heads_up_key and bid.stage is Stage.SENT:
            turned = turn_to_fallback(state, Due.UNDELIVERABLE, command.ask_first)
            return (given_up, happened.Undeliverable(bid.which), *turned)
    return (given_up,)


def take_answer(state: ReferralState, command: ask.TakeAnswer) -> tuple[Event, ...]:
    """One that is older than what the facility said last, or than the question, moves nothing."""
    bid = state.bids.get(command.which)
    if bid is None:
        raise Refused("illegal_move", "This facility was not asked yet, so there is nothing to answer.")
    if _is_stale(bid, command.at):
        return ()
    if bid.lost:
        return _from_a_lost_bid(bid, command)
    if command.said is Said.NEED_MORE:
        return _need_more(bid, command.at)
    to = Stage(command.said)
    if is_behind(bid.stage, to):
        return ()
    permit(bid.stage, to, Who.FACILITY, command.reason)
    reason = command.reason if to is Stage.DECLINED else None
    return (happened.Moved(bid.which, to, command.at, reason), *_after(state, bid, to, command.ask_first))


def objected(state: ReferralState, command: ask.Object) -> tuple[Event, ...]:
    """People are on the road by then: it is not taken by machine, and must not go unheard."""
    bid = state.bids.get(command.which)
    if bid is None or bid.objected or bid.stage not in ON_TRACK:
        return ()
    return (happened.Objected(bid.which),)


def clock_ran(state: ReferralState, command: ask.ClockRan) -> tuple[Event, ...]:
    ran = running(state).get(command.key)
    if ran is None:
        return ()
    match ran.clock:
        case Clock.RECEIPT:
            return (happened.Unheard(ran.which),)
        case Clock.REMINDER:
            return (happened.Reminded(ran.which),)
        case Clock.ANSWER:
            return (happened.TimedOut(ran.which), *turn_to_fallback(state, Due.SILENCE, ask_first=True))
        case Clock.CONFIRM:
            return release_fallback(state, state.fallback_due)


def go(state: ReferralState, command: ask.Go, by: Who) -> tuple[Event, ...]:
    bid = state.in_play
    if command.to not in JOURNEY:
        raise Refused("not_allowed", "Only the facility itself can say that.")
    if bid is None or state.stood_down:
        raise Refused("illegal_move", "Nobody was asked to leave yet. Please call the professional of the case.")
    if is_behind(bid.stage, command.to):
        return ()
    permit(bid.stage, command.to, by)
    moved = happened.Moved(bid.which, command.to, command.at, by_facility=False)
    if command.to not in TURNED_BACK:
        return (moved,)
    return (moved, *(happened.BidCalledOff(each.which) for each in state.open_bids))


def _after(state: ReferralState, bid: Bid, to: Stage, ask_first: bool) -> tuple[Event, ...]:
    if to is Stage.DECLINED:
        return turn_to_fallback(state, Due.DECLINED, ask_first)
    if to is Stage.ACCEPTED:
        others = [other for other in state.open_bids if other.which is not bid.which]
        return tuple(happened.BidCalledOff(other.which) for other in others)
    return ()


def _is_stale(bid: Bid, at: datetime) -> bool:
    return at < bid.sent_at - SKEW or (bid.heard_at is not None and at < bid.heard_at)


def _need_more(bid: Bid, at: datetime) -> tuple[Event, ...]:
    if bid.asked_more or bid.stage in ON_TRACK:
        return ()
    if bid.stage in (Stage.SENT, Stage.UNDELIVERABLE):
        return (happened.Received(bid.which), happened.AskedMore(bid.which, at))
    permit(bid.stage if bid.stage is not Stage.RECEIVED else Stage.SENT, Stage.RECEIVED, Who.FACILITY)
    return (happened.AskedMore(bid.which, at),)


def _from_a_lost_bid(bid: Bid, command: ask.TakeAnswer) -> tuple[Event, ...]:
    """A "yes" from somebody who was called off is answered: nobody comes."""
    if command.said is Said.ACCEPTED and not bid.accepted_late:
        return (happened.AcceptedLate(bid.which, command.at),)
    if command.said is Said.CANCELLED and bid.stage is Stage.CANCEL_ASKED:
        return (happened.Cancelled(bid.which),)
    return ()
