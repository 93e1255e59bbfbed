"""The identified record on its way to a facility: only while consent holds, which is asked right before."""

from typing import Any

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from facilitator.infra import clock, crash, crypto, db
from facilitator.infra.db import Base
from facilitator.infra.dispatcher import Refusal, Verdict
from facilitator.infra.outbox import Claimed
from facilitator.referral import facilities, records
from facilitator.referral.arrangement import Channel
from facilitator.referral.channels.facility import LINKED, LinkChannel
from facilitator.referral.channels.fhir import FhirChannel
from facilitator.referral.channels.webhook import WebhookChannel
from facilitator.referral.facility_page import papers_place

REVOKED = "consent does not hold"
_papers: Table = Base.metadata.tables["facility_papers"]


class Envelope(msgspec.Struct, frozen=True):
    """The message's body: under which consent, and the FHIR R4 transaction as it is."""

    consent: str
    bundle: msgspec.Raw


class _Hooked(msgspec.Struct, frozen=True):
    """What a facility's own system is sent."""

    type: str
    referral: str
    consent: str
    at: str
    bundle: msgspec.Raw


class RecordChannel:
    def __init__(self, webhook: WebhookChannel, fhir: FhirChannel, link: LinkChannel) -> None:
        self._webhook = webhook
        self._fhir = fhir
        self._link = link

    def send(self, message: Claimed) -> Verdict:
        envelope = msgspec.json.decode(message.body, type=Envelope)
        facility = message.to.removeprefix(LINKED)
        with db.reading() as tx:
            way = facilities.card(tx, facility).channel
            allowed = records.may_send(tx, envelope.consent, facility)
        if not allowed:
            return Refusal(REVOKED)
        crash.here("record_allowed")
        if way is Channel.FHIR:
            return self._fhir.send_bundle(message, bytes(envelope.bundle))
        if way is Channel.WEBHOOK:
            return self._webhook.send(_hooked(message, envelope))
        _lay_out(message, envelope, facility)
        crash.here("papers_laid_out")
        return self._link.send(msgspec.structs.replace(message, body='{"type":"referral.record"}'))


def _hooked(message: Claimed, envelope: Envelope) -> Claimed:
    body = _Hooked(
        type="referral.record",
        referral=message.subject_id,
        consent=envelope.consent,
        at=clock.iso(message.written_at),
        bundle=envelope.bundle,
    )
    return msgspec.structs.replace(message, body=msgspec.json.encode(body).decode())


def _lay_out(message: Claimed, envelope: Envelope, facility: str) -> None:
    """For the facility's page: kept once, however often the message is tried."""
    row = {
        "key": message.key,
        "referral_id": message.subject_id,
        "facility_id": facility,
        "consent_id": envelope.consent,
        "body": crypto.seal(bytes(envelope.bundle).decode(), papers_place(message.key)),
        "at": clock.now(),
    }
    with db.writing() as tx:
        insert: Any = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
        tx.execute(insert(_papers).on_conflict_do_nothing(index_elements=["key"]).values(row))
