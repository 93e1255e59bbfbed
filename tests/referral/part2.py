"""What 42 CFR part 2 and the minimum necessary ask of a Bundle, beyond FHIR itself."""

import base64
import re
from collections.abc import Iterator
from typing import Any

NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
LABELS = {"R", "42CFRPart2", "SUD", "NORDSCLCD"}
ALWAYS = {
    *("Patient", "Organization", "Practitioner", "PractitionerRole", "HealthcareService", "DocumentReference"),
    *("Consent", "ServiceRequest", "Task", "Communication", "Provenance"),
}
SOMETIMES = {"Coverage", "RelatedPerson"}
SOCIAL_SECURITY = re.compile(r"\b\d{3}[- ]\d{2}[- ]\d{4}\b")


def faults(bundle: dict[str, Any], forbidden: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with it; `forbidden` are texts that must be nowhere in it, attachments included."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [
        *_unlabelled(bundle, resources),
        *_kinds(resources),
        *_requests(bundle),
        *_dangling(bundle),
        *_without_notice(resources),
        *_texts(bundle, forbidden),
    ]


def decoded(data: str) -> str:
    """The text of an attachment."""
    return base64.b64decode(data).decode()


def _unlabelled(bundle: dict[str, Any], resources: list[dict[str, Any]]) -> Iterator[str]:
    for resource in (bundle, *resources):
        codes = {label["code"] for label in resource.get("meta", {}).get("security", [])}
        if not codes >= LABELS:
            yield f"{resource['resourceType']} lacks labels: {LABELS - codes}"


def _kinds(resources: list[dict[str, Any]]) -> Iterator[str]:
    kinds = [resource["resourceType"] for resource in resources]
    if not ALWAYS <= set(kinds) <= ALWAYS | SOMETIMES:
        yield f"resources are {sorted(set(kinds))}"
    if kinds.count("Organization") != 2 or kinds.count("Patient") != 1 or kinds.count("RelatedPerson") > 1:
        yield f"wrong numbers: {kinds}"


def _requests(bundle: dict[str, Any]) -> Iterator[str]:
    for entry in bundle["entry"]:
        kind, request = entry["resource"]["resourceType"], entry["request"]
        if kind == "Provenance":
            good = request == {"method": "PUT", "url": f"Provenance/{entry['resource']['id']}"}
        else:
            own = entry["resource"]["identifier"][0]
            once = f"identifier={own['system']}|{own['value']}"
            good = request == {"method": "POST", "url": kind, "ifNoneExist": once}
        if not good:
            yield f"{kind} is asked for by {request}"


def _dangling(bundle: dict[str, Any]) -> Iterator[str]:
    known = [entry["fullUrl"] for entry in bundle["entry"]]
    if len(set(known)) != len(known):
        yield "two resources have one address"
    yield from (
        f"{used} is nowhere"
        for used in _values(bundle, "reference")
        if isinstance(used, str) and used not in known
    )


def _without_notice(resources: list[dict[str, Any]]) -> Iterator[str]:
    for resource in resources:
        if resource["resourceType"] in ("Consent", "Communication", "DocumentReference") and NOTICE not in str(
            resource
        ):
            yield f"{resource['resourceType']} lacks the notice"


def _texts(bundle: dict[str, Any], forbidden: frozenset[str]) -> Iterator[str]:
    attachments = [decoded(data) for data in _values(bundle, "data")]
    texts = [*_strings(bundle), *attachments]
    whole = "\n".join(texts)
    yield from (f"says: {text[:40]}" for text in forbidden if text in whole)
    yield from (f"a number like a social security number: {found}" for found in SOCIAL_SECURITY.findall(whole))


def _values(inside: Any, key: str) -> Iterator[Any]:
    if isinstance(inside, dict):
        for name, value in inside.items():
            if name == key:
                yield value
            yield from _values(value, key)
    elif isinstance(inside, list):
        for value in inside:
            yield from _values(value, key)


def _strings(inside: Any) -> Iterator[str]:
    if isinstance(inside, str):
        yield inside
    elif isinstance(inside, dict):
        for value in inside.values():
            yield from _strings(value)
    elif isinstance(inside, list):
        for value in inside:
            yield from _strings(value)
