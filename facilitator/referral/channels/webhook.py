"""Messages to a facility's system, signed as Standard Webhooks with the message's key as their id."""

from facilitator.infra.dispatcher import Delivered, Refusal, TryLater, Verdict
from facilitator.infra.outbox import Claimed
from facilitator.referral.channels.post import GONE, Parcel, Reply, post

FINAL = (400, GONE)
"""The other side will never take this body, or wants nothing any more."""


class WebhookChannel:
    """`loopback_allowed` is for the demonstration, whose facility is this server."""

    def __init__(self, loopback_allowed: bool) -> None:
        self._loopback_allowed = loopback_allowed

    def send(self, message: Claimed) -> Verdict:
        facility = message.to.removeprefix("facilities:")
        reply = post(Parcel(facility, message.key, message.body.encode()), self._loopback_allowed)
        return _verdict(reply) if isinstance(reply, Reply) else reply


def _verdict(reply: Reply) -> Verdict:
    if 200 <= reply.status < 300:
        return Delivered()
    if reply.status in FINAL:
        return Refusal(reply.why)
    return TryLater(reply.why, reply.retry_after_s)
