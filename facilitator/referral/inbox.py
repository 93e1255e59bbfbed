"""Answers of facilities: each is kept once, in the transaction in which it moves the referral or is refused."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from facilitator.infra import clock, crash, db, ids, outbox
from facilitator.infra.db import Base
from facilitator.infra.ids import ReferralId
from facilitator.infra.refusal import Refused
from facilitator.referral import service
from facilitator.referral.answer import Answer
from facilitator.referral.channels.tables import AnswerRow

_table: Table = Base.metadata.tables["facility_answers"]

REUSED = "This id came with another answer before. Give each answer an id of its own."
SAID_LENGTH = 300
CONFLICT = 409


class Result(StrEnum):
    MOVED = "moved"
    UNCHANGED = "unchanged"
    """It came before, or it is older than what the facility said since."""
    REFUSED = "refused"


class Taken(msgspec.Struct, frozen=True):
    """What became of an answer. `said` is the state that the facility's part of the referral is in, or why not."""

    result: Result
    said: str


class Kept(msgspec.Struct, frozen=True):
    """An answer in the inbox; `at` is the facility's own time, `taken_at` ours."""

    facility: str
    state: str
    reason: str | None
    at: datetime
    taken_at: datetime
    result: Result


def take(referral_id: ReferralId, facility_id: str, answer: Answer) -> Taken:
    """In one transaction: kept, and the referral moved. A repeat gets the answer that the first one got.

    Raises Refused id_reused when an id comes again with something else.
    """
    with db.writing() as tx:
        row, fresh = _kept(tx, referral_id, facility_id, answer)
        taken = _moved(tx, row, referral_id, answer) if fresh else _repeated(row, _digest(referral_id, answer))
        crash.here("answer_moved")
    crash.here("answer_kept")
    if taken.result is Result.MOVED:
        outbox.poke()
    return taken


def of_referral(tx: Session, referral_id: ReferralId) -> list[Kept]:
    """Everything that facilities said about it, oldest first; what changed nothing included."""
    rows = tx.scalars(
        select(AnswerRow)
        .where(AnswerRow.referral_id == referral_id)
        .order_by(AnswerRow.taken_at, AnswerRow.answer_id)
    )
    return [Kept(row.facility_id, row.state, row.reason, row.at, row.taken_at, Result(row.result)) for row in rows]


def _kept(tx: Session, referral_id: ReferralId, facility_id: str, answer: Answer) -> tuple[AnswerRow, bool]:
    """The row of this answer, and whether it is new. Of two at once the second waits here for the first."""
    values = {
        "facility_id": facility_id,
        "answer_id": answer.id,
        "referral_id": referral_id,
        "digest": _digest(referral_id, answer),
        "state": answer.state,
        "reason": answer.reason,
        "at": answer.at,
        "taken_at": clock.now(),
        "result": Result.UNCHANGED,
        "said": "",
    }
    insert: Any = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
    own = insert(_table).on_conflict_do_nothing(index_elements=["facility_id", "answer_id"]).values(values)
    fresh = tx.execute(own.returning(_table.c.answer_id)).first() is not None
    return tx.get_one(AnswerRow, (facility_id, answer.id)), fresh


def _moved(tx: Session, row: AnswerRow, referral_id: ReferralId, answer: Answer) -> Taken:
    try:
        done = service.take_answer(tx, referral_id, row.facility_id, answer)
    except Refused as refused:
        if refused.status != CONFLICT:
            raise
        service.answer_refused(tx, referral_id, row.facility_id, answer)
        taken = Taken(Result.REFUSED, refused.message[:SAID_LENGTH])
    else:
        taken = Taken(Result.MOVED if done.changed else Result.UNCHANGED, done.state)
    row.result, row.said = taken.result, taken.said
    return taken


def _repeated(row: AnswerRow, digest: str) -> Taken:
    if row.digest != digest:
        raise Refused("id_reused", REUSED)
    first = Result(row.result)
    return Taken(Result.UNCHANGED if first is Result.MOVED else first, row.said)


def _digest(referral_id: ReferralId, answer: Answer) -> str:
    """Of what was said, not of when: a button that is pressed twice says the same twice."""
    said = (referral_id, answer.state, answer.reason, answer.by)
    return ids.digest(msgspec.json.encode(said).decode())
