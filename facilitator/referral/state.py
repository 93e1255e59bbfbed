"""The state of a referral: what its log amounts to. Pure."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import assert_never

import msgspec

from facilitator.infra.ids import OutcomeId
from facilitator.referral import events as happened
from facilitator.referral.events import Event, message_key
from facilitator.referral.summary import StepName as Step
from facilitator.referral.summary import StepState


class Stage(StrEnum):
    PLANNED = "planned"
    ARMED = "armed"
    SENT = "sent"
    RECEIVED = "received"
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "cancelled"


class Sending(msgspec.Struct, frozen=True):
    """One message of this referral and how far it came; `at` is when it got there."""

    step: Step
    cancel: bool
    state: StepState
    at: datetime


class ReferralState(msgspec.Struct, frozen=True):
    """`sendings` by message key, oldest first; those of earlier rounds stay."""

    stage: Stage | None = None
    round: int = 0
    outcome: OutcomeId | None = None
    held_back: OutcomeId | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    sendings: dict[str, Sending] = {}

    def key(self, step: Step, cancel: bool = False) -> str | None:
        """The key of this round's message about `step`; None before the first round."""
        return None if self.outcome is None else message_key(self.outcome, step, self.round, cancel)

    def latest(self, step: Step) -> Sending | None:
        """This round's last word to whoever does `step`."""
        return self.sendings.get(self.key(step, cancel=True) or "") or self.sendings.get(self.key(step) or "")


def evolve(state: ReferralState, event: Event, at: datetime) -> ReferralState:  # noqa: C901 - one line an event
    """The state after `event`, which happened at `at`."""
    change = msgspec.structs.replace
    match event:
        case happened.Planned() | happened.Disarmed():
            return change(state, stage=Stage.PLANNED)
        case happened.Armed():
            return change(state, stage=Stage.ARMED)
        case happened.Released():
            return _released(state, event, at)
        case happened.NotReleased():
            return change(state, held_back=event.outcome)
        case happened.Arrived():
            return _moved(state, event.key, StepState.DELIVERED, at)
        case happened.GivenUp():
            return _moved(state, event.key, StepState.FAILED, at)
        case happened.Received():
            return change(state, stage=Stage.RECEIVED, received_at=at)
        case happened.CancelAsked():
            sendings = _sendings(event.outcome, event.told, event.round, at, cancel=True)
            return change(state, stage=Stage.CANCEL_ASKED, sendings={**state.sendings, **sendings})
        case happened.Cancelled():
            return change(state, stage=Stage.CANCELLED)
        case _:
            assert_never(event)


def _released(state: ReferralState, event: happened.Released, at: datetime) -> ReferralState:
    sendings = _sendings(event.outcome, event.steps, event.round, at, cancel=False)
    return msgspec.structs.replace(
        state,
        stage=Stage.SENT,
        round=event.round,
        outcome=event.outcome,
        held_back=None,
        sent_at=at,
        received_at=None,
        sendings={**state.sendings, **sendings},
    )


def _sendings(
    outcome: OutcomeId, steps: Iterable[Step], round: int, at: datetime, cancel: bool
) -> dict[str, Sending]:
    return {message_key(outcome, step, round, cancel): Sending(step, cancel, StepState.SENT, at) for step in steps}


def _moved(state: ReferralState, key: str, to: StepState, at: datetime) -> ReferralState:
    moved = msgspec.structs.replace(state.sendings[key], state=to, at=at)
    return msgspec.structs.replace(state, sendings={**state.sendings, key: moved})
