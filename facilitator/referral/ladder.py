"""The ladder from a "yes" to an admission: how far they are, and when each rung was reached. Pure."""

from datetime import datetime
from enum import StrEnum

import msgspec

from facilitator.referral.events import HEADS_UP
from facilitator.referral.moves import TURNED_BACK, Stage
from facilitator.referral.state import ReferralState
from facilitator.referral.summary import StepState


class RungName(StrEnum):
    YES = "yes"
    TOLD = "told"
    ACCEPTED = "accepted"
    LEFT = "left"
    ARRIVED = "arrived"
    ADMITTED = "admitted"


class Standing(StrEnum):
    """`stopped`: it ended here, and goes on only when somebody does something."""

    DONE = "done"
    NEXT = "next"
    AHEAD = "ahead"
    STOPPED = "stopped"


class Rung(msgspec.Struct, frozen=True):
    """`at` (aware UTC) and `minutes` since the "yes" are None where nobody reported it."""

    name: RungName
    standing: Standing
    at: datetime | None
    minutes: int | None


REACHED = {
    Stage.SENT: 1,
    Stage.UNDELIVERABLE: 1,
    Stage.DECLINED: 2,
    Stage.RECEIVED: 2,
    Stage.ACCEPTED: 3,
    Stage.EN_ROUTE: 4,
    Stage.ARRIVED: 5,
    Stage.ADMITTED: 6,
}
"""How many rungs are behind them; none for a stage that is not here."""

STOPS = TURNED_BACK | {Stage.DECLINED, Stage.UNDELIVERABLE, Stage.CANCEL_ASKED, Stage.CANCELLED}


def rungs(state: ReferralState) -> tuple[Rung, ...]:
    reached, times = _reached(state), _times(state)
    yes = times[RungName.YES]
    return tuple(
        _rung(name, _standing(number, reached, state.stage in STOPS), times[name], yes)
        for number, name in enumerate(RungName)
    )


def _reached(state: ReferralState) -> int:
    if state.held_back is not None:
        return 1
    if state.stage in TURNED_BACK:
        return 4 if state.moments.left else 3 if state.moments.accepted else 2
    if state.stage is Stage.SENT and _told_at(state):
        return 2
    return REACHED.get(state.stage, 0) if state.stage else 0


def _standing(number: int, reached: int, stopped: bool) -> Standing:
    if number < reached:
        return Standing.DONE
    if number > reached:
        return Standing.AHEAD
    return Standing.STOPPED if stopped else Standing.NEXT


def _times(state: ReferralState) -> dict[RungName, datetime | None]:
    moments = state.moments
    return {
        RungName.YES: moments.yes,
        RungName.TOLD: _told_at(state),
        RungName.ACCEPTED: moments.accepted,
        RungName.LEFT: moments.left,
        RungName.ARRIVED: moments.arrived,
        RungName.ADMITTED: moments.admitted,
    }


def _told_at(state: ReferralState) -> datetime | None:
    """When the facility in play had the message."""
    bid = state.in_play
    sending = state.sendings.get(bid.key(HEADS_UP[bid.which])) if bid else None
    return sending.at if sending and sending.state is StepState.DELIVERED else None


def _rung(name: RungName, standing: Standing, at: datetime | None, yes: datetime | None) -> Rung:
    if standing is not Standing.DONE or at is None:
        return Rung(name, standing, None, None)
    minutes = None if yes is None else max(0, int((at - yes).total_seconds() // 60))
    return Rung(name, standing, at, minutes)
