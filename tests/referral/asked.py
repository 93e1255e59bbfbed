"""What a test does with a referral that was sent: answer for a facility, let a clock ring, read the messages."""

import json
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db, ids, outbox
from facilitator.infra.outbox import Claimed, OutboxRow, State
from facilitator.people import service as people
from facilitator.referral import service
from facilitator.referral.answer import Answer, AnswerState, DeclineReason
from facilitator.referral.opened import OpenReferral
from facilitator.referral.summary import BidView, Clock, Which

PRIMARY, FALLBACK = Which.PRIMARY, Which.FALLBACK


def facility(family: Seeded, which: Which) -> str:
    with db.reading() as tx:
        return OpenReferral(tx, family.referral.id, clock.now(), lock=False).facilities[which].id


def answers(family: Seeded, which: Which, said: str, ago_s: float = 0.0) -> service.Taken:
    reason = DeclineReason.NO_CAPACITY if said == "declined" else None
    answer = Answer(
        ids.new_id(), AnswerState(said), clock.now() - timedelta(seconds=ago_s), reason, "Nora at the desk"
    )
    with db.writing() as tx:
        return service.take_answer(tx, family.referral.id, facility(family, which), answer)


def lead(family: Seeded) -> people.PersonId:
    with db.reading() as tx:
        everybody = people.contacts_of_case(tx, family.case)
    return next(each.person for each in everybody if each.role == "interventionist")


def summary(family: Seeded) -> service.ReferralSummary:
    with db.reading() as tx:
        return service.summary(tx, family.referral.id)


def bids(family: Seeded) -> dict[Which, BidView]:
    return {bid.which: bid for bid in summary(family).bids}


def rows(family: Seeded) -> dict[str, OutboxRow]:
    """What the "yes" set off, by the part of the key that follows the outcome."""
    with db.reading() as tx:
        own = tx.scalars(select(OutboxRow).where(OutboxRow.subject_id == family.referral.id))
        return {row.key.partition(":")[2]: row for row in own if not row.key.startswith(family.referral.id)}


def rings(family: Seeded, clock_name: Clock, which: Which = PRIMARY) -> None:
    """As the dispatcher does when the time has come."""
    with db.writing() as tx:
        key = next(
            row.key
            for row in tx.scalars(select(OutboxRow).where(OutboxRow.subject_id == family.referral.id))
            if row.key.endswith(f":{which}:{clock_name}")
        )
        tx.execute(update(OutboxRow).where(OutboxRow.key == key).values(due_at=clock.now()))
        message = next(each for each in claimed(tx) if each.key == key)
        assert outbox.settle(tx, message, State.DELIVERED, clock.now())
        service.message_settled(tx, message, None)


def claimed(tx: Session) -> list[Claimed]:
    found = []
    while (message := outbox.claim(tx, clock.now(), ids.new_id())) is not None:
        found.append(message)
    return found


def body(family: Seeded, key: str) -> dict[str, object]:
    """What a message says."""
    with db.writing() as tx:
        tx.execute(update(OutboxRow).where(OutboxRow.key.endswith(f":{key}")).values(due_at=clock.now()))
        message = next(each for each in claimed(tx) if each.key.endswith(f":{key}"))
    return json.loads(message.body)


def settle(family: Seeded, name: str, why: str | None) -> None:
    """As the dispatcher does with a message that arrived, or that was given up."""
    with db.writing() as tx:
        message = next(each for each in claimed(tx) if each.key.partition(":")[2] == name)
        state = State.DELIVERED if why is None else State.DEAD
        assert outbox.settle(tx, message, state, clock.now(), why)
        service.message_settled(tx, message, why)
