"""The record on its way, through the real dispatcher: only while consent holds, and accounted for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from facilitator.config import Settings
from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db, outbox
from facilitator.infra.dispatcher import Channel, Dispatcher, Verdict
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.outbox import Claimed, OutboxRow, State
from facilitator.people.roles import Role
from facilitator.referral import disclosures, facility_page, links, records, service, signing
from facilitator.referral.channels.every import channels
from facilitator.referral.consent import Kind, Signature
from facilitator.referral.disclosures import Disclosure
from facilitator.referral.signing import Asked, Signer
from facilitator.referral.tables import Facility
from tests.referral import part2
from tests.referral.facility import FacilitySimulator, a_facility
from tests.referral.families import a_family, an_outcome, say_yes
from tests.referral.test_dispatcher import until

pytestmark = pytest.mark.usefixtures("database")

REVOKED = 100
"""So many consents are taken back between the claim and the send; none of the records may leave."""


class HeldUp:
    """The real channel, a moment late: what `meanwhile` does happens after the claim and before the send."""

    def __init__(self, real: Channel, meanwhile: Callable[[Claimed], object]) -> None:
        self._real = real
        self._meanwhile = meanwhile

    def send(self, message: Claimed) -> Verdict:
        self._meanwhile(message)
        return self._real.send(message)


@pytest.fixture
def facility() -> Iterator[FacilitySimulator]:
    with a_facility() as simulator:
        yield simulator


@contextmanager
def dispatching(config: Settings, meanwhile: Callable[[Claimed], object] | None = None) -> Iterator[None]:
    by_kind = channels(config)
    if meanwhile is not None:
        by_kind["record"] = HeldUp(by_kind["record"], meanwhile)
    dispatcher = Dispatcher(by_kind, service.message_settled, service.hold_for_report)
    running = threading.Thread(target=dispatcher.run)
    running.start()
    outbox.on_poke(dispatcher.wake)
    yield
    outbox.on_poke(None)
    dispatcher.stop()
    running.join(20)
    assert not running.is_alive()


def loved_one(family: Seeded) -> Signer:
    person = next(each for each in family.people if each.role is Role.LOVED_ONE)
    return Signer(PersonId(person.id), Role.LOVED_ONE, person.name)


def sign(family: Seeded) -> str:
    asked = Asked(Signature(Kind.TYPED, "Caleb Hart"))
    with db.writing() as tx:
        return signing.sign(tx, family.referral.id, asked, loved_one(family), clock.now())


def take_back(referral: ReferralId, by: Signer) -> None:
    with db.writing() as tx:
        signing.take_back(tx, referral, by, clock.now())


def records_of(facility: FacilitySimulator) -> list[dict[str, Any]]:
    bodies = [msgspec.json.decode(each.body, type=dict[str, Any]) for each in list(facility.deliveries)]
    return [body for body in bodies if body["type"] == "referral.record"]


def states() -> list[str]:
    with db.reading() as tx:
        return list(tx.scalars(select(OutboxRow.state).where(OutboxRow.kind == "record")))


def accounting(family: Seeded) -> tuple[Disclosure, ...]:
    with db.reading() as tx:
        return disclosures.of_referral(tx, family.referral.id)


def test_the_record_reaches_the_facility_and_the_accounting(config: Settings, facility: FacilitySimulator) -> None:
    family = a_family(facility.url)
    say_yes(family, an_outcome())
    with dispatching(config):
        consent = sign(family)
        until(lambda: bool(accounting(family)))
    (sent,) = records_of(facility)
    assert part2.faults(sent["bundle"]) == []
    (line,) = accounting(family)
    assert (line.to, line.consent, line.certain) == ("Harbor Ridge Recovery, admissions", consent, True)
    assert line.key == sent["bundle"]["identifier"]["value"]


def test_signed_before_the_facility_was_reached_it_waits_for_nothing(
    config: Settings, facility: FacilitySimulator
) -> None:
    """What fails is the heads-up alone; the record is a message of its own."""
    facility.answers = [503]
    family = a_family(facility.url)
    say_yes(family, an_outcome())
    sign(family)
    with dispatching(config):
        until(lambda: len(records_of(facility)) == 1)


def test_taken_back_between_the_claim_and_the_send_nothing_leaves(
    config: Settings, facility: FacilitySimulator
) -> None:
    families = seed.families(REVOKED, totp=False)
    with db.writing() as tx:
        tx.execute(update(Facility).values(endpoint=facility.url))
    signers = {family.referral.id: loved_one(family) for family in families}
    for family in families:
        say_yes(family, an_outcome())
        sign(family)
    claimed: list[str] = []

    def revoke(message: Claimed) -> None:
        claimed.append(message.key)
        take_back(ReferralId(message.subject_id), signers[ReferralId(message.subject_id)])

    with dispatching(config, meanwhile=revoke):
        until(lambda: len(set(claimed)) == REVOKED and set(states()) == {State.CANCELLED}, timeout_s=120)
    assert facility.deliveries, "the heads-ups did arrive"
    assert records_of(facility) == []


def test_what_may_have_arrived_is_said_to_be_uncertain(config: Settings, facility: FacilitySimulator) -> None:
    """The facility took it and the answer was lost; then the consent was taken back."""
    facility.answers = [200, "reset", *["hang"] * 5]
    family = a_family(facility.url)
    say_yes(family, an_outcome())
    with dispatching(config):
        facility.wait_for(1)
        sign(family)
        until(lambda: len(records_of(facility)) >= 1)
        until(lambda: _tried(1))
        take_back(family.referral.id, loved_one(family))
    (line,) = accounting(family)
    assert not line.certain
    assert states() == [State.CANCELLED]


def test_behind_a_link_nothing_is_disclosed_before_somebody_looks(config: Settings) -> None:
    family = a_family()
    with db.writing() as tx:
        tx.execute(update(Facility).values(channel="link", email="desk@facility.example"))
    say_yes(family, an_outcome())
    with dispatching(config):
        sign(family)
        until(lambda: states() == [State.DELIVERED])
    assert accounting(family) == ()
    with db.writing() as tx:
        first = records.facilities_of(tx, family.referral.id)[0]
        link = links.make(tx, family.referral.id, first, "any")
        assert link is not None
        token = link.rsplit("/", 1)[-1]
        assert any("Caleb Hart" in line.text for line in facility_page.open_papers(tx, links.opened(tx, token)))
    (line,) = accounting(family)
    assert line.certain


def _tried(times: int) -> bool:
    with db.reading() as tx:
        return tx.scalars(select(OutboxRow.attempts).where(OutboxRow.kind == "record")).one() >= times
