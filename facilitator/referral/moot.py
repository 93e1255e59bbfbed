"""Which unsent messages still have a point. Pure: what leaves this set is withdrawn from the outbox."""

from facilitator.referral.clocks import running
from facilitator.referral.events import HEADS_UP, Letter
from facilitator.referral.moves import OPEN, Stage
from facilitator.referral.state import Bid, ReferralState

ANSWER_WANTED = ("note", "nudge")
TRAVEL = (Letter.TRANSPORT, Letter.ESCORT)


def wanted(state: ReferralState) -> set[str]:
    """Keys of messages, and of clocks, that should leave if they have not left yet."""
    asked = {key for bid in state.current for key in _of_current(bid, state)}
    off = {key for bid in state.bids.values() for key in _cancellations(bid)}
    travel = {state.key(letter, cancel=state.stood_down) for letter in TRAVEL}
    return {key for key in asked | off | travel if key in state.sendings} | set(running(state))


def _of_current(bid: Bid, state: ReferralState) -> set[str]:
    keys = set()
    if bid.waits:
        keys |= {bid.heads_up_key, *(bid.key(f"{bid.which}:{name}") for name in ANSWER_WANTED)}
    consented = state.consent is not None and (bid.stage in OPEN or bid.stage is Stage.ADMITTED)
    if bid.record_key and consented:
        keys.add(bid.record_key)
    return keys


def _cancellations(bid: Bid) -> set[str]:
    """They count until the same facility is asked anew."""
    return {bid.key(HEADS_UP[bid.which], cancel=True), bid.key(f"{bid.which}:late")}
