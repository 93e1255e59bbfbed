"""Which unsent messages still have a point. Pure: what leaves this set is withdrawn from the outbox."""

from facilitator.referral.clocks import running
from facilitator.referral.moves import OPEN, Stage
from facilitator.referral.state import Bid, ReferralState

ANSWER_WANTED = ("note", "nudge")


def wanted(state: ReferralState) -> set[str]:
    """Keys of messages to facilities, and of clocks, that should leave if they have not left yet."""
    of_bids = {key for bid in state.current for key in _of_bid(bid, state)}
    return of_bids | set(running(state))


def _of_bid(bid: Bid, state: ReferralState) -> set[str]:
    keys = set()
    if bid.waits and not state.stood_down:
        keys |= {bid.heads_up_key, *(bid.key(f"{bid.which}:{name}") for name in ANSWER_WANTED)}
    consented = state.consent is not None and (bid.stage in OPEN or bid.stage is Stage.ADMITTED)
    if bid.record_key and consented:
        keys.add(bid.record_key)
    return keys
