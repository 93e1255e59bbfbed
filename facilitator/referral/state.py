"""The state of a referral: everything that its log amounts to. Pure."""

from datetime import datetime

import msgspec

from facilitator.infra.ids import OutcomeId
from facilitator.referral.events import HEADS_UP, Due, Letter, message_key
from facilitator.referral.moves import CALLED_OFF, ON_TRACK, OPEN, TURNED_BACK, WAITING, Stage
from facilitator.referral.summary import Consent, StepState, Which

__all__ = ["Bid", "Moments", "ReferralState", "Sending", "Stage"]


class Sending(msgspec.Struct, frozen=True):
    """One message of this referral and how far it came; `at` is when it got there."""

    name: str
    cancel: bool
    state: StepState
    at: datetime
    which: Which | None = None


class Bid(msgspec.Struct, frozen=True):
    """What one facility was asked, and where that stands since `at`.

    `heard_at` is the time that the facility itself gave its newest answer; what is older says nothing any more.
    """

    which: Which
    outcome: OutcomeId
    round: int
    stage: Stage
    at: datetime
    sent_at: datetime
    heard_at: datetime | None = None
    reason: str | None = None
    asked_more: bool = False
    unheard: bool = False
    reminded: bool = False
    timed_out: bool = False
    accepted_late: bool = False
    objected: bool = False
    records: int = 0

    @property
    def waits(self) -> bool:
        return self.stage in WAITING

    @property
    def lost(self) -> bool:
        return self.stage in CALLED_OFF

    def key(self, name: str, cancel: bool = False) -> str:
        """The key of a message of this bid's round."""
        return message_key(self.outcome, name, self.round, cancel)

    @property
    def heads_up_key(self) -> str:
        return self.key(HEADS_UP[self.which])

    @property
    def record_key(self) -> str | None:
        """The newest record's; None before the first."""
        return message_key(self.outcome, f"record:{self.which}", self.records) if self.records else None


class Moments(msgspec.Struct, frozen=True):
    yes: datetime | None = None
    left: datetime | None = None
    arrived: datetime | None = None
    admitted: datetime | None = None
    accepted: datetime | None = None


class ReferralState(msgspec.Struct, frozen=True):
    """`prepared` is the stage before the first "yes", `planned` the two facilities.

    `sendings` are all rounds' messages by key, oldest first.
    """

    prepared: Stage | None = None
    planned: tuple[str, str] | None = None
    round: int = 0
    outcome: OutcomeId | None = None
    held_back: OutcomeId | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    stood_down: bool = False
    bids: dict[Which, Bid] = {}
    fallback_due: Due | None = None
    fallback_due_at: datetime | None = None
    moments: Moments = Moments()
    consent: str | None = None
    consent_state: Consent = Consent.WAITING
    consent_names: tuple[Which, ...] = ()
    sendings: dict[str, Sending] = {}

    @property
    def current(self) -> tuple[Bid, ...]:
        """The bids of this round, the first facility's first."""
        return tuple(bid for which in Which if (bid := self.bids.get(which)) and bid.round == self.round)

    @property
    def open_bids(self) -> tuple[Bid, ...]:
        """Those where somebody may be expected."""
        return tuple(bid for bid in self.current if bid.stage in OPEN)

    @property
    def in_play(self) -> Bid | None:
        """The bid that the referral's own stage is taken from."""
        newest_first = self.current[::-1]
        for group in (ON_TRACK, WAITING, TURNED_BACK):
            for bid in newest_first:
                if bid.stage in group:
                    return bid
        return newest_first[0] if newest_first else None

    @property
    def stage(self) -> Stage | None:
        if self.stood_down:
            asked = any(bid.stage is Stage.CANCEL_ASKED for bid in self.current)
            return Stage.CANCEL_ASKED if asked else Stage.CANCELLED
        return self.in_play.stage if self.in_play else self.prepared

    @property
    def reopened(self) -> bool:
        """The "yes" did not hold: it may be given again, or something else recorded."""
        return self.stage in TURNED_BACK

    @property
    def fallback_released(self) -> bool:
        return any(bid.which is Which.FALLBACK for bid in self.current)

    @property
    def may_fall_back(self) -> bool:
        """Whether the second facility can still be asked in this round."""
        taken = any(bid.stage in ON_TRACK for bid in self.current)
        return self.round > 0 and not self.stood_down and not self.fallback_released and not taken

    def key(self, letter: Letter, cancel: bool = False) -> str | None:
        """The key of this round's message to `letter`; None before the first round."""
        return None if self.outcome is None else message_key(self.outcome, letter, self.round, cancel)

    def latest(self, letter: Letter) -> Sending | None:
        """This round's last word to whoever `letter` is for."""
        return self.sendings.get(self.key(letter, cancel=True) or "") or self.sendings.get(self.key(letter) or "")
