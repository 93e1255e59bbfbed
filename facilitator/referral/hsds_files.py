"""Directory files read and written: all of a file is taken, or the reader is told what is wrong where. Pure."""

import re
from typing import Any

import msgspec

from facilitator.infra.refusal import Refused
from facilitator.referral import hsds, locator
from facilitator.referral.hsds import Service

MOST_TROUBLES = 12
NO_FIELD = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")
MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
NO_VALUE = re.compile(r"Invalid enum value (?P<value>'[^']*')")
PLACE = re.compile(r" - at `\$\.?(?P<place>[^`]*)`$")


class Page(msgspec.Struct, frozen=True):
    """How the standard's API gives a list."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: tuple[Service, ...]


def read(text: bytes) -> tuple[Service, ...]:
    """A file of the standard, or rows of the national locator. Raises Refused malformed, naming each record."""
    try:
        whole = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Refused("malformed", f"This file is not JSON: {wrong}. Export it again, and choose JSON.") from wrong
    records = _records(whole)
    services, troubles = [], []
    for number, record in enumerate(records, start=1):
        try:
            services.append(_checked(locator.service(record) if locator.is_row(record) else _service(record)))
        except (msgspec.ValidationError, Refused) as wrong:
            troubles.append(f"Record {number}{_named(record)}: {_told(wrong)}")
    troubles += _doubled(services)
    if troubles:
        more = len(troubles) - MOST_TROUBLES
        rest = [f"And {more} more like these."] if more > 0 else []
        raise Refused("malformed", "\n".join(["Nothing was taken over.", *troubles[:MOST_TROUBLES], *rest]))
    return tuple(services)


def write(services: tuple[Service, ...]) -> bytes:
    """One page with everything."""
    count = len(services)
    page = Page(count, 1, 1, count, True, True, not count, services)
    return msgspec.json.format(msgspec.json.encode(page), indent=2)


def _records(whole: object) -> list[Any]:
    """A list, a page of the standard's API, the locator's rows, or one record."""
    if isinstance(whole, list):
        found = whole
    elif isinstance(whole, dict) and isinstance(whole.get("contents"), list):
        found = whole["contents"]
    elif isinstance(whole, dict) and isinstance(whole.get("rows"), list):
        found = whole["rows"]
    else:
        found = [whole]
    if not found:
        raise Refused("malformed", "There is no record in this file. Export it again with at least one service.")
    return found


def _service(record: object) -> Service:
    return msgspec.convert(record, Service)


def _checked(service: Service) -> Service:
    """What the standard leaves open and a directory of admissions desks cannot do without."""
    if NUL.search(msgspec.json.encode(service)):
        raise Refused("malformed", "a text has the NUL character in it. Take it out.")
    if not any(hsds.phones(service)):
        raise Refused("malformed", "no phone number. Add one under `phones`: somebody may have to call.")
    if service.organization_id not in (None, service.organization.id):
        raise Refused("malformed", "`organization_id` is not the id of its `organization`. Make them the same.")
    return service


def _doubled(services: list[Service]) -> list[str]:
    seen: set[str] = set()
    troubles = []
    for service in services:
        if service.id.lower() in seen:
            troubles.append(f'"{service.name}": the id {service.id} occurs twice. Give each service its own.')
        seen.add(service.id.lower())
    return troubles


def _named(record: object) -> str:
    name = record.get("name") or record.get("name1") if isinstance(record, dict) else None
    return f' ("{name}")' if isinstance(name, str) else ""


def _told(wrong: Exception) -> str:
    if isinstance(wrong, Refused):
        return wrong.message
    said = str(wrong)
    place = PLACE.search(said)
    where = f" in `{place['place']}`" if place and place["place"] else ""
    if unknown := NO_FIELD.match(said):
        return f"HSDS 3.0.1 has no field `{unknown['field']}`{where}. Remove it, or move it to `attributes`."
    if missing := MISSING.match(said):
        return f"the field `{missing['field']}`{where} is missing. Add it."
    if value := NO_VALUE.match(said):
        return f"HSDS 3.0.1 knows no value {value['value']}{where}. Choose one that it lists."
    if "matching regex" in said:
        return f"this must be a UUID, such as 6f1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f{where}. Correct it."
    return f"{PLACE.sub('', said)}{where}. Correct it."
