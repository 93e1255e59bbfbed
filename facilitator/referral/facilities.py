"""The directory of facilities: who they are, and how their admissions desks are reached."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import crypto, ids
from facilitator.infra.refusal import Refused
from facilitator.referral.arrangement import FacilityCard
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


def add(tx: Session, new: NewFacility) -> str:
    facility_id = ids.new_id()
    fields = msgspec.structs.asdict(new) | {"secret": crypto.seal(new.secret, _place(facility_id))}
    tx.add(Facility(id=facility_id, **fields))
    tx.flush()
    return facility_id


def card(tx: Session, facility_id: str) -> FacilityCard:
    row = _row(tx, facility_id)
    return FacilityCard(
        row.id, row.organization, row.service, row.phone, row.endpoint, row.offers_moud, row.tested_at
    )


def endpoint_and_secret(tx: Session, facility_id: str) -> tuple[str, str]:
    row = _row(tx, facility_id)
    return row.endpoint, crypto.unseal(row.secret, _place(facility_id))


def _row(tx: Session, facility_id: str) -> Facility:
    row = tx.get(Facility, facility_id)
    if row is None:
        raise Refused("not_found", "There is no such facility.")
    return row


def _place(facility_id: str) -> str:
    return f"facilities:{facility_id}:secret"
