"""event -> outbox messages. Pure. But for the record, nothing says who it is about or what troubles them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.outbox import Message
from facilitator.infra.times import iso
from facilitator.referral import clocks
from facilitator.referral import events as happened
from facilitator.referral.arrangement import Arrangement, Channel, FacilityCard
from facilitator.referral.events import HEADS_UP, Event, Letter, message_key
from facilitator.referral.moves import Stage
from facilitator.referral.state import Bid, ReferralState
from facilitator.referral.summary import Clock, Which

LANE_LENGTH = 255

DESK = {letter: which for which, letter in HEADS_UP.items()}


class HeadsUp(msgspec.Struct, frozen=True):
    """What the facility's system is sent: enough to look up the bed it holds, and nobody's name."""

    type: str
    referral: ReferralId
    hold_number: str
    eta_minutes: int
    call_back_phone: str
    answer_by: str
    at: str


class CalledOff(msgspec.Struct, frozen=True):
    type: str
    referral: ReferralId
    hold_number: str
    call_back_phone: str
    at: str


class Note(msgspec.Struct, frozen=True):
    """A few words to one person's phone or mailbox; they may be read on a lock screen."""

    text: str


class Call(msgspec.Struct, frozen=True):
    """A call that somebody at the console has to make, and what to say."""

    who: str
    phone: str
    script: str


class Ring(msgspec.Struct, frozen=True):
    """A clock's message to ourselves; how long it runs is its channel's business (see channels.timer)."""

    which: Which
    clock: Clock
    after_s: float


class Reach(msgspec.Struct, frozen=True):
    """How one person is told: `kind` is the channel, `link` their own way to the hand-off page."""

    person: PersonId
    kind: str
    link: str


class Directions(msgspec.Struct, frozen=True):
    """Everything that a message of this referral is made from. `records` are composed bodies by message key."""

    referral: ReferralId
    facilities: dict[Which, FacilityCard]
    arrangement: Arrangement
    people: dict[Letter, Reach]
    records: dict[str, str] = {}

    def hold_number(self, which: Which) -> str:
        """The bed is held by the first facility alone."""
        hold = self.arrangement.hold
        return hold.number if hold and which is Which.PRIMARY else ""


def react(events: Iterable[Event], state: ReferralState, to: Directions, at: datetime) -> list[Message]:
    """The messages that `events` give rise to at `at`, in the order in which they matter.

    `state` is the one after them.
    """
    messages = [message for event in events for message in _because_of(event, state, to, at)]
    return sorted(messages, key=lambda message: message.kind == "clock")


def _because_of(event: Event, state: ReferralState, to: Directions, at: datetime) -> list[Message]:
    match event:
        case happened.Released():
            bid = state.bids[Which.PRIMARY]
            return [*(_go(bid, letter, to, at) for letter in event.steps), *_rings(bid, to)]
        case happened.FallbackReleased():
            bid = state.bids[Which.FALLBACK]
            return [_go(bid, Letter.FALLBACK, to, at), *_rings(bid, to)]
        case happened.FallbackDue():
            return [_ring(state.bids[Which.PRIMARY], Clock.CONFIRM, to)]
        case happened.CancelAsked():
            # Whoever cannot be reached any more must not keep the others from hearing of it.
            reached = [letter for letter in event.told if letter in DESK or letter in to.people]
            return [_off(event, letter, to, at) for letter in reached]
    return _to_one(event, state, to, at)


def _to_one(event: Event, state: ReferralState, to: Directions, at: datetime) -> list[Message]:
    match event:
        case happened.Unheard(which):
            return [_second_way(state.bids[which], to), _call(state.bids[which], to)]
        case happened.Undeliverable(which):
            return [_call(state.bids[which], to)]
        case happened.Reminded(which):
            return [_reminder(state.bids[which], to, at)]
        case happened.AcceptedLate(which):
            bid = state.bids[which]
            return [_called_off(bid.key(f"{which}:late"), which, to, at)]
        case happened.BidCalledOff(which):
            bid = state.bids[which]
            return [_called_off(bid.key(HEADS_UP[which], cancel=True), which, to, at)]
        case happened.Moved(Which.FALLBACK, Stage.ACCEPTED):
            return _elsewhere(state, to)
        case happened.RecordReleased(which, _, number):
            key = message_key(state.bids[which].outcome, f"record:{which}", number)
            return [_to_desk(key, "record", which, to.records[key], to)]
    return []


def _go(bid: Bid, letter: Letter, to: Directions, at: datetime) -> Message:
    key = bid.key(letter)
    if letter not in DESK:
        return _note(key, to.people[letter], f"Plan A is on. Open: {to.people[letter].link}", to.referral)
    return _to_desk(key, "webhook", bid.which, _json(_heads_up("referral.heads_up", bid, to, at)), to)


def _reminder(bid: Bid, to: Directions, at: datetime) -> Message:
    body = _json(_heads_up("referral.reminder", bid, to, at))
    return _to_desk(bid.key(f"{bid.which}:nudge"), "webhook", bid.which, body, to)


def _heads_up(type: str, bid: Bid, to: Directions, at: datetime) -> HeadsUp:
    answer_s = to.facilities[bid.which].clocks.answer_s
    return HeadsUp(
        type=type,
        referral=to.referral,
        hold_number=to.hold_number(bid.which),
        eta_minutes=to.arrangement.eta_minutes,
        call_back_phone=to.arrangement.call_back_phone,
        answer_by=iso(bid.sent_at + timedelta(seconds=answer_s)),
        at=iso(at),
    )


def _off(event: happened.CancelAsked, letter: Letter, to: Directions, at: datetime) -> Message:
    key = message_key(event.outcome, letter, event.round, cancel=True)
    if letter in DESK:
        return _called_off(key, DESK[letter], to, at)
    return _note(key, to.people[letter], "Plan A is off for now. Please wait for a call.", to.referral)


def _called_off(key: str, which: Which, to: Directions, at: datetime) -> Message:
    called_off = CalledOff(
        type="referral.called_off",
        referral=to.referral,
        hold_number=to.hold_number(which),
        call_back_phone=to.arrangement.call_back_phone,
        at=iso(at),
    )
    return _to_desk(key, "webhook", which, _json(called_off), to)


def _elsewhere(state: ReferralState, to: Directions) -> list[Message]:
    """Those who drive there, and were told of the first place, learn that it is another."""
    bid = state.bids[Which.FALLBACK]
    return [
        _note(bid.key(f"{letter}:change"), reach, f"Plan A has changed. Open: {reach.link}", to.referral)
        for letter, reach in to.people.items()
        if bid.key(f"{letter}:change") in state.sendings
    ]


def _second_way(bid: Bid, to: Directions) -> Message:
    card = to.facilities[bid.which]
    kind = "email" if card.email and card.channel is not Channel.LINK else "text"
    note = _json(Note("Plan A is on and waits for your answer."))
    return Message(bid.key(f"{bid.which}:note"), kind, f"facilities:{card.id}", note, to.referral)


def _call(bid: Bid, to: Directions) -> Message:
    card, number = to.facilities[bid.which], to.hold_number(bid.which)
    held = f" You hold bed {number} for us." if number else ""
    script = (
        f"Hello, we are sending somebody to you in about {to.arrangement.eta_minutes} minutes.{held}"
        " We wrote to you and do not know whether it arrived. Can you take them?"
        f" You can call us back at {to.arrangement.call_back_phone}."
    )
    body = _json(Call(card.name, card.phone, script))
    return Message(bid.key(f"{bid.which}:call"), "phone", f"facilities:{card.id}", body, to.referral)


def _rings(bid: Bid, to: Directions) -> list[Message]:
    return [_ring(bid, clock, to) for clock in (Clock.RECEIPT, Clock.REMINDER, Clock.ANSWER)]


def _ring(bid: Bid, clock: Clock, to: Directions) -> Message:
    after_s = clocks.length_s(clock, to.facilities[bid.which].clocks)
    return Message(
        key=clocks.key(bid, clock),
        kind="clock",
        to=f"referrals:{to.referral}",
        body=_json(Ring(bid.which, clock, after_s)),
        subject_id=to.referral,
        after_s=after_s,
    )


def _to_desk(key: str, kind: str, which: Which, body: str, to: Directions) -> Message:
    card = to.facilities[which]
    return Message(key, kind, f"facilities:{card.id}", body, to.referral, lane=_lane(card))


def _lane(card: FacilityCard) -> str:
    """What can make its messages wait: the server of the facility, or the gateway that takes along its link."""
    if card.channel is Channel.LINK:
        return "email" if card.email else "text"
    # Whatever is wrong with an address, it must not stop the "yes" itself: only cut here, never parsed.
    return "/".join(card.endpoint.split("/", 3)[:3])[:LANE_LENGTH]


def _note(key: str, reach: Reach, text: str, referral: ReferralId) -> Message:
    return Message(key, reach.kind, f"people:{reach.person}", _json(Note(text)), referral)


def _json(body: msgspec.Struct) -> str:
    return msgspec.json.encode(body).decode()
