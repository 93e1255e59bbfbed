"""A referral as others may show it: plain values, no table behind them."""

from enum import StrEnum

import msgspec

from facilitator.infra.ids import ReferralId


class Which(StrEnum):
    """Which of the two facilities."""

    PRIMARY = "primary"
    FALLBACK = "fallback"


class Clock(StrEnum):
    """What a facility is given time for; `confirm` is the moderator's time to agree to the second facility."""

    RECEIPT = "receipt"
    REMINDER = "reminder"
    ANSWER = "answer"
    CONFIRM = "confirm"


class Consent(StrEnum):
    WAITING = "waiting"
    SIGNED = "signed"
    REVOKED = "revoked"


class StepName(StrEnum):
    FACILITY = "facility"
    TRANSPORT = "transport"
    ESCORT = "escort"


class StepState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Step(msgspec.Struct, frozen=True):
    """One message of the hand-off. `at` is ISO 8601 UTC, when it came to be in this state."""

    name: StepName
    label: str
    state: StepState
    at: str | None


class Place(msgspec.Struct, frozen=True):
    name: str
    phone: str


class BidView(msgspec.Struct, frozen=True):
    """Where one facility stands since `at`; `answer_by` while it owes an answer, `reason` once it said no.

    Times are ISO 8601 UTC.
    """

    which: Which
    place: Place
    stage: str
    at: str
    answer_by: str | None = None
    reason: str | None = None


class ClockView(msgspec.Struct, frozen=True):
    """A clock that runs: at `due_at` (ISO 8601 UTC) something happens by itself."""

    which: Which
    clock: Clock
    due_at: str


class Moments(msgspec.Struct, frozen=True):
    """When it happened, ISO 8601 UTC: the minutes from the "yes" are counted from these."""

    yes: str | None = None
    left: str | None = None
    arrived: str | None = None
    admitted: str | None = None
    accepted: str | None = None


class TaskView(msgspec.Struct, frozen=True):
    """A call that a person has to make; `done_at` once somebody said that they made it."""

    key: str
    who: str
    phone: str
    script: str
    at: str
    done_at: str | None = None


class ReferralSummary(msgspec.Struct, frozen=True):
    """`stage` repeats `state`; `reopened` means that the "yes" did not hold and the outcome may be given anew."""

    id: ReferralId
    state: str
    armed: bool
    primary: Place
    fallback: Place
    steps: tuple[Step, ...] = ()
    gaps: tuple[str, ...] = ()
    sent_at: str | None = None
    received_at: str | None = None
    stage: str = ""
    bids: tuple[BidView, ...] = ()
    moments: Moments = Moments()
    clocks: tuple[ClockView, ...] = ()
    fallback_due: bool = False
    reopened: bool = False
    consent: Consent = Consent.WAITING
    tasks: tuple[TaskView, ...] = ()
