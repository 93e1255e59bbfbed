"""Clocks of a referral: a message to nobody that falls due later. That it came is all there is to it."""

from datetime import datetime

import msgspec

from facilitator.infra import clock
from facilitator.infra.dispatcher import Delivered, NotYet, Verdict
from facilitator.infra.jumps import HERE, Jumps
from facilitator.infra.outbox import Claimed

EARLY_S = 1.0
"""So little too early does not matter."""


class Due(msgspec.Struct, frozen=True):
    """What the body of a clock's message says of its time: after a while, or at a moment (aware UTC)."""

    after_s: float | None = None
    at: datetime | None = None


class ClockChannel:
    """A clock that was set, forward or back, makes nothing ring early."""

    def __init__(self, jumps: Jumps = HERE) -> None:
        self._jumps = jumps

    def send(self, message: Claimed) -> Verdict:
        """What follows is decided on the state as it is by then, where the message is marked as delivered."""
        left_s = self._left_s(msgspec.json.decode(message.body, type=Due), message.written_at)
        return NotYet(left_s) if left_s > EARLY_S else Delivered()

    def _left_s(self, due: Due, written_at: datetime) -> float:
        if due.at is not None:
            return (due.at - clock.now()).total_seconds()
        return 0.0 if due.after_s is None else due.after_s - self._jumps.passed_s(written_at)
