"""The record as a FHIR R4 transaction: checked by validators of others, and against what part 2 asks."""

import copy
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from facilitator.referral.arrangement import PaidBy, Payer
from facilitator.referral.consent import Scope
from facilitator.referral.record.bundle import bundle
from facilitator.referral.record.contents import Contents, Someone
from facilitator.referral.record.patient import Patient
from tests.referral import fhir_check, part2
from tests.referral.recorded import DRAWN, a_consent, some_contents

NARROW = a_consent(scope=(Scope.IDENTITY, Scope.CARE))

RECORDS = {
    "whole": some_contents(),
    "drawn": some_contents(consent=a_consent(DRAWN, witness="Zoë Hart")),
    "narrow": some_contents(consent=NARROW),
    "bare": some_contents(
        details=Patient(), steps=(), hold_number="", payer=None, escort=None, patient=Someone("p", "עדי כהן")
    ),
    "self_pay": some_contents(payer=Payer("family", "$400 a day", PaidBy.SELF_PAY)),
    "odd_names": some_contents(
        patient=Someone("p", "\tمها  الحسن\u2028 ", "+1 603"), lead=Someone("l", "Ana 🌻 O’Brien-Núñez", "")
    ),
}

Spoil = Callable[[dict[str, Any]], object]
"""Something that makes a good Bundle a bad one."""


def as_sent(contents: Contents) -> dict[str, Any]:
    sent: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(bundle(contents)))
    return sent


def only(whole: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(entry["resource"] for entry in whole["entry"] if entry["resource"]["resourceType"] == kind)


SPOILED: dict[str, Spoil] = {
    "a status that is none": lambda b: only(b, "Task").update(status="soon"),
    "no intent": lambda b: only(b, "Task").pop("intent"),
    "an element that does not exist": lambda b: only(b, "Patient").update(nickname="Cal"),
    "two where one may be": lambda b: only(b, "Patient").update(birthDate=["1994-05-02", "1994-05-03"]),
    "a date that is none": lambda b: only(b, "Patient").update(birthDate="2 May 1994"),
    "a patient in place of a facility": lambda b: only(b, "HealthcareService").update(
        providedBy={"reference": b["entry"][0]["fullUrl"]}
    ),
    "an invariant broken (changed before it was made)": lambda b: only(b, "Task").update(
        lastModified="2001-01-01T00:00:00Z"
    ),
    "an invariant broken (no policy)": lambda b: (
        only(b, "Consent").pop("policy"),
        only(b, "Consent").pop("policyRule"),
    ),
    "a code that the list does not have": lambda b: only(b, "Consent")["provision"]["purpose"][0].update(
        code="WHIM"
    ),
    "a label under another name": lambda b: b["meta"]["security"][0].update(display="secret"),
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[fhir_check.Issue]]:
    """Every record and every spoiled one, checked in one go."""
    folder = tmp_path_factory.mktemp("bundles")
    whole = as_sent(RECORDS["whole"])
    found = {name: as_sent(contents) for name, contents in RECORDS.items()}
    for name, spoil in SPOILED.items():
        found[name] = copy.deepcopy(whole)
        spoil(found[name])
    paths = {name: folder / f"{number}.json" for number, name in enumerate(found)}
    for name, path in paths.items():
        path.write_bytes(msgspec.json.encode(found[name]))
    issues = fhir_check.issues(list(paths.values()))
    return {name: issues[path.name] for name, path in paths.items()}


@pytest.mark.parametrize("name", RECORDS)
def test_validators_of_others_find_nothing_wrong(name: str, checked: dict[str, list[fhir_check.Issue]]) -> None:
    assert checked[name] == []


@pytest.mark.parametrize("name", SPOILED)
def test_and_they_find_what_is_wrong(name: str, checked: dict[str, list[fhir_check.Issue]]) -> None:
    assert checked[name] != []


@pytest.mark.parametrize("name", RECORDS)
def test_it_is_what_part_2_asks_for(name: str) -> None:
    assert part2.faults(as_sent(RECORDS[name])) == []


def test_the_check_of_part_2_finds_faults() -> None:
    whole = as_sent(some_contents())
    only(whole, "Patient")["meta"]["security"].pop()
    only(whole, "Communication")["payload"] = []
    only(whole, "ServiceRequest")["subject"] = {"reference": "urn:uuid:nobody"}
    only(whole, "Coverage")["subscriberId"] = "078-05-1120"
    found = "\n".join(part2.faults(whole, frozenset({"Granite Mutual"})))
    for told in ("Patient lacks labels", "lacks the notice", "is nowhere", "social security", "says: Granite"):
        assert told in found


def test_only_what_was_agreed_to_gets_in() -> None:
    whole, narrow = as_sent(some_contents()), as_sent(some_contents(consent=NARROW))
    for told in ("Granite Mutual", "GM-4471", "Walter Bennett", "Transport"):
        assert told in str(whole)
        assert told not in str(narrow)
    assert "occurrenceDateTime" in only(whole, "ServiceRequest")
    assert "occurrenceDateTime" not in only(narrow, "ServiceRequest")
    assert [each["code"] for each in only(narrow, "Consent")["provision"]["purpose"]] == ["TREAT", "HOPERAT"]


def test_under_the_same_key_it_is_the_same_and_under_another_it_is_not() -> None:
    assert bundle(some_contents()) == bundle(some_contents())
    other = as_sent(some_contents(key="another"))
    assert {entry["fullUrl"] for entry in other["entry"]} & {
        entry["fullUrl"] for entry in as_sent(some_contents())["entry"]
    } == set()


def test_the_order_goes_from_the_practice_to_the_facility_until_the_answer_is_due() -> None:
    whole = as_sent(some_contents())
    places = {entry["fullUrl"]: entry["resource"] for entry in whole["entry"]}
    task = only(whole, "Task")
    assert (task["status"], task["intent"], task["priority"]) == ("requested", "order", "stat")
    assert places[task["focus"]["reference"]]["resourceType"] == "ServiceRequest"
    assert places[task["owner"]["reference"]]["name"] == "Harbor Ridge Recovery"
    assert task["restriction"]["period"]["end"] == "2026-03-01T18:15:00.000Z"
    assert task["identifier"][0]["value"] == whole["identifier"]["value"] == "0a1b2c:record:primary"


def test_a_name_is_sent_as_it_is_on_one_line() -> None:
    odd = as_sent(RECORDS["odd_names"])
    bare = msgspec.structs.replace(RECORDS["odd_names"], details=Patient())
    assert only(as_sent(bare), "Patient")["name"] == [{"text": "مها الحسن"}]
    assert only(odd, "Practitioner")["name"] == [{"text": "Ana 🌻 O’Brien-Núñez"}]


def test_a_social_security_number_is_taken_out_wherever_it_was_typed() -> None:
    typed = some_contents(payer=Payer("Granite 078-05-1120 Mutual", "078 05 1120", PaidBy.AUTHORIZATION))
    assert part2.faults(as_sent(typed)) == []
    assert only(as_sent(typed), "Coverage")["payor"] == [{"type": "Organization", "display": "Granite Mutual"}]


def test_the_signed_text_travels_word_for_word() -> None:
    signed = a_consent(DRAWN, witness="Zoë Hart")
    paper = only(as_sent(some_contents(consent=signed)), "DocumentReference")
    text, drawing = (part2.decoded(each["attachment"]["data"]) for each in paper["content"])
    assert text == signed.text
    assert drawing.startswith("<svg")
