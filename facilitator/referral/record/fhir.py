"""The resources of FHIR R4 (4.0.1) that the record is made of, each with the elements that we use. Pure.

A field that is None or empty is left out of the JSON, as FHIR wants it.
"""

from typing import Any

import msgspec


class Element(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Anything with parts of its own."""


class Coding(Element, frozen=True, kw_only=True):
    system: str
    code: str
    display: str = ""


class CodeableConcept(Element, frozen=True, kw_only=True):
    coding: tuple[Coding, ...] = ()
    text: str = ""


class Reference(Element, frozen=True, kw_only=True):
    reference: str = ""
    type: str = ""
    display: str = ""


class Identifier(Element, frozen=True, kw_only=True):
    system: str = ""
    value: str
    type: CodeableConcept | None = None


class Period(Element, frozen=True, kw_only=True):
    start: str = ""
    end: str = ""


class HumanName(Element, frozen=True, kw_only=True):
    """A name is kept as one text: which part is the family's is not ours to guess."""

    use: str = ""
    text: str


class ContactPoint(Element, frozen=True, kw_only=True):
    system: str = "phone"
    value: str


class Address(Element, frozen=True, kw_only=True):
    line: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""


class Attachment(Element, frozen=True, kw_only=True):
    """`data` is base64."""

    content_type: str
    data: str
    title: str
    language: str = ""
    creation: str = ""


class Meta(Element, frozen=True, kw_only=True):
    security: tuple[Coding, ...]


class Resource(Element, frozen=True, kw_only=True, tag_field="resourceType", tag=True):
    meta: Meta
    id: str = ""
    identifier: tuple[Identifier, ...] = ()


class Patient(Resource, frozen=True, kw_only=True):
    active: bool | None = None
    name: tuple[HumanName, ...]
    telecom: tuple[ContactPoint, ...] = ()
    gender: str = ""
    birth_date: str = ""
    address: tuple[Address, ...] = ()


class Organization(Resource, frozen=True, kw_only=True):
    active: bool | None = None
    name: str
    telecom: tuple[ContactPoint, ...] = ()


class Practitioner(Resource, frozen=True, kw_only=True):
    name: tuple[HumanName, ...]
    telecom: tuple[ContactPoint, ...] = ()


class PractitionerRole(Resource, frozen=True, kw_only=True):
    active: bool | None = None
    practitioner: Reference
    organization: Reference
    code: tuple[CodeableConcept, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()


class HealthcareService(Resource, frozen=True, kw_only=True):
    active: bool | None = None
    provided_by: Reference
    name: str
    telecom: tuple[ContactPoint, ...] = ()


class Coverage(Resource, frozen=True, kw_only=True):
    status: str
    type: CodeableConcept | None = None
    beneficiary: Reference
    subscriber_id: str = ""
    payor: tuple[Reference, ...]


class RelatedPerson(Resource, frozen=True, kw_only=True):
    active: bool | None = None
    patient: Reference
    relationship: tuple[CodeableConcept, ...]
    name: tuple[HumanName, ...]
    telecom: tuple[ContactPoint, ...] = ()


class Content(Element, frozen=True, kw_only=True):
    attachment: Attachment


class DocumentReference(Resource, frozen=True, kw_only=True):
    status: str
    doc_status: str = ""
    type: CodeableConcept
    subject: Reference
    date: str
    description: str
    security_label: tuple[CodeableConcept, ...]
    content: tuple[Content, ...]


class Policy(Element, frozen=True, kw_only=True):
    authority: str = ""
    uri: str


class ConsentActor(Element, frozen=True, kw_only=True):
    role: CodeableConcept
    reference: Reference


class Provision(Element, frozen=True, kw_only=True):
    type: str
    period: Period
    actor: tuple[ConsentActor, ...]
    action: tuple[CodeableConcept, ...]
    security_label: tuple[Coding, ...]
    purpose: tuple[Coding, ...]


class Consent(Resource, frozen=True, kw_only=True):
    status: str
    scope: CodeableConcept
    category: tuple[CodeableConcept, ...]
    patient: Reference
    date_time: str
    performer: tuple[Reference, ...]
    organization: tuple[Reference, ...]
    source_reference: Reference
    policy: tuple[Policy, ...]
    policy_rule: CodeableConcept
    provision: Provision


class ServiceRequest(Resource, frozen=True, kw_only=True):
    status: str
    intent: str
    priority: str
    code: CodeableConcept
    order_detail: tuple[CodeableConcept, ...] = ()
    subject: Reference
    occurrence_date_time: str = ""
    authored_on: str
    requester: Reference
    performer: tuple[Reference, ...]
    reason_code: tuple[CodeableConcept, ...]
    insurance: tuple[Reference, ...] = ()
    supporting_info: tuple[Reference, ...] = ()


class Restriction(Element, frozen=True, kw_only=True):
    period: Period


class Input(Element, frozen=True, kw_only=True):
    type: CodeableConcept
    value_string: str


class Task(Resource, frozen=True, kw_only=True):
    based_on: tuple[Reference, ...] = ()
    status: str
    intent: str
    priority: str
    code: CodeableConcept
    description: str = ""
    focus: Reference
    for_: Reference = msgspec.field(name="for")
    execution_period: Period | None = None
    authored_on: str
    last_modified: str
    requester: Reference
    owner: Reference
    restriction: Restriction | None = None
    input: tuple[Input, ...] = ()


class Payload(Element, frozen=True, kw_only=True):
    content_string: str


class Communication(Resource, frozen=True, kw_only=True):
    status: str
    category: tuple[CodeableConcept, ...]
    priority: str
    subject: Reference
    about: tuple[Reference, ...]
    sent: str
    recipient: tuple[Reference, ...]
    sender: Reference
    payload: tuple[Payload, ...]


class Agent(Element, frozen=True, kw_only=True):
    type: CodeableConcept
    who: Reference
    on_behalf_of: Reference | None = None


class Source(Element, frozen=True, kw_only=True):
    role: str
    what: Reference


class Provenance(Resource, frozen=True, kw_only=True):
    """It has no identifier in R4, so its id is ours."""

    target: tuple[Reference, ...]
    recorded: str
    activity: CodeableConcept
    agent: tuple[Agent, ...]
    entity: tuple[Source, ...]


class Request(Element, frozen=True, kw_only=True):
    method: str
    url: str
    if_none_exist: str = ""


class Entry(Element, frozen=True, kw_only=True):
    full_url: str
    resource: Resource
    request: Request


class Bundle(Resource, frozen=True, kw_only=True):
    """`identifier` is a single one here, other than in every other resource."""

    identifier: Identifier  # type: ignore[assignment]
    type: str
    timestamp: str
    entry: tuple[Entry, ...]


def as_json(bundle: Bundle) -> Any:
    """Plain JSON values."""
    return msgspec.to_builtins(bundle)
