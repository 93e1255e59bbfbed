"""Devices that were let in: server-side rows that end by themselves or by being revoked."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from facilitator.infra import clock, ids
from facilitator.infra.db import Base
from facilitator.infra.ids import AccountId, PersonId, SignInId
from facilitator.people.tables import Person, SignIn

STAFF_LIFETIME = timedelta(hours=12)
STAFF_IDLE = timedelta(minutes=30)
SEAT_LIFETIME = timedelta(hours=24)
"""A family member's phone sleeps a lot, so it has no idle limit."""
SEEN_EVERY = timedelta(minutes=1)


class Why(StrEnum):
    """Why a sign-in ended; sockets are told so."""

    SIGNED_OUT = "signed_out"
    MOVED = "moved"
    REVOKED = "revoked"


class Opened(msgspec.Struct, frozen=True):
    """A sign-in and the secret that the device keeps; `ended` lists those that it replaced."""

    id: SignInId
    secret: str
    ended: tuple[SignInId, ...] = ()


class AtWork(msgspec.Struct, frozen=True):
    """A member of staff who is signed in; `name` is sealed."""

    sign_in_id: SignInId
    account_id: AccountId
    name: bytes
    is_admin: bool
    last_seen_at: datetime


_held, _accounts = Base.metadata.tables["sign_ins"].c, Base.metadata.tables["accounts"].c
_STAFF = (
    select(
        *(_held.id, _held.account_id, _held.revoked_at, _held.expires_at, _held.last_seen_at),
        *(_accounts.name, _accounts.is_admin),
    )
    .join_from(_held.id.table, _accounts.id.table)
    .where(_held.secret_digest == bindparam("digest"), _accounts.disabled_at.is_(None))
)
"""Asked for every request of theirs."""


def open_staff(tx: Session, account_id: AccountId, held_secret: str | None) -> Opened:
    """Let a member of staff in. What this browser held before ends: a sign-in never outlives the next one."""
    before = None if held_secret is None else live(tx, held_secret)
    ended = () if before is None or before.account_id is None else end(tx, [SignInId(before.id)], Why.SIGNED_OUT)
    return _open(tx, STAFF_LIFETIME, ended, account_id=account_id)


def take_seat(tx: Session, person_id: PersonId, held_secret: str | None) -> Opened:
    """Let a device in as a person. A device that holds the seat keeps it; any other one hands it over."""
    tx.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    held = None if held_secret is None else live(tx, held_secret)
    if held is not None and held_secret is not None and held.person_id == person_id:
        held.expires_at = clock.now() + SEAT_LIFETIME
        return Opened(SignInId(held.id), held_secret)
    return _open(tx, SEAT_LIFETIME, end_seats(tx, person_id, Why.MOVED), person_id=person_id)


def live(tx: Session, secret: str) -> SignIn | None:
    """The sign-in that this secret opens, unless it was revoked, ran out, or a member of staff left it idle."""
    row = tx.scalars(select(SignIn).where(SignIn.secret_digest == ids.digest(secret))).first()
    return row if row is not None and _lasts(row, clock.now()) else None


def staff(tx: Session, secret: str) -> AtWork | None:
    """The live sign-in of a member of staff with the account that it is for, unless that was disabled."""
    row = tx.connection().execute(_STAFF, {"digest": ids.digest(secret)}).first()
    if row is None or not _lasts(row, clock.now()):
        return None
    return AtWork(SignInId(row.id), AccountId(row.account_id), row.name, row.is_admin, row.last_seen_at)


def seen(tx: Session, sign_ins: list[SignInId]) -> None:
    """Their people are at work: whoever sits in a live room is not idle."""
    tx.execute(update(SignIn).where(SignIn.id.in_(sign_ins)).values(last_seen_at=clock.now()))


def end_seats(tx: Session, person_id: PersonId, why: Why) -> tuple[SignInId, ...]:
    """Every device that holds this person's seat loses it."""
    held = tx.scalars(select(SignIn.id).where(SignIn.person_id == person_id, SignIn.revoked_at.is_(None)))
    return end(tx, [SignInId(each) for each in held], why)


def end(tx: Session, sign_ins: list[SignInId], why: Why) -> tuple[SignInId, ...]:
    """After the commit, tell each one's sockets: `broadcast.disconnect(sign_in=..., code=why)`."""
    tx.execute(
        update(SignIn)
        .where(SignIn.id.in_(sign_ins), SignIn.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_why=why)
    )
    return tuple(sign_ins)


def revoked_since(tx: Session, at: datetime) -> list[tuple[SignInId, PersonId | None]]:
    """Sign-ins that ended at or after `at`, by hand or by running out; another process may have ended them."""
    ran_out = and_(SignIn.expires_at >= at, SignIn.expires_at <= clock.now(), SignIn.revoked_at.is_(None))
    found = tx.execute(select(SignIn.id, SignIn.person_id).where(or_(SignIn.revoked_at >= at, ran_out)))
    return [(SignInId(sign_in), None if person is None else PersonId(person)) for sign_in, person in found]


def why_ended(tx: Session, sign_in: SignInId) -> Why:
    """What the device is told."""
    kept = tx.scalars(select(SignIn.revoked_why).where(SignIn.id == sign_in)).first()
    return Why(kept) if kept else Why.SIGNED_OUT


def _open(
    tx: Session,
    lifetime: timedelta,
    ended: tuple[SignInId, ...],
    account_id: AccountId | None = None,
    person_id: PersonId | None = None,
) -> Opened:
    at = clock.now()
    opened = Opened(SignInId(ids.new_id()), ids.new_secret(), ended)
    tx.add(
        SignIn(
            id=opened.id,
            secret_digest=ids.digest(opened.secret),
            account_id=account_id,
            person_id=person_id,
            created_at=at,
            last_seen_at=at,
            expires_at=at + lifetime,
        )
    )
    return opened


def _lasts(row: SignIn | Row[*tuple[Any, ...]], at: datetime) -> bool:
    idle = row.account_id is not None and at - row.last_seen_at > STAFF_IDLE
    return bool(row.revoked_at is None and at < row.expires_at and not idle)
