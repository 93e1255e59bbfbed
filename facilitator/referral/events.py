"""What happens to a referral. Ids and rule names only: the log outlives the texts it is about."""

import msgspec

from facilitator.infra.ids import OutcomeId
from facilitator.referral.summary import StepName as Step


class Planned(msgspec.Struct, frozen=True, tag=True):
    primary: str
    fallback: str


class Armed(msgspec.Struct, frozen=True, tag=True):
    """Every item is ready."""


class Disarmed(msgspec.Struct, frozen=True, tag=True):
    """An item is no longer ready."""


class Released(msgspec.Struct, frozen=True, tag=True):
    """Messages to all `steps` were written. `round` counts from 1: a "yes" may be taken back and given again."""

    outcome: OutcomeId
    round: int
    steps: tuple[Step, ...]


class NotReleased(msgspec.Struct, frozen=True, tag=True):
    """A "yes" came before the referral was armed; people must call."""

    outcome: OutcomeId


class Arrived(msgspec.Struct, frozen=True, tag=True):
    key: str


class GivenUp(msgspec.Struct, frozen=True, tag=True):
    """`why` is a status or an error's name."""

    key: str
    why: str


class Received(msgspec.Struct, frozen=True, tag=True):
    """The facility's system acknowledged the heads-up. A person's answer comes later."""


class CancelAsked(msgspec.Struct, frozen=True, tag=True):
    """Cancellations to all `told` were written."""

    outcome: OutcomeId
    round: int
    told: tuple[Step, ...]


class Cancelled(msgspec.Struct, frozen=True, tag=True):
    """The facility knows, or never knew."""


Event = (
    Planned | Armed | Disarmed | Released | NotReleased | Arrived | GivenUp | Received | CancelAsked | Cancelled
)


def message_key(outcome: OutcomeId, step: Step, round: int, cancel: bool = False) -> str:
    """The key that one message has everywhere: outbox, webhook-id, the receiver's memory."""
    again = f":{round}" if round > 1 else ""
    return f"{outcome}:{step}{':cancel' if cancel else ''}{again}"
