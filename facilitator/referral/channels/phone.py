"""Calls that a person has to make: who, which number, what to say; shown on the console until it is done."""

from typing import Any

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto, db
from facilitator.infra.db import Base
from facilitator.infra.dispatcher import Delivered, Verdict
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.outbox import Claimed
from facilitator.infra.refusal import Refused
from facilitator.infra.times import iso
from facilitator.referral.channels.tables import PhoneTaskRow
from facilitator.referral.react import Call
from facilitator.referral.summary import TaskView

_table: Table = Base.metadata.tables["phone_tasks"]


class PhoneChannel:
    """Puts the call on the list; a repeated key is one call."""

    def send(self, message: Claimed) -> Verdict:
        row = {
            "key": message.key,
            "referral_id": message.subject_id,
            "body": crypto.seal(message.body, _place(message.key)),
            "at": clock.now(),
        }
        with db.writing() as tx:
            insert: Any = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
            tx.execute(insert(_table).on_conflict_do_nothing(index_elements=["key"]).values(row))
        return Delivered()


def of_referral(tx: Session, referral_id: ReferralId) -> tuple[TaskView, ...]:
    """Those still to be made first, the newest of them on top."""
    own = select(PhoneTaskRow).where(PhoneTaskRow.referral_id == referral_id)
    rows = tx.scalars(own.order_by(PhoneTaskRow.done_at.is_not(None), PhoneTaskRow.at.desc(), PhoneTaskRow.key))
    return tuple(_opened(row) for row in rows)


def done(tx: Session, referral_id: ReferralId, key: str, by: PersonId) -> None:
    """Somebody made the call. The first to say so stays; a repeat changes nothing. Raises Refused not_found."""
    row = tx.get(PhoneTaskRow, key, with_for_update=True)
    if row is None or row.referral_id != referral_id:
        raise Refused("not_found", "There is no such call on this hand-off. Reload the page.")
    if row.done_at is None:
        row.done_at, row.done_by = clock.now(), by


def _opened(row: PhoneTaskRow) -> TaskView:
    call = msgspec.json.decode(crypto.unseal(row.body, _place(row.key)), type=Call)
    done_at = iso(row.done_at) if row.done_at else None
    return TaskView(row.key, call.who, call.phone, call.script, iso(row.at), done_at)


def _place(key: str) -> str:
    return f"phone_tasks:{key}:body"
