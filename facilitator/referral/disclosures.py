"""The accounting of disclosures: which facility got what, when, and under which consent."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import crypto
from facilitator.infra.ids import ReferralId
from facilitator.infra.outbox import Claimed, OutboxRow, State
from facilitator.infra.times import iso
from facilitator.referral import consents, facilities
from facilitator.referral.arrangement import Channel
from facilitator.referral.consent import TOLD
from facilitator.referral.record.tables import DisclosureRow

RECORD = "record"
"""The kind of the messages that carry a record."""


class Disclosed(msgspec.Struct, frozen=True):
    """What went, in the words of the consent."""

    to: str
    what: tuple[str, ...]


class Disclosure(msgspec.Struct, frozen=True):
    """One line of the accounting. `at` is ISO 8601 UTC; without `certain` it may have arrived, or not."""

    to: str
    what: tuple[str, ...]
    at: str
    consent: str
    key: str
    certain: bool


class _Carried(msgspec.Struct, frozen=True):
    consent: str


def note(tx: Session, key: str, consent_id: str, facility_id: str, at: datetime, certain: bool = True) -> None:
    """The facility has the record that came under `key`. A repeat changes nothing, but makes certain."""
    row = tx.get(DisclosureRow, key)
    if row is not None:
        row.certain = row.certain or certain
        return
    held = consents.kept(tx, consent_id)
    told = Disclosed(facilities.card(tx, facility_id).name, tuple(TOLD[each] for each in held.consent.form.scope))
    body = crypto.seal(msgspec.json.encode(told).decode(), _place(key))
    tx.add(
        DisclosureRow(
            key=key,
            referral_id=held.referral,
            consent_id=consent_id,
            facility_id=facility_id,
            body=body,
            at=at,
            certain=certain,
        )
    )
    tx.flush()


def delivered(tx: Session, message: Claimed, at: datetime) -> None:
    """Called where a message is marked as delivered. A page behind a link discloses only when it is opened."""
    facility = message.to.removeprefix("facilities:")
    if message.kind == RECORD and facilities.card(tx, facility).channel is not Channel.LINK:
        note(tx, message.key, _consent_in(message.body), facility, at)


def note_under_way(tx: Session, referral_id: ReferralId, at: datetime) -> None:
    """Records that were tried and not acknowledged may have arrived: said so, before they are withdrawn."""
    tried = select(OutboxRow).where(
        OutboxRow.subject_id == referral_id,
        OutboxRow.kind == RECORD,
        OutboxRow.state == State.WAITING,
        OutboxRow.attempts > 0,
    )
    for row in tx.scalars(tried):
        facility = row.to.removeprefix("facilities:")
        if facilities.card(tx, facility).channel is not Channel.LINK:
            body = crypto.unseal(row.body, f"outbox:{row.key}:body")
            note(tx, row.key, _consent_in(body), facility, at, certain=False)


def of_referral(tx: Session, referral_id: ReferralId) -> tuple[Disclosure, ...]:
    """Oldest first."""
    own = select(DisclosureRow).where(DisclosureRow.referral_id == referral_id)
    return tuple(_line(row) for row in tx.scalars(own.order_by(DisclosureRow.at, DisclosureRow.key)))


def _line(row: DisclosureRow) -> Disclosure:
    told = msgspec.json.decode(crypto.unseal(row.body, _place(row.key)), type=Disclosed)
    return Disclosure(told.to, told.what, iso(row.at), row.consent_id, row.key, row.certain)


def _consent_in(body: str) -> str:
    return msgspec.json.decode(body, type=_Carried).consent


def _place(key: str) -> str:
    return f"disclosures:{key}:body"
