"""The default gateway: a text or an e-mail is kept here and shown, for a person to pass on."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto, db
from facilitator.infra.db import Base
from facilitator.infra.dispatcher import Delivered, Verdict
from facilitator.infra.ids import ReferralId
from facilitator.infra.outbox import Claimed
from facilitator.referral.channels import recipients
from facilitator.referral.react import Note
from facilitator.referral.tables import LocalMessage

_table: Table = Base.metadata.tables["local_messages"]


class Kept(msgspec.Struct, frozen=True):
    key: str
    kind: str
    to: str
    """Whose it is, as the outbox names them: "people:ID", "facilities:ID", or "cases:ID" for a safety contact."""
    text: str
    at: datetime


class LocalChannel:
    """Fills the place of a provider's gateway for texts and e-mails alike; a repeated key is kept once."""

    def send(self, message: Claimed) -> Verdict:
        row = {
            "key": message.key,
            "kind": message.kind,
            "to": message.to,
            "subject_id": message.subject_id,
            "body": crypto.seal(msgspec.json.decode(message.body, type=Note).text, _place(message.key)),
            "at": clock.now(),
        }
        with db.writing() as tx:
            insert: Any = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
            tx.execute(insert(_table).on_conflict_do_nothing(index_elements=["key"]).values(row))
        return Delivered()


def newest(tx: Session, count: int) -> list[Kept]:
    """The last `count` messages of all referrals, newest first."""
    return _opened(tx, select(LocalMessage).order_by(LocalMessage.at.desc(), LocalMessage.key).limit(count))


def of_referral(tx: Session, referral_id: ReferralId) -> list[Kept]:
    """What is to be passed on for one referral, newest first."""
    own = select(LocalMessage).where(LocalMessage.subject_id == referral_id)
    return _opened(tx, own.order_by(LocalMessage.at.desc(), LocalMessage.key))


def recipient(tx: Session, kept: Kept) -> str:
    """The name of whoever the message is to be passed on to."""
    return recipients.find(tx, kept.to).name


def _opened(tx: Session, wanted: Select[LocalMessage]) -> list[Kept]:
    return [
        Kept(row.key, row.kind, row.to, crypto.unseal(row.body, _place(row.key)), row.at)
        for row in tx.scalars(wanted)
    ]


def _place(key: str) -> str:
    return f"local_messages:{key}:body"
