"""The directory of facilities: who they are, and how their admissions desks are reached."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import crypto, ids
from facilitator.infra.refusal import Refused
from facilitator.referral import hsds, offers
from facilitator.referral.arrangement import Channel, Clocks, FacilityCard
from facilitator.referral.hsds import Service, Status
from facilitator.referral.offers import MoudPolicy, Offer
from facilitator.referral.tables import Facility


class NewFacility(msgspec.Struct, frozen=True):
    """`secret` begins with whsec_; `tested_at` is when the channel last acknowledged a message (aware UTC)."""

    organization: str
    service: str
    phone: str
    endpoint: str
    secret: str
    offers_moud: bool | None = None
    tested_at: datetime | None = None
    channel: Channel = Channel.WEBHOOK
    email: str | None = None
    clocks: Clocks = Clocks()


def add(tx: Session, new: NewFacility) -> str:
    facility_id = ids.new_id()
    fields = msgspec.structs.asdict(new) | {"secret": crypto.seal(new.secret, _place(facility_id))}
    fields |= msgspec.structs.asdict(fields.pop("clocks"))
    tx.add(Facility(id=facility_id, **fields))
    tx.flush()
    return facility_id


def add_listed(tx: Session, facility_id: str, service: Service, secret: str) -> None:
    """One that came with a file: known, but nobody can write to it yet."""
    row = Facility(id=facility_id, endpoint="", secret=crypto.seal(secret, _place(facility_id)))
    keep(row, service)
    tx.add(row)


def listing_of(row: Facility) -> Service:
    """What the directory says of it; of one that was never described, its names and its number."""
    if row.listing is not None:
        return msgspec.json.decode(row.listing, type=Service)
    service_id = hsds.dashed(row.id)
    organization_id = hsds.named_id("organization", row.organization)
    named = hsds.Organization(id=organization_id, name=row.organization, description=row.organization)
    number = hsds.Phone(id=hsds.named_id(service_id, "phone", row.phone), service_id=service_id, number=row.phone)
    service = Service(id=service_id, name=row.service, status=Status.ACTIVE, organization=named, phones=(number,))
    return service if row.offers_moud is None else offers.with_offer(service, Offer(moud=_policy(row.offers_moud)))


def keep(row: Facility, service: Service) -> None:
    """The record, and what is looked up by itself."""
    row.listing = msgspec.json.encode(service).decode()
    row.organization, row.service = service.organization.name, service.name
    row.phone = next(hsds.phones(service)).number
    policy = offers.offer_of(service).moud
    row.offers_moud = None if policy is None else policy is MoudPolicy.OFFERED


def card(tx: Session, facility_id: str) -> FacilityCard:
    found = row(tx, facility_id)
    listing = listing_of(found)
    return FacilityCard(
        found.id,
        found.organization,
        found.service,
        found.phone,
        found.endpoint,
        found.offers_moud,
        found.tested_at,
        required_documents=offers.documents_of(listing),
        banned_items=offers.offer_of(listing).banned_items,
        channel=Channel(found.channel),
        email=found.email,
        clocks=clocks_of(found),
    )


def clocks_of(row: Facility) -> Clocks:
    return Clocks(**{name: getattr(row, name) for name in Clocks.__struct_fields__})


def endpoint_and_secret(tx: Session, facility_id: str) -> tuple[str, str]:
    found = row(tx, facility_id)
    return found.endpoint, crypto.unseal(found.secret, _place(facility_id))


def row(tx: Session, facility_id: str) -> Facility:
    """Raises Refused not_found."""
    found = tx.get(Facility, facility_id)
    if found is None:
        raise Refused("not_found", "There is no such facility.")
    return found


def _policy(offered: bool) -> MoudPolicy:
    return MoudPolicy.OFFERED if offered else MoudPolicy.NOT_OFFERED


def _place(facility_id: str) -> str:
    return f"facilities:{facility_id}:secret"
