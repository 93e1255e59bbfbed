"""The line to a facility's system: the secrets that sign what goes over it, and whether it takes anything."""

import base64
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import crypto, ids
from facilitator.infra.refusal import Refused
from facilitator.referral.channels.tables import FacilityLine
from facilitator.referral.tables import Facility

EARLIER_SECRET_LASTS = timedelta(hours=24)
"""A facility has so long to put a new secret in place; until then both sign, and both are believed."""


class Line(msgspec.Struct, frozen=True):
    """`secrets` begin with whsec_, the newest first; `gone` means that the other side wants nothing any more."""

    endpoint: str
    secrets: tuple[str, ...]
    gone: bool


def line(tx: Session, facility_id: str, at: datetime) -> Line:
    """Raises Refused not_found."""
    facility, kept = _facility(tx, facility_id), tx.get(FacilityLine, facility_id)
    secrets = [crypto.unseal(facility.secret, f"facilities:{facility_id}:secret")]
    if kept is None:
        return Line(facility.endpoint, tuple(secrets), gone=False)
    if kept.earlier_secret is not None and kept.earlier_ends_at is not None and at < kept.earlier_ends_at:
        secrets.append(crypto.unseal(kept.earlier_secret, _place(facility_id)))
    return Line(facility.endpoint, tuple(secrets), gone=kept.gone_at is not None)


def rotate(tx: Session, facility_id: str, at: datetime, both_for: timedelta = EARLIER_SECRET_LASTS) -> str:
    """A new secret, to be shown once. The one before signs beside it for `both_for`. Raises Refused not_found."""
    facility, kept = _facility(tx, facility_id), _kept(tx, facility_id)
    before = crypto.unseal(facility.secret, f"facilities:{facility_id}:secret")
    fresh = new_secret()
    facility.secret = crypto.seal(fresh, f"facilities:{facility_id}:secret")
    kept.earlier_secret = crypto.seal(before, _place(facility_id))
    kept.earlier_ends_at = at + both_for
    tx.flush()
    return fresh


def new_secret() -> str:
    """In the form that Standard Webhooks wants."""
    return "whsec_" + base64.b64encode(ids.new_secret().encode()).decode()


def close(tx: Session, facility_id: str, at: datetime) -> None:
    """Its system answered 410: nothing is sent there until `reopen`, and its last test counts no longer."""
    kept = _kept(tx, facility_id)
    kept.gone_at = kept.gone_at or at
    _facility(tx, facility_id).tested_at = None
    tx.flush()


def reopen(tx: Session, facility_id: str) -> None:
    """Somebody looked into it: another address, or the same one to be tried anew."""
    _kept(tx, facility_id).gone_at = None
    tx.flush()


def _facility(tx: Session, facility_id: str) -> Facility:
    row = tx.get(Facility, facility_id)
    if row is None:
        raise Refused("not_found", "There is no such facility.")
    return row


def _kept(tx: Session, facility_id: str) -> FacilityLine:
    row = tx.get(FacilityLine, facility_id)
    if row is None:
        row = FacilityLine(facility_id=facility_id)
        tx.add(row)
    return row


def _place(facility_id: str) -> str:
    return f"facility_lines:{facility_id}:earlier_secret"
