"""The Open Referral Human Services Data Specification 3.0.1, as far as the product reads it. Pure.

A file is a list of services, each with its organization, locations, phones, schedules and documents inside.
What the standard knows and the product has no use for is kept as it came and goes out again.
"""

import hashlib
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import msgspec

UUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"

Id = Annotated[str, msgspec.Meta(pattern=UUID)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Number = int | float
Kept = tuple[dict[str, Any], ...]
"""Objects of the standard that pass through unread."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What all objects of the standard share."""

    id: Id


class TaxonomyTerm(Record, frozen=True, kw_only=True):
    name: Name
    description: Text
    code: Text | None = None
    parent_id: Id | None = None
    taxonomy: Text | None = None
    taxonomy_detail: dict[str, Any] | None = None
    taxonomy_id: Id | None = None
    language: Text | None = None
    term_uri: Text | None = None
    metadata: Kept = ()


class Attribute(Record, frozen=True, kw_only=True):
    link_id: Id | None = None
    taxonomy_term_id: Id | None = None
    link_type: Text | None = None
    link_entity: Text | None = None
    value: Text | None = None
    label: Text | None = None
    taxonomy_term: TaxonomyTerm | None = None
    metadata: Kept = ()


class Described(Record, frozen=True, kw_only=True):
    """An object that carries attributes and a history."""

    attributes: tuple[Attribute, ...] = ()
    metadata: Kept = ()


class Phone(Described, frozen=True, kw_only=True):
    number: Annotated[str, msgspec.Meta(min_length=3, max_length=40)]
    extension: Number | None = None
    type: Text | None = None
    description: Text | None = None
    location_id: Id | None = None
    service_id: Id | None = None
    organization_id: Id | None = None
    contact_id: Id | None = None
    service_at_location_id: Id | None = None
    languages: Kept = ()


class Week(StrEnum):
    MO = "MO"
    TU = "TU"
    WE = "WE"
    TH = "TH"
    FR = "FR"
    SA = "SA"
    SU = "SU"


class Frequency(StrEnum):
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class Schedule(Described, frozen=True, kw_only=True):
    service_id: Id | None = None
    location_id: Id | None = None
    service_at_location_id: Id | None = None
    valid_from: Text | None = None
    valid_to: Text | None = None
    dtstart: Text | None = None
    timezone: Number | None = None
    until: Text | None = None
    count: Number | None = None
    wkst: Week | None = None
    freq: Frequency | None = None
    interval: Number | None = None
    byday: Text | None = None
    byweekno: Text | None = None
    bymonthday: Text | None = None
    byyearday: Text | None = None
    description: Text | None = None
    opens_at: Text | None = None
    closes_at: Text | None = None
    schedule_link: Text | None = None
    attending_type: Text | None = None
    notes: Text | None = None


class RequiredDocument(Described, frozen=True, kw_only=True):
    service_id: Id | None = None
    document: Text | None = None
    uri: Text | None = None


class PlaceType(StrEnum):
    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class Address(Described, frozen=True, kw_only=True):
    address_1: Text
    city: Text
    state_province: Text
    postal_code: Text
    country: Text
    address_type: PlaceType
    location_id: Id | None = None
    attention: Text | None = None
    address_2: Text | None = None
    region: Text | None = None


class Location(Described, frozen=True, kw_only=True):
    location_type: PlaceType
    url: Text | None = None
    organization_id: Id | None = None
    name: Text | None = None
    alternate_name: Text | None = None
    description: Text | None = None
    transportation: Text | None = None
    latitude: Number | None = None
    longitude: Number | None = None
    external_identifier: Text | None = None
    external_identifier_type: Text | None = None
    languages: Kept = ()
    addresses: tuple[Address, ...] = ()
    contacts: Kept = ()
    accessibility: Kept = ()
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()


class ServiceAtLocation(Described, frozen=True, kw_only=True):
    service_id: Id | None = None
    location_id: Id | None = None
    description: Text | None = None
    service_areas: Kept = ()
    contacts: Kept = ()
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    location: Location | None = None


class Organization(Described, frozen=True, kw_only=True):
    name: Name
    description: Text
    alternate_name: Text | None = None
    email: Text | None = None
    website: Text | None = None
    additional_websites: Kept = ()
    tax_status: Text | None = None
    tax_id: Text | None = None
    year_incorporated: Number | None = None
    legal_status: Text | None = None
    logo: Text | None = None
    uri: Text | None = None
    parent_organization_id: Id | None = None
    funding: Kept = ()
    contacts: Kept = ()
    phones: tuple[Phone, ...] = ()
    locations: tuple[Location, ...] = ()
    programs: Kept = ()
    organization_identifiers: Kept = ()


class Status(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    CLOSED = "temporarily closed"


class Service(Described, frozen=True, kw_only=True):
    """One record of the directory: a service, and the organization that gives it."""

    name: Name
    status: Status
    organization: Organization
    organization_id: Id | None = None
    program_id: Id | None = None
    alternate_name: Text | None = None
    description: Text | None = None
    url: Text | None = None
    additional_urls: Kept = ()
    email: Text | None = None
    interpretation_services: Text | None = None
    application_process: Text | None = None
    fees_description: Text | None = None
    wait_time: Text | None = None
    fees: Text | None = None
    accreditations: Text | None = None
    eligibility_description: Text | None = None
    minimum_age: Number | None = None
    maximum_age: Number | None = None
    assured_date: Text | None = None
    assurer_email: Text | None = None
    licenses: Text | None = None
    alert: Text | None = None
    last_modified: Text | None = None
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    service_areas: Kept = ()
    service_at_locations: tuple[ServiceAtLocation, ...] = ()
    languages: Kept = ()
    funding: Kept = ()
    cost_options: Kept = ()
    program: dict[str, Any] | None = None
    required_documents: tuple[RequiredDocument, ...] = ()
    contacts: Kept = ()
    capacities: Kept = ()


def phones(service: Service) -> Iterator[Phone]:
    """Its own numbers first, then those of its places, then those of the organization."""
    yield from service.phones
    for at in service.service_at_locations:
        yield from at.phones
        yield from at.location.phones if at.location else ()
    yield from service.organization.phones


def named_id(*parts: str) -> str:
    """The same parts give the same UUID on every machine; the version digit says that it is made this way."""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return re.sub(r"(.{8})(.{4}).(.{3}).(.{3})(.{12}).*", r"\1-\2-8\3-a\4-\5", digest)


def dashed(hexadecimal: str) -> str:
    """An id of the product, written as the standard writes it."""
    return re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", hexadecimal)
