"""The consent to the identified hand-off: its ten elements (42 CFR 2.31), in words and as values. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""In the words of 42 CFR 2.32(a)(2). It travels with every disclosure."""

LASTS = timedelta(days=30)
LONGEST_NAME = 120
MOST_STROKES = 200
MOST_POINTS = 4000
DRAWING_WIDTH = 1000
DRAWING_HEIGHT = 500
"""A drawn signature lies in a field of so many units."""


class Scope(StrEnum):
    """What may be told. Without the first two there is nothing that a desk could act on."""

    IDENTITY = "identity"
    CARE = "care"
    COVERAGE = "coverage"
    TRAVEL = "travel"


REQUIRED = (Scope.IDENTITY, Scope.CARE)
TOLD = {
    Scope.IDENTITY: "Your name. Your birth date, address and phone number, if they are on file.",
    Scope.CARE: "That you ask for treatment of an opioid use disorder, which kind of care was arranged for you,"
    " and the bed that is held.",
    Scope.COVERAGE: "Who pays for your care, and your member number, if it is on file.",
    Scope.TRAVEL: "When you will arrive, and the name and phone number of the person who comes with you.",
}


class Device(StrEnum):
    OWN = "own"
    CONSOLE = "console"


class Kind(StrEnum):
    TYPED = "typed"
    DRAWN = "drawn"


Across = Annotated[float, msgspec.Meta(ge=0, le=DRAWING_WIDTH)]
Down = Annotated[float, msgspec.Meta(ge=0, le=DRAWING_HEIGHT)]
Stroke = Annotated[list[tuple[Across, Down]], msgspec.Meta(min_length=1, max_length=MOST_POINTS)]
Name = Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)]


class Signature(msgspec.Struct, frozen=True):
    """`name` is typed in either case, so that a drawing can be read."""

    kind: Kind
    name: Name
    strokes: Annotated[list[Stroke], msgspec.Meta(max_length=MOST_STROKES)] = []


class Recipient(msgspec.Struct, frozen=True):
    id: str
    name: str


class Form(msgspec.Struct, frozen=True):
    """What is about to be signed. `phone` reaches the discloser; `expires_at` is aware UTC."""

    patient: str
    discloser: str
    phone: str
    scope: tuple[Scope, ...]
    recipients: tuple[Recipient, ...]
    expires_at: datetime | None


class Consent(msgspec.Struct, frozen=True):
    """What was signed. `text` is every word as it was shown."""

    form: Form
    text: str
    signature: Signature
    signed_at: datetime
    device: Device
    language: str = "en"
    witness: str = ""


class Element(StrEnum):
    PATIENT = "patient"
    DISCLOSER = "discloser"
    INFORMATION = "information"
    RECIPIENTS = "recipients"
    PURPOSE = "purpose"
    REDISCLOSURE = "redisclosure"
    REVOCATION = "revocation"
    EXPIRY = "expiry"
    SIGNATURE = "signature"
    DATE = "date"


class Card(msgspec.Struct, frozen=True):
    """One element in words; `lines` are the items of a list."""

    element: Element
    title: str
    text: str
    lines: tuple[str, ...] = ()


MISSING = {
    Element.PATIENT: "The name of the person whom this is about is missing.",
    Element.DISCLOSER: "The name of the professional who shares the information is missing.",
    Element.INFORMATION: "Choose what may be told. The name and the kind of care are needed for any hand-off.",
    Element.RECIPIENTS: "Choose at least one treatment center that may be told.",
    Element.PURPOSE: "The purpose is missing.",
    Element.REDISCLOSURE: "The words on passing it on are missing.",
    Element.REVOCATION: "The phone number for taking the consent back is missing.",
    Element.EXPIRY: "The day on which the consent ends is missing, or has passed.",
    Element.SIGNATURE: "Sign with your name, please. A drawing needs your name beside it.",
    Element.DATE: "The day of the signature is missing.",
}


def cards(form: Form, signature: Signature | None = None, signed_at: datetime | None = None) -> tuple[Card, ...]:
    """All ten, in the order in which they are read. An element with an empty text is missing."""
    return (
        Card(Element.PATIENT, "Who this is about", form.patient.strip()),
        Card(Element.DISCLOSER, "Who shares it", _discloser(form)),
        Card(Element.INFORMATION, "What is shared", _information(form), _told(form.scope)),
        Card(Element.RECIPIENTS, "Who gets it", _recipients(form), tuple(r.name for r in form.recipients)),
        Card(Element.PURPOSE, "What for", _purpose(form)),
        Card(Element.REDISCLOSURE, "Passing it on", _REDISCLOSURE),
        Card(Element.REVOCATION, "You can take it back", _revocation(form)),
        Card(Element.EXPIRY, "When it ends", _expiry(form, signed_at)),
        Card(Element.SIGNATURE, "Signed by", _signature(signature)),
        Card(Element.DATE, "Signed on", _day(signed_at) if signed_at else ""),
    )


def lacks(form: Form, signature: Signature | None, signed_at: datetime | None) -> tuple[str, ...]:
    """What is missing of the ten, as sentences that say what to do; nothing may be sent before it is empty."""
    return tuple(MISSING[card.element] for card in cards(form, signature, signed_at) if not card.text)


def text_of(form: Form, signature: Signature, signed_at: datetime, witness: str = "") -> str:
    """Every word, as it is kept and as it travels."""
    parts = [f"Consent to share records\n\n{NOTICE}"]
    for card in cards(form, signature, signed_at):
        parts.append("\n".join([card.title, card.text, *(f"- {line}" for line in card.lines)]))
    if witness:
        parts.append(f"Witness\n{witness}")
    return "\n\n".join(parts) + "\n"


def script(form: Form) -> str:
    """To be read out, by the phone or by the professional, before anything is signed."""
    said = []
    for card in cards(form):
        if card.element in (Element.SIGNATURE, Element.DATE) or not card.text:
            continue
        said.append(" ".join([f"{card.title}.", _sentence(card.text), *(_sentence(line) for line in card.lines)]))
    return "\n".join([*said, ASKED])


def drawing(signature: Signature) -> str:
    """The drawn signature as a picture (SVG); it holds numbers only."""
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in stroke)}"/>' for stroke in signature.strokes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {DRAWING_WIDTH} {DRAWING_HEIGHT}" fill="none"'
        f' stroke="currentColor" stroke-width="8" stroke-linecap="round" stroke-linejoin="round">{lines}</svg>'
    )


ASKED = "Ask anything you want first. If you agree, sign with your name. If you do not, nothing is sent."


_REDISCLOSURE = (
    "A treatment center that is bound by the health privacy law HIPAA may pass your record on where that law"
    " allows it. It must not be used against you in a civil, criminal, administrative or legislative proceeding,"
    " unless you agree to that in another paper, or a court orders it."
)


def _discloser(form: Form) -> str:
    return f"{form.discloser.strip()}, who leads this meeting." if form.discloser.strip() else ""


def _information(form: Form) -> str:
    return "Only this:" if set(REQUIRED) <= set(form.scope) else ""


def _told(scope: Iterable[Scope]) -> tuple[str, ...]:
    agreed = set(scope)
    return tuple(TOLD[each] for each in Scope if each in agreed)


def _recipients(form: Form) -> str:
    named = form.recipients and all(each.name.strip() for each in form.recipients)
    return "Nobody but these. The second one is told only if the first cannot take you." if named else ""


def _purpose(form: Form) -> str:
    """As wide as what was agreed."""
    if not form.scope:
        return ""
    pay = ", handle the payment" if Scope.COVERAGE in form.scope else ""
    return f"So that they can admit you, treat you{pay} and run the care you get there."


def _revocation(form: Form) -> str:
    if not form.phone.strip() or not form.discloser.strip():
        return ""
    return (
        f"At any time. Press “Take it back” on this page; that counts as writing. Or write to or call"
        f" {form.discloser.strip()}, {form.phone.strip()}. What was shared before that cannot be called back;"
        " nothing more is sent."
    )


def _expiry(form: Form, signed_at: datetime | None) -> str:
    over = form.expires_at is None or (signed_at is not None and form.expires_at <= signed_at)
    return "" if over or form.expires_at is None else f"On {_day(form.expires_at)}, or sooner if you take it back."


def _signature(signature: Signature | None) -> str:
    if signature is None or (signature.kind is Kind.DRAWN and not signature.strokes):
        return ""
    return signature.name.strip()


def _day(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"


def _sentence(text: str) -> str:
    return text if text[-1:] in ".:!?" else f"{text}."
