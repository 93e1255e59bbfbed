"""Whether this process lives, and whether it is ready to be given work."""

from datetime import timedelta
from functools import cache

import msgspec
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from facilitator.config import ROOT
from facilitator.infra import clock, db, leases, logs, shared
from facilitator.infra.outbox import OutboxRow, State

STUCK_AFTER_S = 120.0
"""A message due for longer than this means that nobody is sending."""

DEAD_WITHIN = timedelta(hours=24)

blueprint = Blueprint("health", __name__)
_log = logs.get(__name__)


class Readiness(msgspec.Struct, frozen=True):
    """`outbox_due_s` is how long the oldest unsent message has been due, `outbox_dead` how many were given up
    within DEAD_WITHIN: each of those has a person to call, so they are shown and make nobody unready.
    `redis` is None where none is set; a worker goes on without it. `workers` is how many serve.
    """

    ok: bool
    database: bool
    migrations: bool
    outbox: bool
    outbox_due_s: float | None
    outbox_dead: int
    redis: bool | None
    workers: int


@blueprint.get("/healthz")
def healthz() -> Response:
    return Response(b'{"ok":true}', mimetype="application/json")


@blueprint.get("/readyz")
def readyz() -> Response:
    found = readiness()
    return Response(msgspec.json.encode(found), status=200 if found.ok else 503, mimetype="application/json")


def readiness() -> Readiness:
    """Never raises: a database that is away is an answer too."""
    redis = shared.link().answers()
    try:
        with db.reading() as tx:
            tx.execute(text("SELECT 1"))
            current = _migrated(tx)
            due_s = _oldest_due_s(tx) if current else None
            dead = _dead(tx) if current else 0
            workers = leases.living(tx) if current else 0
    except SQLAlchemyError:
        _log.exception("the database does not answer")
        return Readiness(False, False, False, False, None, 0, redis, 0)
    moving = current and (due_s is None or due_s < STUCK_AFTER_S)
    return Readiness(moving, True, current, moving, due_s, dead, redis, workers)


def _migrated(tx: Session) -> bool:
    """Also when a newer version of the product has been there already: its migrations only add."""
    current = frozenset(MigrationContext.configure(tx.connection()).get_current_heads())
    heads, known = _revisions()
    return current == heads or not current <= known


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """The newest that this version knows, and all of them."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return frozenset(scripts.get_heads()), frozenset(each.revision for each in scripts.walk_revisions())


def _oldest_due_s(tx: Session) -> float | None:
    due_at = tx.scalar(select(func.min(OutboxRow.due_at)).where(OutboxRow.state == State.WAITING))
    return None if due_at is None else max(0.0, (clock.now() - due_at).total_seconds())


def _dead(tx: Session) -> int:
    given_up = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == State.DEAD)
    return tx.scalar(given_up.where(OutboxRow.settled_at > clock.now() - DEAD_WITHIN)) or 0
