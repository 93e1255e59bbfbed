"""What people must do now, and whom to call: nothing that goes wrong ends in silence. Pure."""

from facilitator.referral.events import HEADS_UP, Due, Letter
from facilitator.referral.moves import GONE, ON_TRACK, Stage
from facilitator.referral.state import Bid, ReferralState
from facilitator.referral.summary import Consent, Place, StepState, Which

HELPLINE = "1-800-662-4357"
"""SAMHSA's National Helpline: free, day and night, in English and Spanish."""

QUIET = (Stage.CANCELLED, Stage.WITHDRAWN, Stage.ADMITTED)
"""Nobody has to do anything about the arrangement any more."""

NO = {
    "no_capacity": "has no room",
    "insurance": "does not take the insurance",
    "clinical": "cannot give the care that is needed",
    "other": "cannot take your loved one",
}
WHY_DUE = {
    Due.SILENCE: "has not answered in time",
    Due.DECLINED: "said no",
    Due.UNDELIVERABLE: "could not be told by message",
}


def gaps(state: ReferralState, lacks: tuple[str, ...], places: dict[Which, Place]) -> tuple[str, ...]:
    """`lacks` is what the arrangement is short of. The most urgent comes first."""
    if state.stage in QUIET and state.held_back is None:
        return _of_unconfirmed(state, places)
    return (
        *_held_back(state, places),
        *_nobody_left(state, places),
        *_turned_back(state, places),
        *_fallback_due(state, places),
        *(gap for bid in state.current for gap in _of_bid(bid, state, places)),
        *_consent(state, places),
        *_travel(state),
        *lacks,
    )


def _held_back(state: ReferralState, places: dict[Which, Place]) -> list[str]:
    if state.held_back is None:
        return []
    first = places[Which.PRIMARY]
    return [f"Nothing was sent, because not all was ready. Call {first.name} now: {first.phone}."]


def _nobody_left(state: ReferralState, places: dict[Which, Place]) -> list[str]:
    """Both facilities said no, could not be told, or let their time run out."""
    asked = state.current
    spent = all(bid.stage in GONE or (bid.waits and bid.timed_out) or bid.lost for bid in asked)
    if not asked or state.stood_down or state.may_fall_back or not spent:
        return []
    numbers = ", ".join(f"{place.name} at {place.phone}" for place in places.values())
    return [f"No facility has said yes. Call now: {numbers}, and the national helpline at {HELPLINE}."]


def _turned_back(state: ReferralState, places: dict[Which, Place]) -> list[str]:
    if not state.reopened or state.in_play is None:
        return []
    what = "Nobody arrived" if state.stage is Stage.NO_SHOW else "Your loved one turned back"
    place = places[state.in_play.which]
    return [
        f"{what}. Make sure that they are safe, then record the outcome again or send the referral again."
        f" {place.name}: {place.phone}. National helpline: {HELPLINE}."
    ]


def _fallback_due(state: ReferralState, places: dict[Which, Place]) -> list[str]:
    if state.fallback_due is None:
        return []
    first, second = places[Which.PRIMARY], places[Which.FALLBACK]
    return [
        f"{first.name} {WHY_DUE[state.fallback_due]}. Confirm that {second.name} is asked now."
        " It is asked by itself when the time is up."
    ]


def _of_bid(bid: Bid, state: ReferralState, places: dict[Which, Place]) -> list[str]:
    place = places[bid.which]
    call = f"Call {place.phone} now."
    found = []
    if bid.objected and bid.stage in ON_TRACK:
        found.append(f"{place.name} said yes, and now tries to say no. {call}")
    if bid.stage is Stage.UNDELIVERABLE:
        other = places[Which.FALLBACK if bid.which is Which.PRIMARY else Which.PRIMARY]
        found.append(
            f"{place.name} could not be told by message. {call}"
            f" If nobody answers, call {other.name}: {other.phone}."
        )
    elif bid.stage is Stage.SENT and bid.unheard:
        found.append(f"{place.name} has not confirmed our message. {call}")
    elif bid.waits and bid.timed_out:
        found.append(f"{place.name} has not said yes or no. {call}")
    if bid.waits and bid.asked_more:
        found.append(f"{place.name} needs to know more before it can say yes. {call}")
    if bid.stage is Stage.DECLINED:
        found.append(f"{place.name} {NO[bid.reason or 'other']}.")
    return [*found, *_of_messages(bid, state, place)]


def _of_messages(bid: Bid, state: ReferralState, place: Place) -> list[str]:
    found = []
    record = state.sendings.get(bid.record_key or "")
    if record and record.state is StepState.FAILED and not bid.lost:
        found.append(f"The papers did not reach {place.name}. Call {place.phone} and ask how they want them.")
    return [*found, *_of_cancellation(bid, state, place)]


def _of_unconfirmed(state: ReferralState, places: dict[Which, Place]) -> tuple[str, ...]:
    """Even when all is over, a facility that still expects somebody has to be called."""
    return tuple(gap for bid in state.current for gap in _of_cancellation(bid, state, places[bid.which]))


def _of_cancellation(bid: Bid, state: ReferralState, place: Place) -> list[str]:
    off = state.sendings.get(bid.key(HEADS_UP[bid.which], cancel=True))
    if off is None or off.state is not StepState.FAILED or bid.stage is Stage.CANCELLED:
        return []
    return [f"{place.name} could not be told that nobody comes. Call {place.phone}."]


def _consent(state: ReferralState, places: dict[Which, Place]) -> list[str]:
    if state.consent_state is not Consent.REVOKED:
        return []
    numbers = ", ".join(f"{places[bid.which].name} at {places[bid.which].phone}" for bid in state.current)
    return [f"Your loved one took the consent back. Talk with them before anybody is told more. {numbers}."]


def _travel(state: ReferralState) -> list[str]:
    if state.stage in ON_TRACK - {Stage.ACCEPTED} or state.reopened:
        return []
    found = []
    for letter, who in ((Letter.TRANSPORT, "driver"), (Letter.ESCORT, "escort")):
        sending = state.latest(letter)
        if sending is not None and sending.state is StepState.FAILED:
            found.append(f"The message to the {who} did not arrive. Call the {who} now.")
        elif sending is None and state.sent_at is not None:
            found.append(f"There was nobody to write to as {who}. Call the {who} now.")
    return found
