"""What the page of the consent shows: what would be signed, what was signed, what went where."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra.ids import ReferralId
from facilitator.people.roles import PROFESSIONALS
from facilitator.referral import consent, consents, disclosures, signing
from facilitator.referral.consent import Card, Element, Form, Scope, Signature
from facilitator.referral.consents import Kept
from facilitator.referral.disclosures import Disclosure
from facilitator.referral.opened import OpenReferral
from facilitator.referral.record.cast import Cast, cast
from facilitator.referral.signing import Signer

TO_READ = frozenset(Element) - {Element.SIGNATURE, Element.DATE}


class ConsentPage(msgspec.Struct, frozen=True):
    """`cards` are read before signing; `signed` is the newest consent, in force or not; `room` leads back."""

    referral: ReferralId
    asker: Signer
    room: str
    people: Cast
    form: Form
    cards: tuple[Card, ...]
    script: str
    may_sign: bool
    signed: Kept | None
    in_force: bool
    went: tuple[Disclosure, ...]

    @property
    def on_console(self) -> bool:
        """The professional's device, to be handed over."""
        return self.asker.role in PROFESSIONALS

    @property
    def told(self) -> dict[Scope, str]:
        return consent.TOLD

    @property
    def required(self) -> tuple[Scope, ...]:
        return consent.REQUIRED


class Copy(msgspec.Struct, frozen=True):
    """One signed consent, to print and keep. `drawing` is the signature as lines, each "x,y x,y"."""

    kept: Kept
    cards: tuple[Card, ...]
    drawing: tuple[str, ...]
    went: tuple[Disclosure, ...]


def page_for(tx: Session, referral_id: ReferralId, asker: Signer, at: datetime, room: str = "") -> ConsentPage:
    """Raises Refused not_found."""
    opened = OpenReferral(tx, referral_id, at, lock=False)
    filled = signing.form(tx, opened, at)
    last = consents.newest(tx, referral_id)
    return ConsentPage(
        referral=referral_id,
        asker=asker,
        room=room if room.isalnum() else "",
        people=cast(tx, opened.case_id),
        form=filled,
        cards=tuple(card for card in consent.cards(filled) if card.element in TO_READ),
        script=consent.script(filled),
        may_sign=signing.is_time(opened),
        signed=last,
        in_force=last is not None and last.holds(at),
        went=disclosures.of_referral(tx, referral_id),
    )


def copy_for(tx: Session, referral_id: ReferralId) -> Copy | None:
    """Of the newest consent; None where none was signed."""
    last = consents.newest(tx, referral_id)
    if last is None:
        return None
    signed = last.consent
    return Copy(
        kept=last,
        cards=consent.cards(signed.form, signed.signature, signed.signed_at),
        drawing=_lines(signed.signature),
        went=disclosures.of_referral(tx, referral_id),
    )


def _lines(signature: Signature) -> tuple[str, ...]:
    return tuple(" ".join(f"{x:.0f},{y:.0f}" for x, y in stroke) for stroke in signature.strokes)
