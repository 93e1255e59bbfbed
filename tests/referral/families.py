"""Families whose referral is armed, and whose facility is wherever a test wants it."""

from sqlalchemy import update

from facilitator.demo import seed
from facilitator.infra import clock, db, ids
from facilitator.infra.ids import OutcomeId
from facilitator.referral import service
from facilitator.referral.service import ReferralActivation
from facilitator.referral.tables import Facility


def a_family(endpoint: str = "http://127.0.0.1:9/unused") -> seed.Seeded:
    family = seed.families(1, totp=False)[0]
    with db.writing() as tx:
        tx.execute(
            update(Facility).where(Facility.endpoint == family.referral.primary.endpoint).values(endpoint=endpoint)
        )
    return family


def an_outcome() -> OutcomeId:
    return OutcomeId(ids.new_id())


def say_yes(family: seed.Seeded, outcome: OutcomeId) -> ReferralActivation:
    with db.writing() as tx:
        return service.activate(tx, family.referral.id, outcome, clock.now())


def take_it_back(family: seed.Seeded, outcome: OutcomeId) -> None:
    with db.writing() as tx:
        service.stand_down(tx, family.referral.id, outcome, clock.now())


def stage(family: seed.Seeded) -> str:
    with db.reading() as tx:
        return service.summary(tx, family.referral.id).state
