"""What may be asked of a referral."""

import msgspec

from facilitator.infra.ids import OutcomeId
from facilitator.referral.summary import StepName as Step


class Plan(msgspec.Struct, frozen=True):
    primary: str
    fallback: str


class Review(msgspec.Struct, frozen=True):
    """Arm it or disarm it, by what is lacking."""

    lacks: tuple[str, ...]


class Activate(msgspec.Struct, frozen=True):
    """The loved one said yes. `steps` are those with somebody to tell."""

    outcome: OutcomeId
    steps: tuple[Step, ...]


class TakeReceipt(msgspec.Struct, frozen=True):
    """The message with this key arrived."""

    key: str


class TakeFailure(msgspec.Struct, frozen=True):
    """The message with this key was given up."""

    key: str
    why: str


class StandDown(msgspec.Struct, frozen=True):
    """The "yes" no longer stands. `told` are those who may know of it already."""

    told: tuple[Step, ...]


Command = Plan | Review | Activate | TakeReceipt | TakeFailure | StandDown
