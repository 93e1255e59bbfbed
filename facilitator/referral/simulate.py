"""Test messages over the real line to a facility: through the outbox, signed like all others, about nobody.

They belong to no referral, so no referral can be moved by them.
"""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, ids, outbox
from facilitator.infra.outbox import Claimed, Message, OutboxRow
from facilitator.infra.times import iso
from facilitator.referral import facilities, lines
from facilitator.referral.tables import ChannelTest

SHOWN = 5
KIND = "webhook"


class TestMessage(msgspec.Struct, frozen=True):
    """What travels. `facility` is our own name for the line, so that its secret can be found."""

    type: str
    facility: str
    at: str


class Tested(msgspec.Struct, frozen=True):
    """One test. `why` is the last thing that went wrong, while it is tried again or after it was given up."""

    begun_at: datetime
    ended_at: datetime | None
    why: str | None
    tries: int

    @property
    def under_way(self) -> bool:
        return self.ended_at is None

    @property
    def ok(self) -> bool:
        return self.ended_at is not None and self.why is None

    @property
    def took_s(self) -> float | None:
        """From the click to the answer."""
        return None if self.ended_at is None else (self.ended_at - self.begun_at).total_seconds()


def begin(tx: Session, facility_id: str, at: datetime) -> str:
    """Writes one; an earlier one that still waits is taken back. The answer is the message's key.

    Whoever tests a line that had said "nothing any more" means to use it again, so it is tried.
    """
    card = facilities.card(tx, facility_id)
    lines.reopen(tx, facility_id)
    _take_back(tx, facility_id, at)
    test_id = ids.new_id()
    key = f"test:{test_id}"
    body = TestMessage("referral.test", facility_id, iso(at))
    lane = "/".join(card.endpoint.split("/", 3)[:3])[:255] or f"facilities:{facility_id}"
    tx.add(ChannelTest(key=key, facility_id=facility_id, kind=KIND, begun_at=at))
    tx.flush()
    message = Message(key, KIND, f"facilities:{facility_id}", msgspec.json.encode(body).decode(), test_id, lane)
    outbox.enqueue(tx, [message])
    return key


def settled(tx: Session, message: Claimed, why: str | None) -> bool:
    """The dispatcher's report. False where the message is not a test; a success counts from now on."""
    row = tx.get(ChannelTest, message.key)
    if row is None:
        return False
    row.ended_at, row.why = clock.now(), why
    if why is None:
        facilities.row(tx, row.facility_id).tested_at = row.ended_at
    tx.flush()
    return True


def latest(tx: Session, facility_id: str) -> list[Tested]:
    """The newest first."""
    own = select(ChannelTest, OutboxRow).join(OutboxRow, OutboxRow.key == ChannelTest.key)
    rows = tx.execute(
        own.where(ChannelTest.facility_id == facility_id).order_by(ChannelTest.begun_at.desc()).limit(SHOWN)
    )
    return [Tested(test.begun_at, test.ended_at, test.why or sent.why, sent.attempts) for test, sent in rows]


def _take_back(tx: Session, facility_id: str, at: datetime) -> None:
    waiting = select(ChannelTest).where(ChannelTest.facility_id == facility_id, ChannelTest.ended_at.is_(None))
    rows = list(tx.scalars(waiting))
    outbox.withdraw(tx, [row.key for row in rows], at)
    for row in rows:
        row.ended_at, row.why = at, "taken back for a newer test"
