"""Messages to a facility's system, signed as Standard Webhooks with the message's key as their id."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import requests
from standardwebhooks.webhooks import Webhook

from facilitator.infra import clock, db
from facilitator.infra.dispatcher import Delivered, Refusal, TryLater, Verdict
from facilitator.infra.outbox import Claimed
from facilitator.infra.refusal import Refused
from facilitator.referral import facilities
from facilitator.referral.channels import addresses

CONNECT_S = 2.0
READ_S = 5.0
FINAL = (400, 410)
"""The other side will never take this body, or wants nothing any more."""


class WebhookChannel:
    """`loopback_allowed` is for the demonstration, whose facility is this server."""

    def __init__(self, loopback_allowed: bool) -> None:
        self._loopback_allowed = loopback_allowed

    def send(self, message: Claimed) -> Verdict:
        with db.reading() as tx:
            endpoint, secret = facilities.endpoint_and_secret(tx, message.to.removeprefix("facilities:"))
        try:
            target = addresses.resolve(endpoint, self._loopback_allowed)
        except Refused as refused:
            return Refusal(refused.code)
        except (OSError, UnicodeError):
            return TryLater("name not found")
        try:
            with target.session() as session:
                return _post(session, target.url, _signed(message, secret), message.body)
        except requests.RequestException as trouble:
            return TryLater(type(trouble).__name__)


def _post(session: requests.Session, url: str, headers: dict[str, str], body: str) -> Verdict:
    """Only the status counts; the answer's body is not read, however long it may be."""
    with session.post(
        url,
        data=body.encode(),
        headers=headers,
        timeout=(CONNECT_S, READ_S),
        allow_redirects=False,
        stream=True,
    ) as answer:
        return _verdict(answer)


def _signed(message: Claimed, secret: str) -> dict[str, str]:
    at = clock.now()
    return {
        "content-type": "application/json",
        "user-agent": "facilitator",
        "webhook-id": message.key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message.key, at, message.body),
    }


def _verdict(answer: requests.Response) -> Verdict:
    if 200 <= answer.status_code < 300:
        return Delivered()
    why = f"status {answer.status_code}"
    if answer.status_code in FINAL:
        return Refusal(why)
    return TryLater(why, _retry_after_s(answer.headers.get("retry-after"), clock.now()))


def _retry_after_s(value: str | None, at: datetime) -> float | None:
    """Seconds, from either form that HTTP allows; None where there is none that can be read."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - at).total_seconds())
    except (ValueError, TypeError):
        return None
