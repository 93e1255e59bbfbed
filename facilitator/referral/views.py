"""What a referral looks like to those in the room. Pure."""

from datetime import datetime, timedelta

import msgspec

from facilitator.infra.ids import ReferralId
from facilitator.infra.times import iso
from facilitator.referral.arrangement import FacilityCard
from facilitator.referral.clocks import running
from facilitator.referral.events import HEADS_UP, Letter
from facilitator.referral.gaps import gaps
from facilitator.referral.moves import Stage
from facilitator.referral.state import Bid, ReferralState, Sending
from facilitator.referral.summary import (
    BidView,
    ClockView,
    Moments,
    Place,
    ReferralSummary,
    StepState,
    TaskView,
    Which,
)
from facilitator.referral.summary import Step as StepView
from facilitator.referral.summary import StepName as Step

LABELS = {
    Step.FACILITY: ("Treatment center told", "Treatment center told it is off"),
    Step.TRANSPORT: ("Driver told", "Driver told it is off"),
    Step.ESCORT: ("Escort told", "Escort told it is off"),
}
"""By step: while it is on, and once it was called off."""

NOT_ARMED = (None, Stage.PLANNED, Stage.CANCELLED, Stage.WITHDRAWN)


def summarise(
    referral_id: ReferralId,
    state: ReferralState,
    lacks: tuple[str, ...],
    facilities: dict[Which, FacilityCard],
    tasks: tuple[TaskView, ...] = (),
) -> ReferralSummary:
    """`lacks` is what the arrangement is short of right now."""
    places = {which: Place(card.name, card.phone) for which, card in facilities.items()}
    stage = state.stage or Stage.PLANNED
    return ReferralSummary(
        id=referral_id,
        state=stage,
        armed=state.stage not in NOT_ARMED,
        sent_at=_time(state.sent_at),
        received_at=_time(state.received_at),
        gaps=gaps(state, lacks, places),
        steps=tuple(_step(state, step) for step in Step),
        primary=places[Which.PRIMARY],
        fallback=places[Which.FALLBACK],
        stage=stage,
        bids=tuple(_bid(bid, facilities[bid.which], places) for bid in state.current),
        moments=Moments(*(_time(moment) for moment in msgspec.structs.astuple(state.moments))),
        clocks=_clocks(state, facilities),
        fallback_due=state.fallback_due is not None,
        reopened=state.reopened,
        consent=state.consent_state,
        tasks=tasks,
    )


def _bid(bid: Bid, card: FacilityCard, places: dict[Which, Place]) -> BidView:
    by = bid.sent_at + timedelta(seconds=card.clocks.answer_s) if bid.waits else None
    return BidView(bid.which, places[bid.which], bid.stage, iso(bid.at), _time(by), bid.reason)


def _clocks(state: ReferralState, facilities: dict[Which, FacilityCard]) -> tuple[ClockView, ...]:
    clocks = {which: card.clocks for which, card in facilities.items()}
    due = sorted((each.due_at(clocks), each.which, each.clock) for each in running(state).values())
    return tuple(ClockView(which, clock, iso(due_at)) for due_at, which, clock in due)


def _step(state: ReferralState, step: Step) -> StepView:
    on, off = LABELS[step]
    sending = _latest(state, step)
    if sending is None:
        return StepView(step, on, StepState.WAITING, None)
    return StepView(step, off if sending.cancel else on, sending.state, iso(sending.at))


def _latest(state: ReferralState, step: Step) -> Sending | None:
    """Of the two facilities, the one in play."""
    if step is Step.FACILITY and state.in_play:
        return state.latest(HEADS_UP[state.in_play.which])
    return state.latest(Letter(step))


def _time(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
