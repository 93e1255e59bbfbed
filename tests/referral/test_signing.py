"""Signing the consent and taking it back: who may, what leaves by it, what is kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, crypto, db
from facilitator.infra.outbox import OutboxRow, State
from facilitator.referral import consent, consents, disclosures, records, service
from facilitator.referral.answer import Answer, AnswerState, DeclineReason
from facilitator.referral.consent import Element, Scope
from tests.referral import test_routes
from tests.referral.families import an_outcome, say_yes
from tests.referral.part2 import faults

TYPED = {"signature": {"kind": "typed", "name": "Caleb Hart"}}
DRAWN = {"signature": {"kind": "drawn", "name": "Caleb Hart", "strokes": [[[10, 20], [300, 400]], [[5, 5]]]}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
NONSENSE = st.one_of(
    st.lists(JSON, max_size=4),
    st.fixed_dictionaries({"signature": JSON}),
    st.fixed_dictionaries(
        {"signature": st.fixed_dictionaries({"kind": st.just("drawn"), "name": JSON, "strokes": JSON})}
    ),
    st.fixed_dictionaries({"signature": st.just(TYPED["signature"]), "scope": st.lists(JSON, min_size=1)}),
    st.fixed_dictionaries({"signature": st.just(TYPED["signature"]), "witness": st.none() | st.integers()}),
)
"""None of it is a signature."""


@pytest.fixture
def family(app: Flask) -> Seeded:
    """They have said yes."""
    made = seed.families(1, totp=False)[0]
    say_yes(made, an_outcome())
    return made


def person(app: Flask, family: Seeded, role: str) -> FlaskClient:
    return from_our_page(test_routes.person(app, family, role))


def staff(app: Flask, family: Seeded) -> FlaskClient:
    return from_our_page(test_routes.staff(app, family))


def from_our_page(client: FlaskClient) -> FlaskClient:
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def path(family: Seeded) -> str:
    return f"/api/referrals/{family.referral.id}/consent"


def signed(client: FlaskClient, family: Seeded, asked: dict[str, Any] = TYPED) -> str:
    answer = client.post(path(family), json=asked)
    assert answer.status_code == 200, answer.text
    consent_id: str = answer.get_json()["consent"]
    return consent_id


def refused(client: FlaskClient, family: Seeded, asked: dict[str, Any]) -> tuple[int, str]:
    answer = client.post(path(family), json=asked)
    return answer.status_code, answer.get_json()["error"]["message"]


def released() -> list[OutboxRow]:
    with db.reading() as tx:
        return list(tx.scalars(select(OutboxRow).where(OutboxRow.kind == "record").order_by(OutboxRow.key)))


def body(row: OutboxRow) -> dict[str, Any]:
    return msgspec.json.decode(crypto.unseal(row.body, f"outbox:{row.key}:body"), type=dict[str, Any])


def kept(consent_id: str) -> consents.Kept:
    with db.reading() as tx:
        return consents.kept(tx, consent_id)


def told(client: FlaskClient, family: Seeded) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/referrals/{family.referral.id}").get_json()
    return answer


def test_the_record_leaves_with_the_signature(app: Flask, family: Seeded) -> None:
    assert released() == []
    consent_id = signed(person(app, family, "loved_one"), family)
    (row,) = released()
    sent = body(row)
    assert sent["consent"] == consent_id
    assert faults(sent["bundle"]) == []
    assert "Caleb Hart" in str(sent["bundle"])
    assert sent["bundle"]["identifier"]["value"] == row.key


def test_what_was_signed_is_kept_word_for_word(app: Flask, family: Seeded) -> None:
    last = kept(signed(person(app, family, "loved_one"), family, {**DRAWN, "witness": "Zoë Hart"}))
    assert last.consent.device == "own"
    assert last.consent.witness == "Zoë Hart"
    assert last.consent.signature.strokes[0] == [(10, 20), (300, 400)]
    for told in ("Caleb Hart", "Dana Whitfield", "Harbor Ridge Recovery", "Witness\nZoë Hart", consent.NOTICE):
        assert told in last.consent.text


def test_a_repeat_is_the_same_and_sends_nothing_twice(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    assert signed(phone, family) == signed(phone, family)
    assert len(released()) == 1


def test_while_one_holds_another_cannot_be_signed(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    signed(phone, family)
    code, message = refused(phone, family, {**TYPED, "scope": ["identity", "care"]})
    assert (code, message) == (409, "A consent is in force already. Take it back first, then sign anew.")


def test_of_two_signatures_at_once_one_counts(app: Flask, family: Seeded) -> None:
    """The phone and the device handed over, in the same moment."""
    phone, console = person(app, family, "loved_one"), staff(app, family)
    asked = {**TYPED, "witness": "Ben"}, {**TYPED, "on_behalf_of_device": True}
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda c, a: c.post(path(family), json=a), (phone, console), asked))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(released()) == 1


def test_on_a_device_handed_over_the_professional_is_the_witness(app: Flask, family: Seeded) -> None:
    console = staff(app, family)
    assert refused(console, family, TYPED)[0] == 403
    last = kept(signed(console, family, {**TYPED, "on_behalf_of_device": True}))
    assert (last.consent.device, last.consent.witness) == ("console", "Dana Whitfield")


@pytest.mark.parametrize("role", ["team_member", "observer", "escort", "driver"])
def test_nobody_else_signs_reads_or_takes_back(app: Flask, family: Seeded, role: str) -> None:
    signed(person(app, family, "loved_one"), family)
    other = person(app, family, role)
    assert refused(other, family, {**TYPED, "on_behalf_of_device": True})[0] == 403
    assert other.delete(path(family)).status_code == 403
    assert other.put(f"/api/referrals/{family.referral.id}/patient", json={}).status_code == 403
    for page in (f"/consent/{family.referral.id}", f"/consent/{family.referral.id}/copy"):
        assert other.get(page).status_code == 403
    assert released()[0].state == State.WAITING


def test_to_strangers_it_does_not_exist(app: Flask, family: Seeded) -> None:
    stranger = person(app, seed.families(1, totp=False)[0], "loved_one")
    assert refused(stranger, family, TYPED)[0] == 404
    assert stranger.delete(path(family)).status_code == 404
    assert stranger.get(f"/consent/{family.referral.id}").status_code == 404
    assert from_our_page(app.test_client()).post(path(family), json=TYPED).status_code == 401


def test_nobody_signs_before_the_yes(app: Flask) -> None:
    family = seed.families(1, totp=False)[0]
    code, message = refused(person(app, family, "loved_one"), family, TYPED)
    assert (code, message) == (409, "There is nothing to sign yet. That comes after the yes.")


@pytest.mark.parametrize(
    ("asked", "element"),
    [
        ({"signature": {"kind": "typed", "name": "  "}}, Element.SIGNATURE),
        ({"signature": {"kind": "drawn", "name": "Caleb"}}, Element.SIGNATURE),
        ({**TYPED, "facilities": []}, Element.RECIPIENTS),
        ({**TYPED, "scope": ["coverage"]}, Element.INFORMATION),
    ],
)
def test_with_an_element_missing_nothing_is_signed(
    app: Flask, family: Seeded, asked: dict[str, Any], element: Element
) -> None:
    code, message = refused(person(app, family, "loved_one"), family, asked)
    assert code == 422
    assert consent.MISSING[element] in message
    assert released() == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"signature": {"kind": "stamped", "name": "Caleb"}},
        {"signature": {"kind": "drawn", "name": "Caleb", "strokes": [[[10, 501]]]}},
        {"signature": {"kind": "typed", "name": "x" * 121}},
        {**TYPED, "facilities": ["elsewhere"]},
        {**TYPED, "witness": "078-05-1120"},
        {**TYPED, "scope": ["everything"]},
    ],
)
def test_what_cannot_be_read_is_refused(app: Flask, family: Seeded, asked: dict[str, Any]) -> None:
    assert refused(person(app, family, "loved_one"), family, asked)[0] == 422
    assert released() == []


def test_only_what_was_ticked_travels(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family, {**TYPED, "scope": ["identity", "care"]})
    sent = str(body(released()[0])["bundle"])
    for left_out in ("Granite Mutual", "Walter Bennett"):
        assert left_out not in sent


def test_a_facility_that_was_not_ticked_gets_nothing(app: Flask, family: Seeded) -> None:
    with db.reading() as tx:
        second = records.facilities_of(tx, family.referral.id)[1]
    consent_id = signed(person(app, family, "loved_one"), family, {**TYPED, "facilities": [second]})
    assert released() == []
    with db.reading() as tx:
        assert records.may_send(tx, consent_id, second)
        first = records.facilities_of(tx, family.referral.id)[0]
        assert not records.may_send(tx, consent_id, first)


@pytest.mark.parametrize("named", ["both", "first"])
def test_when_the_first_declines_the_second_gets_what_was_agreed_to_and_no_more(
    app: Flask, family: Seeded, named: str
) -> None:
    with db.reading() as tx:
        first, second = records.facilities_of(tx, family.referral.id)
    asked = {**TYPED, "scope": ["identity", "care"], "facilities": [first, second][: 2 if named == "both" else 1]}
    signed(person(app, family, "loved_one"), family, asked)
    (to_first,) = released()
    with db.writing() as tx:
        answer = Answer("a", AnswerState.DECLINED, clock.now(), DeclineReason.NO_CAPACITY)
        service.take_answer(tx, family.referral.id, first, answer)
    others = [row for row in released() if row.key != to_first.key]
    assert [row.to for row in others] == ([f"facilities:{second}"] if named == "both" else [])
    for row in others:
        sent = body(row)["bundle"]
        assert faults(sent) == []
        assert "Millbrook Valley Hospital" in str(sent)
        for left_out in ("Granite Mutual", "Walter Bennett", "Bed hold"):
            assert left_out not in str(sent)


@given(asked=NONSENSE)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_nonsense_is_ever_taken_or_breaks_anything(app: Flask, family: Seeded, asked: object) -> None:
    phone = person(app, family, "loved_one")
    for answer in (
        phone.post(path(family), json=asked),
        phone.put(f"/api/referrals/{family.referral.id}/patient", json={"member_id": asked}),
    ):
        assert answer.status_code == 422, answer.text
        assert answer.get_json()["error"]["message"]
    assert released() == []


def test_what_is_known_of_the_loved_one_travels_along(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    known = {"legal_name": "Caleb John Hart", "birth_date": "1994-05-02", "sex": "male", "member_id": "GM-4471"}
    assert phone.put(f"/api/referrals/{family.referral.id}/patient", json=known).status_code == 200
    signed(phone, family)
    sent = body(released()[0])["bundle"]
    patient = sent["entry"][0]["resource"]
    assert (patient["name"], patient["birthDate"]) == ([{"text": "Caleb John Hart"}], "1994-05-02")
    assert "GM-4471" in str(sent)


@pytest.mark.parametrize(
    "known",
    [
        *({"birth_date": "May 1994"}, {"birth_date": "2999-01-01"}, {"sex": "yes"}, {"street": "x" * 121}),
        *({"member_id": "078-05-1120"}, {"city": "a\0b"}),
    ],
)
def test_what_cannot_be_or_must_not_be_is_not_kept(app: Flask, family: Seeded, known: dict[str, str]) -> None:
    phone = person(app, family, "loved_one")
    answer = phone.put(f"/api/referrals/{family.referral.id}/patient", json=known)
    assert answer.status_code == 422


def test_taken_back_nothing_more_leaves(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    consent_id = signed(phone, family)
    assert phone.delete(path(family)).get_json() == {"consent": consent_id, "revoked": True}
    assert phone.delete(path(family)).status_code == 200
    assert [row.state for row in released()] == [State.CANCELLED]
    with db.reading() as tx:
        first = records.facilities_of(tx, family.referral.id)[0]
        assert not records.may_send(tx, consent_id, first)
        assert consents.in_force(tx, family.referral.id, clock.now()) is None
    assert told(staff(app, family), family)["accounting"] == []


def test_the_professional_can_take_it_back_for_them(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    assert staff(app, family).delete(path(family)).status_code == 200


def test_there_must_be_something_to_take_back(app: Flask, family: Seeded) -> None:
    assert person(app, family, "loved_one").delete(path(family)).status_code == 404


def test_after_taking_it_back_one_can_sign_anew(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    first = signed(phone, family, {**TYPED, "id": "a"})
    phone.delete(path(family))
    assert signed(phone, family, {**TYPED, "id": "a"}) == first, "a signature that comes late signs nothing anew"
    second = signed(phone, family, {**TYPED, "id": "b"})
    assert second != first
    assert kept(second).revoked_at is None


def test_a_consent_ends_by_itself(app: Flask, family: Seeded) -> None:
    last = kept(signed(person(app, family, "loved_one"), family))
    with db.reading() as tx:
        first = records.facilities_of(tx, family.referral.id)[0]
    ends = last.consent.form.expires_at
    assert ends is not None
    assert last.covers(first, ends - timedelta(seconds=1))
    assert not last.covers(first, ends)


def test_after_its_end_a_decline_moves_on_without_a_record(app: Flask, family: Seeded) -> None:
    signed(person(app, family, "loved_one"), family)
    with db.reading() as tx:
        first, second = records.facilities_of(tx, family.referral.id)
    with time_machine.travel(clock.now() + consent.LASTS, tick=True), db.writing() as tx:
        answer = Answer("late", AnswerState.DECLINED, clock.now(), DeclineReason.OTHER)
        assert service.take_answer(tx, family.referral.id, first, answer).state == "declined"
    assert [row.to for row in released()] == [f"facilities:{first}"]
    with db.reading() as tx:
        told = tx.scalars(select(OutboxRow.to).where(OutboxRow.to == f"facilities:{second}"))
        assert list(told), "the second one is asked all the same"


def test_what_arrived_stays_in_the_accounting(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    consent_id = signed(phone, family, {**TYPED, "scope": ["identity", "care", "travel"]})
    (row,) = released()
    facility = row.to.removeprefix("facilities:")
    with db.writing() as tx:
        disclosures.note(tx, row.key, consent_id, facility, clock.now())
        disclosures.note(tx, row.key, consent_id, facility, clock.now())
    phone.delete(path(family))
    (line,) = told(staff(app, family), family)["accounting"]
    assert (line["to"], line["consent"], line["key"]) == ("Harbor Ridge Recovery, admissions", consent_id, row.key)
    assert line["what"] == [consent.TOLD[each] for each in (Scope.IDENTITY, Scope.CARE, Scope.TRAVEL)]
    assert line["certain"]


def test_what_was_under_way_when_it_ended_may_have_arrived(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    signed(phone, family)
    with db.writing() as tx:
        row = tx.scalars(select(OutboxRow).where(OutboxRow.kind == "record")).one()
        row.attempts = 1
    phone.delete(path(family))
    (line,) = told(staff(app, family), family)["accounting"]
    assert not line["certain"]


def test_the_copy_has_every_word_and_what_went_where(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    copy = f"/consent/{family.referral.id}/copy"
    assert phone.get(copy).status_code == 404
    consent_id = signed(phone, family, {**DRAWN, "witness": "Zoë Hart"})
    shown = phone.get(copy).text
    for card in consent.cards(kept(consent_id).consent.form):
        assert card.title in shown
    assert "Zoë Hart" in shown
    assert "<polyline" in shown


def test_the_page_follows_the_consent(app: Flask, family: Seeded) -> None:
    phone = person(app, family, "loved_one")
    page = f"/consent/{family.referral.id}"
    assert "I agree and sign" in phone.get(page).text
    signed(phone, family)
    assert "You have signed" in phone.get(page).text
    phone.delete(path(family))
    assert "Taken back" in phone.get(page).text
    assert "Hand this device to" in staff(app, family).get(page).text


def test_before_the_yes_the_page_says_so(app: Flask) -> None:
    family = seed.families(1, totp=False)[0]
    assert "Nothing to sign yet" in person(app, family, "loved_one").get(f"/consent/{family.referral.id}").text


def test_who_is_not_signed_in_is_shown_the_way(app: Flask, family: Seeded) -> None:
    for page in (f"/consent/{family.referral.id}", f"/consent/{family.referral.id}/copy"):
        assert app.test_client().get(page).location == f"/sign-in?next={page}"
