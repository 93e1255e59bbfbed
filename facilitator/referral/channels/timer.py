"""Clocks of a referral: a message to nobody that falls due later. That it came is all there is to it."""

from facilitator.infra.dispatcher import Delivered, Verdict
from facilitator.infra.outbox import Claimed


class ClockChannel:
    def send(self, message: Claimed) -> Verdict:
        """What follows is decided on the state as it is by then, where the message is marked as delivered."""
        return Delivered()
