"""Statements while they are written: kept at every pause in the typing, and never lost to another screen."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto
from facilitator.infra.ids import PersonId
from facilitator.plan import tables
from facilitator.plan.prepared import Part, PartName


class Draft(msgspec.Struct, frozen=True):
    """`version` 0: never saved, and filled from the approved statement where there is one."""

    version: int
    parts: tuple[Part, ...]
    saved_at: datetime | None = None


class Overtaken(Exception):
    """Somebody saved another version meanwhile: `theirs` is what is kept now, and nothing was replaced."""

    def __init__(self, theirs: Draft) -> None:
        super().__init__()
        self.theirs = theirs


def load(tx: Session, person: PersonId) -> Draft:
    row = tx.get(tables.Draft, person)
    if row is not None:
        return _draft(row)
    approved = tx.get(tables.Statement, person)
    if approved is None:
        return Draft(0, tuple(Part(name, "") for name in PartName))
    return Draft(0, _parts(crypto.unseal(approved.body, f"statements:{person}:body")))


def save(tx: Session, person: PersonId, parts: tuple[Part, ...], based_on: int) -> Draft:
    """Keep the parts as the next version. Raises Overtaken when `based_on` is not the version that is kept."""
    row = tx.scalar(select(tables.Draft).where(tables.Draft.person_id == person).with_for_update())
    if (row.version if row else 0) != based_on:
        raise Overtaken(load(tx, person))
    body = crypto.seal(msgspec.json.encode(parts).decode(), f"drafts:{person}:body")
    row = row or tables.Draft(person_id=person)
    row.version, row.body, row.saved_at = based_on + 1, body, clock.now()
    tx.add(row)
    tx.flush()
    return _draft(row)


def _draft(row: tables.Draft) -> Draft:
    return Draft(row.version, _parts(crypto.unseal(row.body, f"drafts:{row.person_id}:body")), row.saved_at)


def _parts(body: str) -> tuple[Part, ...]:
    return msgspec.json.decode(body, type=tuple[Part, ...])
