"""What happens to a referral. Ids and rule names only: the log outlives the texts it is about."""

from datetime import datetime
from enum import StrEnum

import msgspec

from facilitator.infra.ids import OutcomeId
from facilitator.referral.moves import Stage
from facilitator.referral.summary import Which


class Letter(StrEnum):
    """Whom the first message of a round is for."""

    FACILITY = "facility"
    FALLBACK = "fallback"
    TRANSPORT = "transport"
    ESCORT = "escort"


HEADS_UP = {Which.PRIMARY: Letter.FACILITY, Which.FALLBACK: Letter.FALLBACK}


class Due(StrEnum):
    """Why the second facility's turn comes."""

    SILENCE = "silence"
    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"


class Planned(msgspec.Struct, frozen=True, tag=True):
    primary: str
    fallback: str


class Armed(msgspec.Struct, frozen=True, tag=True):
    """Every item is ready."""


class Disarmed(msgspec.Struct, frozen=True, tag=True):
    """An item is no longer ready."""


class Withdrawn(msgspec.Struct, frozen=True, tag=True):
    """It will not be used; why is kept apart, sealed."""


class Released(msgspec.Struct, frozen=True, tag=True):
    """Messages to all `steps` were written. `round` counts from 1: a "yes" may be taken back and given again."""

    outcome: OutcomeId
    round: int
    steps: tuple[Letter, ...]


class NotReleased(msgspec.Struct, frozen=True, tag=True):
    """A "yes" came before the referral was armed; people must call."""

    outcome: OutcomeId


class Arrived(msgspec.Struct, frozen=True, tag=True):
    """The message with this key got there. The person's own arrival is a `Moved`."""

    key: str


class GivenUp(msgspec.Struct, frozen=True, tag=True):
    """`why` is a status or an error's name."""

    key: str
    why: str


class Received(msgspec.Struct, frozen=True, tag=True):
    """The facility's system acknowledged the heads-up. A person's answer comes later."""

    which: Which = Which.PRIMARY


class Undeliverable(msgspec.Struct, frozen=True, tag=True):
    """The heads-up was given up."""

    which: Which


class Unheard(msgspec.Struct, frozen=True, tag=True):
    """No receipt came in time: a second way was tried, and somebody was asked to call."""

    which: Which


class Reminded(msgspec.Struct, frozen=True, tag=True):
    which: Which


class TimedOut(msgspec.Struct, frozen=True, tag=True):
    """Nobody there said yes or no in time. They still may."""

    which: Which


class Moved(msgspec.Struct, frozen=True, tag=True):
    """Somebody said how far it came with this facility, and when that was (`at`, aware UTC).

    `reason` is one of answer.DeclineReason.
    """

    which: Which
    to: Stage
    at: datetime
    reason: str | None = None
    by_facility: bool = True


class AskedMore(msgspec.Struct, frozen=True, tag=True):
    """The facility wants to know more before it says yes or no."""

    which: Which
    at: datetime


class Objected(msgspec.Struct, frozen=True, tag=True):
    """A facility that had said yes tried to say no. It moved nothing; somebody has to call them."""

    which: Which


class AcceptedLate(msgspec.Struct, frozen=True, tag=True):
    """A facility that was called off said yes; it was told once more that nobody comes."""

    which: Which
    at: datetime


class FallbackDue(msgspec.Struct, frozen=True, tag=True):
    """The moderator is asked whether the second facility shall be."""

    why: Due


class FallbackReleased(msgspec.Struct, frozen=True, tag=True):
    """The heads-up to the second facility was written."""

    why: Due | None = None


class BidCalledOff(msgspec.Struct, frozen=True, tag=True):
    """One facility is told that nobody comes."""

    which: Which


class CancelAsked(msgspec.Struct, frozen=True, tag=True):
    """The "yes" was taken back: cancellations to all `told` were written."""

    outcome: OutcomeId
    round: int
    told: tuple[Letter, ...]


class Cancelled(msgspec.Struct, frozen=True, tag=True):
    """The facility knows, or never knew. Without `which`, every one."""

    which: Which | None = None


class ConsentSigned(msgspec.Struct, frozen=True, tag=True):
    """`names` are the facilities that it speaks of."""

    consent: str
    names: tuple[Which, ...]


class ConsentTakenBack(msgspec.Struct, frozen=True, tag=True):
    consent: str


class RecordReleased(msgspec.Struct, frozen=True, tag=True):
    """The identified record was written to a facility. `round` counts those to it, from 1."""

    which: Which
    consent: str
    round: int


Event = (
    Planned | Armed | Disarmed | Withdrawn | Released | NotReleased | Arrived | GivenUp | Received
    | Undeliverable | Unheard | Reminded | TimedOut | Moved | AskedMore | Objected | AcceptedLate
    | FallbackDue | FallbackReleased | BidCalledOff | CancelAsked | Cancelled
    | ConsentSigned | ConsentTakenBack | RecordReleased
)  # fmt: skip


def message_key(outcome: OutcomeId, name: str, round: int, cancel: bool = False) -> str:
    """The key that one message has everywhere: outbox, webhook-id, the receiver's memory."""
    again = f":{round}" if round > 1 else ""
    return f"{outcome}:{name}{':cancel' if cancel else ''}{again}"
