"""evolve(): the state after an event. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never

import msgspec

from facilitator.infra.ids import OutcomeId
from facilitator.referral import events as happened
from facilitator.referral.events import HEADS_UP, Event, Letter, message_key
from facilitator.referral.moves import OPEN, Stage
from facilitator.referral.state import Bid, Moments, ReferralState, Sending
from facilitator.referral.summary import Consent, StepState, Which

change = msgspec.structs.replace

PREPARED = {
    happened.Disarmed: Stage.PLANNED,
    happened.Armed: Stage.ARMED,
    happened.Withdrawn: Stage.WITHDRAWN,
}

OF_ONE_FACILITY = (
    happened.Received,
    happened.Undeliverable,
    happened.Unheard,
    happened.Reminded,
    happened.TimedOut,
    happened.Moved,
    happened.AskedMore,
    happened.Objected,
    happened.AcceptedLate,
    happened.BidCalledOff,
    happened.RecordReleased,
)


def evolve(state: ReferralState, event: Event, at: datetime) -> ReferralState:
    """The state after `event`, which happened at `at` (aware UTC)."""
    if isinstance(event, happened.Planned):
        return change(state, prepared=Stage.PLANNED, planned=(event.primary, event.fallback))
    if isinstance(event, happened.Disarmed | happened.Armed | happened.Withdrawn):
        return change(state, prepared=PREPARED[type(event)])
    if isinstance(event, happened.Arrived):
        return _settled(state, event.key, StepState.DELIVERED, at)
    if isinstance(event, happened.GivenUp):
        return _settled(state, event.key, StepState.FAILED, at)
    if isinstance(event, happened.ConsentSigned):
        signed = {"consent": event.consent, "consent_state": Consent.SIGNED, "consent_names": event.names}
        return change(state, **signed)
    if isinstance(event, happened.ConsentTakenBack):
        return change(state, consent=None, consent_state=Consent.REVOKED, consent_names=())
    if isinstance(event, OF_ONE_FACILITY):
        return _with_one(state, event, at)
    return _with_all(state, event, at)


def _with_all(
    state: ReferralState,
    event: happened.Released
    | happened.NotReleased
    | happened.FallbackDue
    | happened.FallbackReleased
    | happened.CancelAsked
    | happened.Cancelled,
    at: datetime,
) -> ReferralState:
    match event:
        case happened.Released():
            return _released(state, event, at)
        case happened.NotReleased():
            return change(state, held_back=event.outcome)
        case happened.FallbackDue():
            return change(state, fallback_due=event.why, fallback_due_at=at)
        case happened.FallbackReleased():
            return _fallback_released(state, at)
        case happened.CancelAsked():
            return _stood_down(state, event, at)
        case happened.Cancelled():
            return _cancelled(state, event.which, at)
        case _:
            assert_never(event)


def _with_one(state: ReferralState, event: Any, at: datetime) -> ReferralState:
    bid: Bid = state.bids[event.which]
    match event:
        case happened.Received():
            received_at = state.received_at or at
            return change(_put(state, _staged(bid, Stage.RECEIVED, at)), received_at=received_at)
        case happened.Undeliverable():
            return _extra(_put(state, _staged(bid, Stage.UNDELIVERABLE, at)), bid, "call", at)
        case happened.Moved():
            return _moved(state, bid, event)
        case happened.BidCalledOff():
            return _called_off(state, bid, at)
        case happened.RecordReleased():
            return _recorded(state, bid, event.round, at)
    return _marked(state, bid, event, at)


def _marked(state: ReferralState, bid: Bid, event: Any, at: datetime) -> ReferralState:
    """What happened is noted on the bid, and its stage stays."""
    match event:
        case happened.AskedMore():
            return _put(state, change(_heard(bid, event.at), asked_more=True))
        case happened.Objected():
            return _put(state, change(bid, objected=True))
        case happened.AcceptedLate():
            return _extra(_put(state, change(_heard(bid, event.at), accepted_late=True)), bid, "late", at)
        case happened.Unheard():
            return _extra(_extra(_put(state, change(bid, unheard=True)), bid, "note", at), bid, "call", at)
        case happened.Reminded():
            return _extra(_put(state, change(bid, reminded=True)), bid, "nudge", at)
    return _put(state, change(bid, timed_out=True))


def _recorded(state: ReferralState, bid: Bid, number: int, at: datetime) -> ReferralState:
    name = f"record:{bid.which}"
    sending = Sending(name, False, StepState.SENT, at, bid.which)
    return _sent(_put(state, change(bid, records=number)), {message_key(bid.outcome, name, number): sending})


def _released(state: ReferralState, event: happened.Released, at: datetime) -> ReferralState:
    before = state.bids.get(Which.PRIMARY)
    bid = _fresh(Which.PRIMARY, event.outcome, event.round, before, at)
    letters = _letters(event.outcome, event.steps, event.round, at, cancel=False)
    return change(
        _sent(_put(state, bid), letters),
        round=event.round,
        outcome=event.outcome,
        held_back=None,
        sent_at=at,
        received_at=None,
        stood_down=False,
        fallback_due=None,
        fallback_due_at=None,
        moments=Moments(yes=at),
    )


def _fallback_released(state: ReferralState, at: datetime) -> ReferralState:
    assert state.outcome is not None, "the second facility's turn comes after the first's"
    bid = _fresh(Which.FALLBACK, state.outcome, state.round, state.bids.get(Which.FALLBACK), at)
    letters = _letters(state.outcome, (Letter.FALLBACK,), state.round, at, cancel=False)
    return change(_sent(_put(state, bid), letters), fallback_due=None, fallback_due_at=None)


def _fresh(which: Which, outcome: OutcomeId, round: int, before: Bid | None, at: datetime) -> Bid:
    """What was heard before stays heard, so that an old answer does not count for a new question."""
    kept = {"heard_at": before.heard_at, "records": before.records} if before else {}
    return Bid(which, outcome, round, Stage.SENT, at, at, **kept)  # type: ignore[arg-type]


def _stood_down(state: ReferralState, event: happened.CancelAsked, at: datetime) -> ReferralState:
    for bid in state.open_bids:
        told = HEADS_UP[bid.which] in event.told
        state = _put(state, _staged(bid, Stage.CANCEL_ASKED if told else Stage.CANCELLED, at))
    letters = _letters(event.outcome, event.told, event.round, at, cancel=True)
    return change(_sent(state, letters), stood_down=True, fallback_due=None, fallback_due_at=None)


def _cancelled(state: ReferralState, which: Which | None, at: datetime) -> ReferralState:
    for bid in state.bids.values():
        if bid.stage is Stage.CANCEL_ASKED and which in (None, bid.which):
            state = _put(state, _staged(bid, Stage.CANCELLED, at))
    return state


def _called_off(state: ReferralState, bid: Bid, at: datetime) -> ReferralState:
    letter = HEADS_UP[bid.which]
    if bid.stage in OPEN:
        state = _put(state, _staged(bid, Stage.CANCEL_ASKED, at))
    return _sent(state, {bid.key(letter, cancel=True): Sending(letter, True, StepState.SENT, at, bid.which)})


def _moved(state: ReferralState, bid: Bid, event: happened.Moved) -> ReferralState:
    heard = change(_heard(bid, event.at), objected=False) if event.by_facility else bid
    state = _put(state, change(_staged(heard, event.to, event.at), reason=event.reason))
    if event.to is Stage.ACCEPTED:
        moments = Moments(yes=state.moments.yes, accepted=event.at)  # a journey to the other facility was another
        state = change(state, fallback_due=None, fallback_due_at=None, moments=moments)
        return _extra_letters(state, bid, event.at) if bid.which is Which.FALLBACK else state
    name = {Stage.EN_ROUTE: "left", Stage.ARRIVED: "arrived", Stage.ADMITTED: "admitted"}.get(event.to)
    if event.to is Stage.RECEIVED:
        return change(state, received_at=state.received_at or event.at)
    return change(state, moments=change(state.moments, **{name: event.at})) if name else state


def _extra_letters(state: ReferralState, bid: Bid, at: datetime) -> ReferralState:
    """The driver and the escort learn that they go elsewhere."""
    for letter in (Letter.TRANSPORT, Letter.ESCORT):
        if bid.key(letter) in state.sendings:
            changed = Sending(f"{letter}:change", False, StepState.SENT, at)
            state = _sent(state, {bid.key(f"{letter}:change"): changed})
    return state


def _extra(state: ReferralState, bid: Bid, name: str, at: datetime) -> ReferralState:
    key = bid.key(f"{bid.which}:{name}")
    if key in state.sendings:
        return state
    return _sent(state, {key: Sending(f"{bid.which}:{name}", name == "late", StepState.SENT, at, bid.which)})


def _letters(
    outcome: OutcomeId, letters: Iterable[Letter], round: int, at: datetime, cancel: bool
) -> dict[str, Sending]:
    of_facility = {letter: which for which, letter in HEADS_UP.items()}
    return {
        message_key(outcome, letter, round, cancel): Sending(
            letter, cancel, StepState.SENT, at, of_facility.get(letter)
        )
        for letter in letters
    }


def _settled(state: ReferralState, key: str, to: StepState, at: datetime) -> ReferralState:
    settled = change(state.sendings[key], state=to, at=at)
    return change(state, sendings={**state.sendings, key: settled})


def _sent(state: ReferralState, sendings: dict[str, Sending]) -> ReferralState:
    return change(state, sendings={**state.sendings, **sendings})


def _put(state: ReferralState, bid: Bid) -> ReferralState:
    return change(state, bids={**state.bids, bid.which: bid})


def _staged(bid: Bid, stage: Stage, at: datetime) -> Bid:
    return change(bid, stage=stage, at=at)


def _heard(bid: Bid, at: datetime) -> Bid:
    return change(bid, heard_at=at if bid.heard_at is None else max(at, bid.heard_at))
