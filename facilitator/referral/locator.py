"""Rows of the national treatment locator, made into records of the directory. Pure.

A row has names, an address, phones, and `services`: a list of {"f1": heading, "f2": code, "f3": "this; that"}.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from facilitator.referral import hsds, offers
from facilitator.referral.hsds import (
    Address,
    Attribute,
    Location,
    Organization,
    Phone,
    PlaceType,
    Service,
    ServiceAtLocation,
    Status,
    TaxonomyTerm,
)
from facilitator.referral.offers import MoudPolicy, Offer, Setting

TAXONOMY = "National treatment locator"
DEFAULT_SERVICE = "Admissions"
SETTINGS, PAYMENT = "SET", "PAY"
MEDICATIONS = ("buprenorphine", "methadone", "naltrexone")

Text = Annotated[str, msgspec.Meta(max_length=4000)]
Needed = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Number = Annotated[str, msgspec.Meta(min_length=3, max_length=40)]
NUMBER_CHARS = range(3, 41)


class Heading(msgspec.Struct, frozen=True):
    f1: Text
    f2: Text
    f3: Text | None = None


class Row(msgspec.Struct, frozen=True):
    """The columns that the product reads; the locator adds others, such as the distance of a search."""

    name1: Needed
    street1: Needed
    city: Needed
    state: Needed
    zip: Needed
    phone: Number
    name2: Text | None = None
    street2: Text | None = None
    intake1: Text | None = None
    hotline1: Text | None = None
    website: Text | None = None
    latitude: Text | float | None = None
    longitude: Text | float | None = None
    frid: Text | None = None
    services: tuple[Heading, ...] = ()


def is_row(record: object) -> bool:
    return isinstance(record, dict) and "name1" in record


def service(record: object) -> Service:
    """The same row gives the same ids, so reading a newer list changes records rather than doubling them."""
    row = msgspec.convert(record, Row, strict=False)
    key = row.frid or "\n".join((row.name1, row.name2 or "", row.street1, row.zip))
    service_id = hsds.named_id(TAXONOMY, "service", key)
    organization_id = hsds.named_id(TAXONOMY, "organization", row.name1)
    made = Service(
        id=service_id,
        name=row.name2 or DEFAULT_SERVICE,
        status=Status.ACTIVE,
        organization_id=organization_id,
        organization=Organization(
            id=organization_id, name=row.name1, description="Listed in the national treatment locator."
        ),
        url=row.website or None,
        phones=tuple(_phones(row, service_id)),
        service_at_locations=(_at(row, service_id),),
        attributes=tuple(_attribute(service_id, each) for each in row.services if each.f3),
    )
    return offers.with_offer(made, offer_of(row))


def offer_of(row: Row) -> Offer:
    """What can be told for sure from the headings; the rest stays open, to be asked on the phone."""
    said = [text for each in row.services for text in _parts(each)]
    set_in = [text for each in row.services if each.f2 == SETTINGS for text in _parts(each)]
    paid = [text for each in row.services if each.f2 == PAYMENT for text in _parts(each)]
    found = dict.fromkeys(filter(None, map(_setting, set_in)))
    if any("opioid treatment program" in text.casefold() for text in said):
        found[Setting.OPIOID_TREATMENT_PROGRAM] = None
    medications = tuple(name for name in MEDICATIONS if any(_prescribes(text, name) for text in said))
    return Offer(
        settings=tuple(found),
        moud=_policy(medications, said),
        medications=medications,
        insurance=tuple(dict.fromkeys(paid)),
    )


def _policy(medications: tuple[str, ...], said: list[str]) -> MoudPolicy | None:
    plain = [text.casefold() for text in said]
    if medications:
        return MoudPolicy.OFFERED
    if any("accepts clients" in text and "medication" in text for text in plain):
        return MoudPolicy.CONTINUED
    if any(text.startswith("does not") and "opioid" in text for text in plain):
        return MoudPolicy.NOT_OFFERED
    return None


def _prescribes(text: str, medication: str) -> bool:
    plain = text.casefold()
    return medication in plain and not plain.startswith(("does not", "accepts clients", "no "))


def _setting(text: str) -> Setting | None:
    """More telling words first."""
    plain = text.casefold()
    if "detox" in plain:
        return _detox(plain)
    for words, setting in (
        ("partial hospitalization", Setting.PARTIAL_HOSPITALIZATION),
        ("intensive outpatient", Setting.INTENSIVE_OUTPATIENT),
        ("hospital inpatient", Setting.HOSPITAL_INPATIENT),
        ("residential", Setting.RESIDENTIAL),
        ("outpatient", Setting.OUTPATIENT),
    ):
        if words in plain:
            return setting
    return None


def _detox(plain: str) -> Setting | None:
    for word, setting in (
        ("hospital", Setting.HOSPITAL_DETOX),
        ("residential", Setting.RESIDENTIAL_DETOX),
        ("outpatient", Setting.OUTPATIENT_DETOX),
    ):
        if word in plain:
            return setting
    return None


def _parts(heading: Heading) -> list[str]:
    return [part.strip() for part in (heading.f3 or "").split(";") if part.strip()]


def _phones(row: Row, service_id: str) -> Iterator[Phone]:
    for number, description in ((row.intake1, "Intake"), (row.phone, "Main"), (row.hotline1, "Hotline")):
        if number and len(number) in NUMBER_CHARS:  # what else stands in these columns is not a number to call
            yield Phone(
                id=hsds.named_id(service_id, "phone", description, number),
                service_id=service_id,
                number=number,
                type="voice",
                description=description,
            )


def _at(row: Row, service_id: str) -> ServiceAtLocation:
    location_id = hsds.named_id(service_id, "location")
    address = Address(
        id=hsds.named_id(service_id, "address"),
        location_id=location_id,
        address_1=row.street1,
        address_2=row.street2 or None,
        city=row.city,
        state_province=row.state,
        postal_code=row.zip,
        country="US",
        address_type=PlaceType.PHYSICAL,
    )
    location = Location(
        id=location_id,
        location_type=PlaceType.PHYSICAL,
        latitude=_degrees(row.latitude),
        longitude=_degrees(row.longitude),
        addresses=(address,),
    )
    return ServiceAtLocation(
        id=hsds.named_id(service_id, "at"), service_id=service_id, location_id=location_id, location=location
    )


def _degrees(value: str | float | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None


def _attribute(service_id: str, heading: Heading) -> Attribute:
    term_id = hsds.named_id(TAXONOMY, heading.f2)
    term = TaxonomyTerm(
        id=term_id, code=heading.f2, name=heading.f1[:120] or heading.f2, description=heading.f1, taxonomy=TAXONOMY
    )
    return Attribute(
        id=hsds.named_id(service_id, TAXONOMY, heading.f2),
        link_id=service_id,
        link_entity="service",
        taxonomy_term_id=term_id,
        value=heading.f3,
        taxonomy_term=term,
    )
