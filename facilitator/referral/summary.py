"""A referral as others may show it: plain values, no table behind them."""

from enum import StrEnum

import msgspec

from facilitator.infra.ids import ReferralId


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


class ReferralSummary(msgspec.Struct, frozen=True):
    id: ReferralId
    state: str
    armed: bool
    primary: Place
    fallback: Place
    steps: tuple[Step, ...] = ()
    gaps: tuple[str, ...] = ()
    sent_at: str | None = None
    received_at: str | None = None
