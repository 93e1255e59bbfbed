"""Signing a consent and taking it back: who may, what is kept, and what follows in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import crypto, ids
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.referral import consent, consents, disclosures, service
from facilitator.referral.consent import LASTS, Consent, Device, Form, Name, Recipient, Scope, Signature
from facilitator.referral.opened import OpenReferral
from facilitator.referral.record.cast import cast
from facilitator.referral.record.patient import SOCIAL_SECURITY
from facilitator.referral.record.tables import ConsentRow

NOT_YET = "There is nothing to sign yet. That comes after the yes."
NOT_YOURS = "Only the person whom this is about can sign."
HAND_OVER = "Only the person whom this is about can sign. Hand this device over, and say so."
SIGNED_ALREADY = "A consent is in force already. Take it back first, then sign anew."
NOT_OF_THIS = "Choose from the two treatment centers of this hand-off."
NONE = "There is no consent to take back."


class Signer(msgspec.Struct, frozen=True):
    """Whose device it is."""

    person: PersonId
    role: Role
    name: str


class Asked(msgspec.Struct, frozen=True):
    """What is signed. Without `scope` and `facilities`, everything on the page.

    `on_behalf_of_device` says that the professional has handed over their own; `id` makes a repeat one and the
    same, even after it was taken back.
    """

    signature: Signature
    witness: Name = ""
    on_behalf_of_device: bool = False
    scope: Annotated[tuple[Scope, ...], msgspec.Meta(max_length=len(Scope))] | None = None
    facilities: Annotated[tuple[str, ...], msgspec.Meta(max_length=2)] | None = None
    id: Annotated[str, msgspec.Meta(max_length=64)] = ""


def is_time(opened: OpenReferral) -> bool:
    """Nobody signs beforehand: a consent given under the pressure of a meeting would be none."""
    return opened.state.outcome is not None or opened.state.held_back is not None


def form(
    tx: Session,
    opened: OpenReferral,
    at: datetime,
    scope: Sequence[Scope] | None = None,
    facilities: Sequence[str] | None = None,
) -> Form:
    """What would be signed at `at`, of everything or of a part. Raises Refused malformed."""
    people = cast(tx, opened.case_id)
    cards = {each.id: each for each in (opened.primary, opened.fallback)}
    if facilities is not None and not set(facilities) <= set(cards):
        raise Refused("malformed", NOT_OF_THIS)
    agreed = set(Scope) if scope is None else set(scope)
    named = cards if facilities is None else set(facilities)
    return Form(
        patient=people.name,
        discloser=people.lead.name,
        phone=opened.arrangement.call_back_phone,
        scope=tuple(each for each in Scope if each in agreed),
        recipients=tuple(Recipient(each.id, each.name) for each in cards.values() if each.id in named),
        expires_at=at + LASTS,
    )


def sign(tx: Session, referral_id: ReferralId, asked: Asked, by: Signer, at: datetime) -> str:
    """Keeps it, and lets the record leave. The id of the consent; a repeat gets the same. Raises Refused."""
    device = _device(asked, by)
    opened = OpenReferral(tx, referral_id, at)  # locked: of two signatures at once the second finds the first
    digest = ids.digest(msgspec.json.encode(asked).decode())
    before = _repeated(tx, referral_id, asked, digest, at)
    if before is not None:
        return before
    if not is_time(opened):
        raise Refused("illegal_phase", NOT_YET)
    filled = form(tx, opened, at, asked.scope, asked.facilities)
    missing = consent.lacks(filled, asked.signature, at)
    if missing:
        raise Refused("malformed", " ".join(missing))
    made = _signed(filled, asked, by, device, at)
    if SOCIAL_SECURITY.search(made.text):
        raise Refused("malformed", "That looks like a social security number. Leave it out, please.")
    consent_id = _keep(tx, referral_id, made, digest, by)
    service.consent_given(tx, referral_id, consent_id, by.person)
    return consent_id


def take_back(tx: Session, referral_id: ReferralId, by: Signer, at: datetime) -> str:
    """Stops what has not left. The id of the consent; a repeat gets the same. Raises Refused."""
    if by.role is not Role.LOVED_ONE and by.role not in PROFESSIONALS:
        raise Refused("not_allowed", "Only the person who signed, or the professional, can take it back.")
    OpenReferral(tx, referral_id, at)  # locked
    last = consents.newest(tx, referral_id)
    if last is None:
        raise Refused("not_found", NONE)
    if last.revoked_at is None:
        row = tx.get_one(ConsentRow, last.id)
        row.revoked_at, row.revoked_by = at, by.person
        tx.flush()
        disclosures.note_under_way(tx, referral_id, at)
        service.consent_revoked(tx, referral_id, last.id, by.person)
    return last.id


def _device(asked: Asked, by: Signer) -> Device:
    if by.role is Role.LOVED_ONE:
        return Device.OWN
    if by.role not in PROFESSIONALS:
        raise Refused("not_allowed", NOT_YOURS)
    if not asked.on_behalf_of_device:
        raise Refused("not_allowed", HAND_OVER)
    return Device.CONSOLE


def _repeated(tx: Session, referral_id: ReferralId, asked: Asked, digest: str, at: datetime) -> str | None:
    """The consent that this very request made; or None. Raises Refused where another one is in force."""
    same = select(ConsentRow).where(ConsentRow.referral_id == referral_id, ConsentRow.digest == digest)
    row = tx.scalars(same.order_by(ConsentRow.signed_at.desc()).limit(1)).first()
    if row is not None and (asked.id or (row.revoked_at is None and at < row.expires_at)):
        return row.id
    if consents.in_force(tx, referral_id, at) is not None:
        raise Refused("already_signed", SIGNED_ALREADY)
    return None


def _signed(filled: Form, asked: Asked, by: Signer, device: Device, at: datetime) -> Consent:
    """Whoever hands over their device has seen the signature made."""
    witness = asked.witness.strip() or (by.name if device is Device.CONSOLE else "")
    text = consent.text_of(filled, asked.signature, at, witness)
    return Consent(filled, text, asked.signature, at, device, witness=witness)


def _keep(tx: Session, referral_id: ReferralId, signed: Consent, digest: str, by: Signer) -> str:
    consent_id = ids.new_id()
    ends = signed.form.expires_at
    assert ends is not None, "a consent without an end lacks an element"
    tx.add(
        ConsentRow(
            id=consent_id,
            referral_id=referral_id,
            body=crypto.seal(msgspec.json.encode(signed).decode(), consents.place(consent_id)),
            digest=digest,
            signed_at=signed.signed_at,
            taken_by=by.person,
            expires_at=ends,
        )
    )
    tx.flush()
    return consent_id
