"""The record follows the consent: to whom it goes as the turn moves on, and what taking it back stops."""

from datetime import timedelta

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select, update

from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, crypto, db
from facilitator.infra.outbox import OutboxRow
from facilitator.referral import consents, moving, service
from facilitator.referral.consent import Consent as SignedConsent
from facilitator.referral.record.tables import ConsentRow
from facilitator.referral.summary import Consent, Which
from tests.referral.asked import answers, bids, lead, rows, settle, summary
from tests.referral.families import an_outcome, say_yes, take_it_back
from tests.referral.test_signing import path, person, signed


@pytest.fixture
def family(app: Flask) -> Seeded:
    """They have said yes."""
    made = seed.families(1, totp=False)[0]
    say_yes(made, an_outcome())
    return made


def records(family: Seeded) -> dict[str, str]:
    """The states of all records of a family, by key."""
    return {name: row.state for name, row in rows(family).items() if row.kind == "record"}


def takes_it_back(app: Flask, family: Seeded) -> None:
    assert person(app, family, "loved_one").delete(path(family)).status_code == 200


def test_only_whoever_was_asked_gets_the_record(app: Flask, family: Seeded) -> None:
    assert summary(family).consent is Consent.WAITING
    signed(person(app, family, "loved_one"), family)
    assert records(family) == {"record:primary": "waiting"}
    assert summary(family).consent is Consent.SIGNED


def test_the_second_facility_gets_it_when_its_turn_comes(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    answers(family, Which.PRIMARY, "declined")
    assert records(family) == {"record:primary": "cancelled", "record:fallback": "waiting"}


def test_a_facility_that_was_called_off_gets_nothing_more(app: Flask, family: Seeded) -> None:
    with db.writing() as tx:
        service.confirm_fallback(tx, family.referral.id, lead(family))
    signed(person(app, family, "loved_one"), family)
    assert set(records(family).values()) == {"waiting"}
    answers(family, Which.FALLBACK, "accepted")
    assert records(family) == {"record:primary": "cancelled", "record:fallback": "waiting"}


def test_a_yes_that_is_given_again_takes_the_record_along(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    outcome = an_outcome()
    take_it_back(family, outcome)
    assert records(family) == {"record:primary": "cancelled"}
    say_yes(family, outcome)
    assert records(family) == {"record:primary": "cancelled", "record:primary:2": "waiting"}


def test_a_consent_that_ended_holds_back_the_record_and_not_the_person(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    _let_it_end()
    answers(family, Which.PRIMARY, "declined")
    assert bids(family)[Which.FALLBACK].stage == "sent"
    assert "record:fallback" not in records(family)


def _let_it_end() -> None:
    with db.writing() as tx:
        row = tx.scalars(select(ConsentRow)).one()
        held = msgspec.json.decode(crypto.unseal(row.body, consents.place(row.id)), type=SignedConsent)
        over = msgspec.structs.replace(held.form, expires_at=clock.now() - timedelta(seconds=1))
        ended = msgspec.json.encode(msgspec.structs.replace(held, form=over)).decode()
        row.body = crypto.seal(ended, consents.place(row.id))


def test_taking_it_back_before_anything_left_calls_nobody_off(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    takes_it_back(app, family)
    seen = summary(family)
    assert (seen.consent, seen.stage, records(family)) == (
        Consent.REVOKED,
        "sent",
        {"record:primary": "cancelled"},
    )
    assert any("took the consent back" in gap for gap in seen.gaps)


def test_taking_it_back_asks_whoever_has_the_record_to_cancel(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    answers(family, Which.PRIMARY, "accepted")
    settle(family, "record:primary", None)
    takes_it_back(app, family)
    assert (bids(family)[Which.PRIMARY].stage, rows(family)["facility:cancel"].kind) == ("cancel_asked", "webhook")
    settle(family, "facility:cancel", None)
    assert bids(family)[Which.PRIMARY].stage == "cancelled"


def test_a_record_that_is_under_way_counts_as_known(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    with db.writing() as tx:
        tx.execute(update(OutboxRow).where(OutboxRow.kind == "record").values(attempts=1))
    takes_it_back(app, family)
    assert bids(family)[Which.PRIMARY].stage == "cancel_asked"


def test_after_an_admission_taking_it_back_cancels_nothing(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    answers(family, Which.PRIMARY, "accepted")
    settle(family, "record:primary", None)
    answers(family, Which.PRIMARY, "admitted")
    takes_it_back(app, family)
    assert (summary(family).stage, "facility:cancel" in rows(family)) == ("admitted", False)


def test_signed_anew_and_sent_again_the_record_leaves_once_more(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    signed(phone, family, {"id": "first", "signature": {"kind": "typed", "name": "Caleb Hart"}})
    settle(family, "record:primary", None)
    assert phone.delete(path(family)).status_code == 200
    signed(phone, family, {"id": "second", "signature": {"kind": "typed", "name": "Caleb Hart"}})
    with db.writing() as tx:
        assert moving.move(tx, family.referral.id, "resend", lead(family)).state == "sent"
    assert records(family) == {"record:primary": "delivered", "record:primary:2": "waiting"}


def test_papers_that_do_not_arrive_are_a_call_to_make(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    answers(family, Which.PRIMARY, "accepted")
    settle(family, "record:primary", "status 400")
    seen = summary(family)
    assert seen.stage == "accepted"
    assert any("papers did not reach" in gap and "603-555-0130" in gap for gap in seen.gaps)
