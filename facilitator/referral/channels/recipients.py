"""Who is meant by the address that a message carries, and how they are reached."""

import re

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra.ids import CaseId, PersonId
from facilitator.people import service as people
from facilitator.plan import service as plan
from facilitator.referral import facilities

SAFETY_CONTACT = "Safety contact"

_PHONE = re.compile(r"\+?\d[\d\s().-]{8,}\d")
_NATIONAL_DIGITS = 10


class Recipient(msgspec.Struct, frozen=True):
    """`phone` is in the international form (+16035550100); None where there is none that could be dialled."""

    name: str
    phone: str | None
    email: str | None


def find(tx: Session, to: str) -> Recipient:
    """`to` as the outbox names them: "people:ID", "facilities:ID", or "cases:ID" for the safety contact of a case.

    Raises Refused not_found.
    """
    kind, _, key = to.partition(":")
    if kind == "people":
        contact = people.contact(tx, PersonId(key))
        return Recipient(contact.name, dialled(contact.phone), contact.email)
    if kind == "facilities":
        card = facilities.card(tx, key)
        return Recipient(card.name, dialled(card.phone), card.email)
    return Recipient(SAFETY_CONTACT, dialled(plan.casefile(tx, CaseId(key)).safety_contact), None)


def dialled(written: str | None) -> str | None:
    """The first telephone number in what somebody wrote down; one without a country is taken as of the US."""
    found = _PHONE.search(written or "")
    if found is None:
        return None
    digits = re.sub(r"\D", "", found[0])
    if found[0].startswith("+"):
        return f"+{digits}"
    if len(digits) == _NATIONAL_DIGITS:
        return f"+1{digits}"
    return f"+{digits}" if len(digits) == _NATIONAL_DIGITS + 1 and digits.startswith("1") else None
