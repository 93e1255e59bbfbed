"""event -> outbox messages. Pure. Nothing that leaves here says who it is about or what troubles them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.outbox import Message
from facilitator.infra.times import iso
from facilitator.referral import events as happened
from facilitator.referral.arrangement import Arrangement, FacilityCard
from facilitator.referral.events import Event, message_key
from facilitator.referral.summary import StepName as Step

LANE_LENGTH = 255

ANSWER_WITHIN = timedelta(minutes=15)
"""After so long without a person's answer the second facility's turn comes."""


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


class Reach(msgspec.Struct, frozen=True):
    """How one person is told: `kind` is the channel, `link` their own way to the hand-off page."""

    person: PersonId
    kind: str
    link: str


class Directions(msgspec.Struct, frozen=True):
    """Everything that a message of this referral is made from."""

    referral: ReferralId
    facility: FacilityCard
    arrangement: Arrangement
    people: dict[Step, Reach]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Those with somebody to tell."""
        return (Step.FACILITY, *(step for step in (Step.TRANSPORT, Step.ESCORT) if step in self.people))


def react(events: Iterable[Event], to: Directions, at: datetime) -> list[Message]:
    """The messages that `events` give rise to at `at`, in the order in which they matter."""
    messages: list[Message] = []
    for event in events:
        if isinstance(event, happened.Released):
            messages += [_go(event, step, to, at) for step in event.steps]
        elif isinstance(event, happened.CancelAsked):
            messages += [_off(event, step, to, at) for step in event.told]
    return messages


def _go(event: happened.Released, step: Step, to: Directions, at: datetime) -> Message:
    key = message_key(event.outcome, step, event.round)
    if step is not Step.FACILITY:
        return _note(key, to.people[step], f"Plan A is on. Open: {to.people[step].link}", to.referral)
    hold = to.arrangement.hold
    heads_up = HeadsUp(
        type="referral.heads_up",
        referral=to.referral,
        hold_number=hold.number if hold else "",
        eta_minutes=to.arrangement.eta_minutes,
        call_back_phone=to.arrangement.call_back_phone,
        answer_by=iso(at + ANSWER_WITHIN),
        at=iso(at),
    )
    return _webhook(key, heads_up, to)


def _off(event: happened.CancelAsked, step: Step, to: Directions, at: datetime) -> Message:
    key = message_key(event.outcome, step, event.round, cancel=True)
    if step is not Step.FACILITY:
        return _note(key, to.people[step], "Plan A is off for now. Please wait for a call.", to.referral)
    hold = to.arrangement.hold
    called_off = CalledOff(
        type="referral.called_off",
        referral=to.referral,
        hold_number=hold.number if hold else "",
        call_back_phone=to.arrangement.call_back_phone,
        at=iso(at),
    )
    return _webhook(key, called_off, to)


def _webhook(key: str, body: HeadsUp | CalledOff, to: Directions) -> Message:
    # Whatever is wrong with an address, it must not stop the "yes" itself: only cut here, never parsed.
    server = "/".join(to.facility.endpoint.split("/", 3)[:3])[:LANE_LENGTH]
    return Message(key, "webhook", f"facilities:{to.facility.id}", _json(body), to.referral, lane=server)


def _note(key: str, reach: Reach, text: str, referral: ReferralId) -> Message:
    return Message(key, reach.kind, f"people:{reach.person}", _json(Note(text)), referral)


def _json(body: msgspec.Struct) -> str:
    return msgspec.json.encode(body).decode()
