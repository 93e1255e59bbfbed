"""One signed request to a facility's system: where it may go, how long it may take, what came back."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import msgspec
import requests
from standardwebhooks.webhooks import Webhook

from facilitator.infra import clock, crash, db
from facilitator.infra.dispatcher import Refusal, TryLater
from facilitator.infra.refusal import Refused
from facilitator.referral import lines
from facilitator.referral.channels import addresses

CONNECT_S = 2.0
READ_S = 5.0
LONGEST_ANSWER_BYTES = 256 * 1024
GONE = 410


class Reply(msgspec.Struct, frozen=True):
    """`body` is empty unless it was asked for; `retry_after_s` is None where none was named."""

    status: int
    retry_after_s: float | None = None
    body: bytes = b""

    @property
    def why(self) -> str:
        return f"status {self.status}"


class Parcel(msgspec.Struct, frozen=True):
    """`key` is the message's own, and by it the other side knows a repeat. `reads` asks for the answer's body."""

    facility: str
    key: str
    body: bytes
    content_type: str = "application/json"
    reads: bool = False


def post(parcel: Parcel, loopback_allowed: bool) -> Reply | TryLater | Refusal:
    """What the facility's system answered, or why it could not be asked. A 410 closes the line for good."""
    with db.reading() as tx:
        line = lines.line(tx, parcel.facility, clock.now())
    if line.gone:
        return Refusal("gone")
    try:
        target = addresses.resolve(line.endpoint, loopback_allowed)
    except Refused as refused:
        return Refusal(refused.code)
    except (OSError, UnicodeError):
        return TryLater("name not found")
    try:
        reply = _asked(parcel, target, line.secrets)
    except requests.RequestException as trouble:
        return TryLater(type(trouble).__name__)
    if reply.status == GONE:
        with db.writing() as tx:
            lines.close(tx, parcel.facility, clock.now())
        crash.here("line_closed")
    return reply


def retry_after_s(value: str | None, at: datetime) -> float | None:
    """Seconds, from either form that HTTP allows; None where there is none that can be read."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - at).total_seconds())
    except (ValueError, TypeError):
        return None


def _asked(parcel: Parcel, target: addresses.Target, secrets: tuple[str, ...]) -> Reply:
    """Where the answer's body says nothing to us it is not read, however long it may be."""
    with (
        target.session() as session,
        session.post(
            target.url,
            data=parcel.body,
            headers=_headers(parcel, secrets),
            timeout=(CONNECT_S, READ_S),
            allow_redirects=False,
            stream=True,
        ) as answer,
    ):
        body = next(answer.iter_content(LONGEST_ANSWER_BYTES), b"") if parcel.reads else b""
        wait_s = retry_after_s(answer.headers.get("retry-after"), clock.now())
        return Reply(answer.status_code, wait_s, body)


def _headers(parcel: Parcel, secrets: tuple[str, ...]) -> dict[str, str]:
    """Signed with each secret that holds: while one replaces another, the other side may know either."""
    at, text = clock.now(), parcel.body.decode()
    return {
        "content-type": parcel.content_type,
        "user-agent": "facilitator",
        "webhook-id": parcel.key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(parcel.key, at, text) for secret in secrets),
    }
