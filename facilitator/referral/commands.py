"""What may be asked of a referral."""

from datetime import datetime

import msgspec

from facilitator.infra.ids import OutcomeId
from facilitator.referral.answer import AnswerState
from facilitator.referral.events import Letter
from facilitator.referral.moves import Stage, Who
from facilitator.referral.summary import Which


class Actor(msgspec.Struct, frozen=True):
    """Who asks: `id` is a person's or a facility's; the log keeps it."""

    who: Who
    id: str


SYSTEM = Actor(Who.SYSTEM, "system")


class Plan(msgspec.Struct, frozen=True):
    primary: str
    fallback: str


class Review(msgspec.Struct, frozen=True):
    """Arm it or disarm it, by what is lacking."""

    lacks: tuple[str, ...]


class Withdraw(msgspec.Struct, frozen=True):
    """It is not needed any more, and was never sent."""

    reason: str


class Activate(msgspec.Struct, frozen=True):
    """The loved one said yes. `steps` are those with somebody to tell."""

    outcome: OutcomeId
    steps: tuple[Letter, ...]


class Resend(msgspec.Struct, frozen=True):
    """Begin anew with the first facility: the same "yes" still stands."""

    steps: tuple[Letter, ...]


class TakeReceipt(msgspec.Struct, frozen=True):
    """The message with this key arrived; `by_system` where the facility's own system took it."""

    key: str
    by_system: bool = True


class TakeFailure(msgspec.Struct, frozen=True):
    """The message with this key was given up. `ask_first`: the second facility waits for the moderator."""

    key: str
    why: str
    ask_first: bool = False


class TakeAnswer(msgspec.Struct, frozen=True):
    """A facility's answer; `at` (aware UTC) is when it was given. `ask_first` as in TakeFailure."""

    which: Which
    said: AnswerState
    at: datetime
    reason: str | None = None
    ask_first: bool = False


class Object(msgspec.Struct, frozen=True):
    """A facility's "no" was refused, because it had said yes."""

    which: Which


class ClockRan(msgspec.Struct, frozen=True):
    """The clock whose message has this key ran out."""

    key: str


class Fallback(msgspec.Struct, frozen=True):
    """Ask the second facility."""


class Go(msgspec.Struct, frozen=True):
    """Those who travel say how far they are; see answering.JOURNEY."""

    to: Stage
    at: datetime


class StandDown(msgspec.Struct, frozen=True):
    """The "yes" no longer stands. `told` are those who may know of it already."""

    told: tuple[Letter, ...]


class GiveConsent(msgspec.Struct, frozen=True):
    """The loved one signed; `names` are the facilities that the consent speaks of."""

    consent: str
    names: tuple[Which, ...]


class RevokeConsent(msgspec.Struct, frozen=True):
    """`got` are the facilities that may have the record already."""

    consent: str
    got: tuple[Which, ...]


Command = (
    Plan | Review | Withdraw | Activate | Resend | TakeReceipt | TakeFailure | TakeAnswer | Object | ClockRan
    | Fallback | Go | StandDown | GiveConsent | RevokeConsent
)  # fmt: skip

_LEADS = frozenset({Who.SYSTEM, Who.PROFESSIONAL})
_SYSTEM = frozenset({Who.SYSTEM})

MAY_ASK: dict[type[Command], frozenset[Who]] = {
    Plan: _LEADS,
    Review: _LEADS,
    Withdraw: frozenset({Who.PROFESSIONAL}),
    Activate: _LEADS,
    Resend: frozenset({Who.PROFESSIONAL}),
    TakeReceipt: _SYSTEM,
    TakeFailure: _SYSTEM,
    TakeAnswer: frozenset({Who.FACILITY}),
    Object: frozenset({Who.FACILITY}),
    ClockRan: _SYSTEM,
    Fallback: frozenset({Who.PROFESSIONAL}),
    Go: frozenset({Who.ESCORT, Who.DRIVER, Who.PROFESSIONAL}),
    StandDown: _LEADS,
    GiveConsent: frozenset({Who.LOVED_ONE, Who.PROFESSIONAL}),
    RevokeConsent: frozenset({Who.LOVED_ONE, Who.PROFESSIONAL}),
}
