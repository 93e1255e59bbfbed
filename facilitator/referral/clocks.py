"""Which clocks of a referral run, and until when. Pure: a clock is a message to ourselves, due later."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from facilitator.referral.arrangement import Clocks
from facilitator.referral.moves import Stage
from facilitator.referral.state import Bid, ReferralState
from facilitator.referral.summary import Clock, Which


class Running(msgspec.Struct, frozen=True):
    which: Which
    clock: Clock
    since: datetime

    def due_at(self, clocks: Mapping[Which, Clocks]) -> datetime:
        return self.since + timedelta(seconds=length_s(self.clock, clocks[self.which]))


def running(state: ReferralState) -> dict[str, Running]:
    """By the key of the message that ends it. What is not here has lost its point, whenever it rings."""
    if state.stood_down:
        return {}
    found = {}
    for bid in state.current:
        for clock in _clocks(bid):
            found[key(bid, clock)] = Running(bid.which, clock, bid.sent_at)
    first = state.bids.get(Which.PRIMARY)
    if first and state.fallback_due_at and state.may_fall_back:
        found[key(first, Clock.CONFIRM)] = Running(Which.PRIMARY, Clock.CONFIRM, state.fallback_due_at)
    return found


def key(bid: Bid, clock: Clock) -> str:
    return bid.key(f"{bid.which}:{clock}")


def length_s(clock: Clock, clocks: Clocks) -> int:
    return {
        Clock.RECEIPT: clocks.receipt_s,
        Clock.REMINDER: clocks.reminder_s,
        Clock.ANSWER: clocks.answer_s,
        Clock.CONFIRM: clocks.confirm_s,
    }[clock]


def _clocks(bid: Bid) -> tuple[Clock, ...]:
    if not bid.waits:
        return ()
    runs = {
        Clock.RECEIPT: bid.stage is Stage.SENT and not bid.unheard,
        Clock.REMINDER: not bid.reminded and not bid.asked_more,
        Clock.ANSWER: not bid.timed_out,
    }
    return tuple(clock for clock, so in runs.items() if so)
