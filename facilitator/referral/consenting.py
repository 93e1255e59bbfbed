"""What a signed consent releases to the facilities, and what taking it back stops. Pure."""

from collections.abc import Iterable

from facilitator.referral import commands as ask
from facilitator.referral import events as happened
from facilitator.referral.events import Event
from facilitator.referral.state import ReferralState
from facilitator.referral.summary import Which


def give(state: ReferralState, command: ask.GiveConsent) -> tuple[Event, ...]:
    """Whoever expects the person, and is named, gets the record at once; the others when their turn comes."""
    if state.consent == command.consent:
        return ()
    signed = happened.ConsentSigned(command.consent, command.names)
    expecting = [bid.which for bid in state.open_bids if bid.which in command.names]
    return (signed, *_to(state, expecting, command.consent))


def revoke(state: ReferralState, command: ask.RevokeConsent) -> tuple[Event, ...]:
    """Whoever may have the record already is asked to cancel. What went stays in the accounting."""
    if state.consent is None or state.consent != command.consent:
        return ()
    off = [happened.BidCalledOff(bid.which) for bid in state.open_bids if bid.which in command.got]
    return (happened.ConsentTakenBack(command.consent), *off)


def records(state: ReferralState, to: Iterable[Which]) -> tuple[Event, ...]:
    """The record for facilities whose turn comes, while a consent is in force that names them."""
    if state.consent is None:
        return ()
    return _to(state, [which for which in to if which in state.consent_names], state.consent)


def _to(state: ReferralState, named: Iterable[Which], consent: str) -> tuple[Event, ...]:
    found = []
    for which in named:
        bid = state.bids.get(which)
        found.append(happened.RecordReleased(which, consent, (bid.records if bid else 0) + 1))
    return tuple(found)
