"""What the page of a facility shows of the identified record: the few lines that a desk needs. Pure."""

from typing import Any

import msgspec

NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""42 CFR 2.32(a)(2): goes with every disclosure."""


class Line(msgspec.Struct, frozen=True):
    label: str
    text: str


def lines(bundle: bytes) -> tuple[Line, ...]:
    """From a FHIR R4 Bundle; what it does not say is left out."""
    entries = msgspec.json.decode(bundle).get("entry", [])
    resources = [entry.get("resource", {}) for entry in entries]
    found = [line for resource in resources for line in _of(resource)]
    return tuple(line for line in found if line.text)


def _of(resource: dict[str, Any]) -> list[Line]:
    match resource.get("resourceType"):
        case "Patient":
            return _patient(resource)
        case "Coverage":
            return _coverage(resource)
        case "RelatedPerson":
            return [Line("Comes with", _name(resource)), Line("Phone of whoever comes along", _phone(resource))]
        case _:
            return []


def _patient(resource: dict[str, Any]) -> list[Line]:
    return [
        Line("Name", _name(resource)),
        Line("Date of birth", resource.get("birthDate", "")),
        Line("Phone", _phone(resource)),
        Line("Address", _address(resource)),
    ]


def _coverage(resource: dict[str, Any]) -> list[Line]:
    payers = [payor.get("display", "") for payor in resource.get("payor", [])]
    return [
        Line("Payer", ", ".join(payer for payer in payers if payer)),
        Line("Member number", resource.get("subscriberId", "")),
    ]


def _name(resource: dict[str, Any]) -> str:
    names = resource.get("name", [])
    if not names:
        return ""
    first: dict[str, Any] = names[0]
    return str(first.get("text") or " ".join([*first.get("given", []), first.get("family", "")]).strip())


def _phone(resource: dict[str, Any]) -> str:
    phones = [each.get("value", "") for each in resource.get("telecom", []) if each.get("system") == "phone"]
    return str(phones[0]) if phones else ""


def _address(resource: dict[str, Any]) -> str:
    addresses = resource.get("address", [])
    if not addresses:
        return ""
    first: dict[str, Any] = addresses[0]
    parts = [*first.get("line", []), first.get("city", ""), first.get("state", ""), first.get("postalCode", "")]
    return str(first.get("text") or ", ".join(part for part in parts if part))
