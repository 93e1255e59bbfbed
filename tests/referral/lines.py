"""Families whose facility takes its messages in one way or another, and a dispatcher with every channel."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from facilitator.config import Settings
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db, outbox
from facilitator.infra.dispatcher import Dispatcher
from facilitator.infra.outbox import OutboxRow
from facilitator.people import service as people
from facilitator.people.roles import Role
from facilitator.referral import service, signing
from facilitator.referral.arrangement import Channel
from facilitator.referral.channels.every import channels
from facilitator.referral.consent import Kind, Signature
from facilitator.referral.signing import Asked, Signer
from facilitator.referral.tables import Facility, Referral


def reach(family: Seeded, which: str = "primary", **changes: Any) -> str:
    """Changes how a facility of this family is reached; its id."""
    with db.writing() as tx:
        referral = tx.get_one(Referral, family.referral.id)
        row = tx.get_one(Facility, referral.primary_id if which == "primary" else referral.fallback_id)
        for name, value in changes.items():
            setattr(row, name, str(value) if isinstance(value, Channel) else value)
        return row.id


def sign(family: Seeded) -> str:
    """The loved one signs on their own phone; the id of the consent."""
    loved_one = next(person for person in family.people if person.role is Role.LOVED_ONE)
    asked = Asked(Signature(Kind.TYPED, loved_one.name))
    with db.writing() as tx:
        signer = Signer(loved_one.id, Role.LOVED_ONE, people.contact(tx, loved_one.id).name)
        return signing.sign(tx, family.referral.id, asked, signer, clock.now())


def take_back(family: Seeded) -> None:
    loved_one = next(person for person in family.people if person.role is Role.LOVED_ONE)
    with db.writing() as tx:
        signer = Signer(loved_one.id, Role.LOVED_ONE, loved_one.name)
        signing.take_back(tx, family.referral.id, signer, clock.now())


@contextmanager
def dispatching(**settings: Any) -> Iterator[Dispatcher]:
    """With every channel, as `flask outbox run` has it, woken by each poke."""
    dispatcher = Dispatcher(channels(Settings(**settings)), service.message_settled, service.hold_for_report)
    running = threading.Thread(target=dispatcher.run)
    running.start()
    outbox.on_poke(dispatcher.wake)
    try:
        yield dispatcher
    finally:
        outbox.on_poke(None)
        dispatcher.stop()
        running.join(20)
        assert not running.is_alive()


def until(true: Callable[[], bool], timeout_s: float = 10.0) -> float:
    """Seconds until it was so."""
    began_s = time.monotonic()
    while not true():
        assert time.monotonic() - began_s < timeout_s, "it never came"
        time.sleep(0.01)
    return time.monotonic() - began_s


def states(kind: str) -> list[tuple[str, str]]:
    """(state, why) of every message of a kind."""
    with db.reading() as tx:
        rows = tx.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.key))
        return [(row.state, row.why or "") for row in rows]
