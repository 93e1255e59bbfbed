"""Stands in for the demonstration's facility, driver and escort: takes their messages and shows them."""

from datetime import datetime
from ipaddress import ip_address

import msgspec
from flask import Blueprint, Response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from facilitator.demo.tables import DemoDelivery
from facilitator.infra import clock, crypto, db
from facilitator.infra.ids import ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people.sign_in import csrf
from facilitator.referral import service as referral

blueprint = Blueprint("demo", __name__)

SHOWN = 100


class Addressed(msgspec.Struct, frozen=True):
    """All that must be read of a message before its signature is checked. A test names its line instead."""

    referral: ReferralId | None = None
    facility: str | None = None


class Received(msgspec.Struct, frozen=True):
    """One message as `demo/received.html` shows it. `verified` is None where nothing is signed."""

    to_label: str
    kind: str
    verified: bool | None
    at: datetime
    body: str


@blueprint.before_request
def only_from_this_machine() -> None:
    if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - an address to compare with
        raise Refused("not_found", "There is no such page.")


@blueprint.post("/demo/facility/<any(primary, fallback):which>")
@csrf.exempt  # type: ignore[untyped-decorator] # the library has no types
def take_delivery(which: str) -> Response:
    """Like any receiver of signed webhooks: checks the signature, keeps each id once, answers quickly."""
    body = request.get_data()
    addressed = _addressed(body)
    with db.reading() as tx:
        about, secret = _about(tx, addressed, which)
    try:
        Webhook(secret).verify(body, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError) as wrong:
        raise Refused("not_allowed", "The signature does not fit this message.") from wrong
    with db.writing() as tx:
        _keep(tx, request.headers["webhook-id"], about, which, body.decode())
    return Response(status=204)


@blueprint.get("/demo/received")
def received_page() -> str:
    with db.reading() as tx:
        messages = sorted([*_webhooks(tx), *_notes(tx)], key=lambda message: message.at, reverse=True)
    return render_template("demo/received.html", messages=messages[:SHOWN])


def _addressed(body: bytes) -> Addressed:
    try:
        return msgspec.json.decode(body, type=Addressed)
    except msgspec.DecodeError as wrong:
        raise Refused("malformed", "Send JSON that names its referral.") from wrong


def _about(tx: Session, addressed: Addressed, which: str) -> tuple[str, str]:
    """What it is about, and the secret that must have signed it."""
    if addressed.referral is not None:
        return addressed.referral, referral.webhook_secret(tx, addressed.referral, which)
    if addressed.facility is not None:
        return addressed.facility, referral.endpoint_and_secret(tx, addressed.facility)[1]
    raise Refused("malformed", "Send JSON that names its referral.")


def _keep(tx: Session, webhook_id: str, about: str, which: str, body: str) -> None:
    known = tx.get(DemoDelivery, webhook_id, with_for_update=True)
    if known is not None:
        known.times += 1
        return
    tx.add(
        DemoDelivery(
            webhook_id=webhook_id,
            referral_id=about,
            which=which,
            body=crypto.seal(body, _place(webhook_id)),
            times=1,
            first_at=clock.now(),
        )
    )


def _webhooks(tx: Session) -> list[Received]:
    rows = tx.scalars(select(DemoDelivery).order_by(DemoDelivery.first_at.desc()).limit(SHOWN))
    return [
        Received(
            to_label=f"Facility, {row.which}",
            kind="webhook" if row.times == 1 else f"webhook, came {row.times} times",
            verified=True,
            at=row.first_at,
            body=crypto.unseal(row.body, _place(row.webhook_id)),
        )
        for row in rows
    ]


def _notes(tx: Session) -> list[Received]:
    found = []
    for kept in referral.newest_local_messages(tx, SHOWN):
        found.append(Received(referral.recipient(tx, kept), kept.kind, None, kept.at, kept.text))
    return found


def _place(webhook_id: str) -> str:
    return f"demo_deliveries:{webhook_id}:body"
