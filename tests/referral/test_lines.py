"""The secrets of a facility's line, its end, and the links to a facility's page."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db
from facilitator.infra.ids import ReferralId
from facilitator.infra.refusal import Refused
from facilitator.referral import facilities, lines, links, simulate
from facilitator.referral.channels.tables import FacilityLink
from facilitator.referral.tables import Referral
from tests.referral.families import a_family

pytestmark = pytest.mark.usefixtures("database")


def primary_of(tx: Session, family: Seeded) -> str:
    row = tx.get(Referral, family.referral.id)
    assert row is not None
    return row.primary_id


def token_of(tx: Session, family: Seeded, key: str) -> str:
    link = links.make(tx, family.referral.id, primary_of(tx, family), key)
    assert link is not None
    return link.rpartition("/")[2]


def test_both_secrets_hold_until_the_earlier_ones_end() -> None:
    family = a_family()
    now = clock.now()
    with db.writing() as tx:
        facility = primary_of(tx, family)
        assert lines.line(tx, facility, now).secrets == (family.referral.webhook_secret,)
        fresh = lines.rotate(tx, facility, now, both_for=timedelta(hours=2))
        assert lines.line(tx, facility, now).secrets == (fresh, family.referral.webhook_secret)
        assert lines.line(tx, facility, now + timedelta(hours=2)).secrets == (fresh,)


def test_a_second_rotation_ends_the_first_secret_at_once() -> None:
    family = a_family()
    now = clock.now()
    with db.writing() as tx:
        facility = primary_of(tx, family)
        second = lines.rotate(tx, facility, now)
        third = lines.rotate(tx, facility, now)
        assert lines.line(tx, facility, now).secrets == (third, second)


def test_a_line_that_was_closed_is_red_until_it_answers_a_test_again() -> None:
    family = a_family()
    with db.writing() as tx:
        facility = primary_of(tx, family)
        assert facilities.card(tx, facility).tested_at is not None, "premise: it was green"
        lines.close(tx, facility, clock.now())
        assert lines.line(tx, facility, clock.now()).gone
        assert facilities.card(tx, facility).tested_at is None
        lines.reopen(tx, facility)
        assert not lines.line(tx, facility, clock.now()).gone
        assert facilities.card(tx, facility).tested_at is None


def test_testing_a_closed_line_tries_it_again() -> None:
    family = a_family()
    with db.writing() as tx:
        facility = primary_of(tx, family)
        lines.close(tx, facility, clock.now())
        simulate.begin(tx, facility, clock.now())
        assert not lines.line(tx, facility, clock.now()).gone


def test_a_link_leads_to_one_referral_and_one_facility_and_is_kept_as_a_digest() -> None:
    family = a_family()
    with db.writing() as tx:
        facility = primary_of(tx, family)
        token = token_of(tx, family, "a message")
        assert links.opened(tx, token) == links.Opened(family.referral.id, facility)
        assert token not in {row.digest for row in tx.scalars(select(FacilityLink))}


def test_a_message_written_again_carries_the_same_link_and_another_message_another() -> None:
    family = a_family()
    with db.writing() as tx:
        first, again, other = (token_of(tx, family, key) for key in ("a", "a", "b"))
    assert first == again != other


def test_a_link_ends_by_itself_and_when_it_is_revoked() -> None:
    family = a_family()
    with db.writing() as tx:
        old, revoked = (token_of(tx, family, key) for key in ("a", "b"))
        row = tx.scalars(select(FacilityLink)).first()
        assert row is not None
        row.expires_at = clock.now() - timedelta(seconds=1)
        tx.flush()
        assert links.revoke(tx, family.referral.id) == 1, "the other had ended already"
        for token in (old, revoked):
            with pytest.raises(Refused, match="ended"):
                links.opened(tx, token)


def test_a_made_up_link_opens_nothing() -> None:
    with db.reading() as tx, pytest.raises(Refused, match="does not open anything"):
        links.opened(tx, "0" * 64)


def test_what_is_no_referral_has_no_link() -> None:
    family = a_family()
    with db.writing() as tx:
        assert links.make(tx, ReferralId("0" * 32), primary_of(tx, family), "a test") is None
