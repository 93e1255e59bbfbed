"""The directory of facilities as people keep it: look up, describe, read from a file, write to a file."""

import time
from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from facilitator.infra.refusal import Refused
from facilitator.referral import facilities, hsds, lines, offers
from facilitator.referral.arrangement import Channel, Clocks
from facilitator.referral.hsds import Service
from facilitator.referral.offers import MoudPolicy, Offer
from facilitator.referral.tables import Facility

NAME_LENGTH = 120
PHONE_LENGTH = 40
PORTION = 100


class Details(msgspec.Struct, frozen=True):
    """What a person may say of a facility on its page; all else of its record stays as it is."""

    organization: str
    service: str
    phone: str
    description: str
    fees: str
    hours: str
    offer: Offer
    documents: tuple[str, ...]


class Reach(msgspec.Struct, frozen=True):
    """How its desk is reached: ours, and no part of the record. `endpoint` is empty where it has no system."""

    channel: Channel
    endpoint: str
    email: str | None
    clocks: Clocks


class Taken(msgspec.Struct, frozen=True):
    """What reading a file did."""

    added: int
    changed: int
    same: int


def everything(tx: Session) -> list[Facility]:
    """By name: a directory has no other order."""
    by_name = (func.lower(Facility.organization), func.lower(Facility.service), Facility.id)
    return list(tx.scalars(select(Facility).order_by(*by_name)))


def listing(tx: Session, facility_id: str) -> Service:
    """Its record. Raises Refused not_found."""
    return facilities.listing_of(facilities.row(tx, facility_id))


def details(tx: Session, facility_id: str) -> Details:
    """Raises Refused not_found."""
    service = listing(tx, facility_id)
    hours = [each.description for each in service.schedules if each.description]
    return Details(
        organization=service.organization.name,
        service=service.name,
        phone=next(hsds.phones(service)).number,
        description=service.description or "",
        fees=service.fees_description or "",
        hours="\n".join(hours),
        offer=offers.offer_of(service),
        documents=offers.documents_of(service),
    )


def reach(tx: Session, facility_id: str) -> Reach:
    """Raises Refused not_found."""
    card = facilities.card(tx, facility_id)
    return Reach(card.channel, card.endpoint, card.email, card.clocks)


def set_reach(tx: Session, facility_id: str, wanted: Reach) -> None:
    """A new way has to be tested before it counts. Raises Refused."""
    if wanted.channel is not Channel.LINK and not wanted.endpoint:
        raise Refused("malformed", "Give the address of its system, or choose the link to a page.")
    row, before = facilities.row(tx, facility_id), reach(tx, facility_id)
    row.channel, row.endpoint, row.email = wanted.channel, wanted.endpoint, wanted.email
    for name in Clocks.__struct_fields__:
        setattr(row, name, getattr(wanted.clocks, name))
    if (before.channel, before.endpoint, before.email) != (wanted.channel, wanted.endpoint, wanted.email):
        row.tested_at = None
        lines.reopen(tx, facility_id)
    tx.flush()


def create(tx: Session, said: Details, secret: str) -> str:
    """A facility that nobody can write to yet: its channel comes next. Raises Refused malformed."""
    _check(said)
    new = facilities.NewFacility(said.organization, said.service, said.phone, endpoint="", secret=secret)
    facility_id = facilities.add(tx, new)
    describe(tx, facility_id, said)
    return facility_id


def describe(tx: Session, facility_id: str, said: Details) -> None:
    """Raises Refused."""
    _check(said)
    row = facilities.row(tx, facility_id)
    facilities.keep(row, _described(facilities.listing_of(row), said))
    tx.flush()


def take(tx: Session, services: Iterable[Service], new_secret: Callable[[], str]) -> Taken:
    """Known ids are brought up to date, others are added. How we reach a desk is ours, and stays."""
    wanted = {service.id.replace("-", "").lower(): service for service in services}
    known = _rows(tx, list(wanted))
    changed = 0
    for number, (facility_id, service) in enumerate(wanted.items()):
        if number % PORTION == 0:
            tx.flush()
            time.sleep(0)  # a long list must not keep a live room waiting
        row = known.get(facility_id)
        if row is None:
            facilities.add_listed(tx, facility_id, service, new_secret())
        elif facilities.listing_of(row) != service:
            facilities.keep(row, service)
            changed += 1
    tx.flush()
    return Taken(len(wanted) - len(known), changed, len(known) - changed)


def export(tx: Session) -> tuple[Service, ...]:
    """Every record, without anything of how we reach its desk."""
    return tuple(facilities.listing_of(row) for row in everything(tx))


def _rows(tx: Session, facility_ids: list[str]) -> dict[str, Facility]:
    """Asked for in portions, because a statement takes only so many values."""
    found: dict[str, Facility] = {}
    for begin in range(0, len(facility_ids), PORTION):
        portion = facility_ids[begin : begin + PORTION]
        found |= {row.id: row for row in tx.scalars(select(Facility).where(Facility.id.in_(portion)))}
    return found


def _described(service: Service, said: Details) -> Service:
    organization = msgspec.structs.replace(service.organization, name=said.organization)
    changed = msgspec.structs.replace(
        service,
        name=said.service,
        organization=organization,
        description=said.description or None,
        fees_description=said.fees or None,
        phones=_phones(service, said.phone),
        schedules=_schedules(service, said.hours),
    )
    return offers.with_documents(offers.with_offer(changed, said.offer), said.documents)


def _phones(service: Service, number: str) -> tuple[hsds.Phone, ...]:
    """The first is the one to call; the others stay behind it."""
    if next(hsds.phones(service)).number == number:
        return service.phones
    others = tuple(each for each in service.phones[1:] if each.number != number)
    phone_id = hsds.named_id(service.id, "phone", number)
    return (hsds.Phone(id=phone_id, service_id=service.id, number=number, type="voice"), *others)


def _schedules(service: Service, hours: str) -> tuple[hsds.Schedule, ...]:
    """A line is a schedule in words; one that says the same keeps its rules."""
    known = {each.description: each for each in service.schedules if each.description}
    ruled = tuple(each for each in service.schedules if not each.description)
    said = [line.strip() for line in hours.splitlines() if line.strip()]
    return (*ruled, *(known.get(line) or _schedule(service.id, line) for line in said))


def _schedule(service_id: str, line: str) -> hsds.Schedule:
    return hsds.Schedule(id=hsds.named_id(service_id, "schedule", line), service_id=service_id, description=line)


def _check(said: Details) -> None:
    for value, what, longest in (
        (said.organization, "the organization", NAME_LENGTH),
        (said.service, "the service", NAME_LENGTH),
        (said.phone, "the phone number", PHONE_LENGTH),
    ):
        if not value.strip():
            raise Refused("malformed", f"Please give {what}.")
        if len(value) > longest:
            raise Refused("malformed", f"Please shorten {what} to {longest} characters.")
    if any(level and not edition for level, edition in said.offer.asam_levels):
        raise Refused("malformed", "Say which edition each ASAM level is written in, such as: 3.7 | 4th edition.")
    if said.offer.medications and said.offer.moud is not MoudPolicy.OFFERED:
        raise Refused("malformed", "Medications are named, so set the MOUD policy to offered, or clear them.")
