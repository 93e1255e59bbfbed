"""The directory speaks HSDS 3.0.1: what comes in goes out again; what is wrong is named and changes nothing."""

import json
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from facilitator.infra import db
from facilitator.infra.refusal import Refused
from facilitator.referral import directory, facilities, hsds_files, lines, locator, offers
from facilitator.referral.hsds import Service
from facilitator.referral.offers import MoudPolicy, Offer, Setting
from facilitator.referral.tables import Facility
from tests.referral.records import LOCATOR_ROW, a_record

SAID = directory.Details(
    organization="Harbor Ridge",
    service="admissions",
    phone="603-555-0130",
    description="Care day and night.",
    fees="As agreed with the payer.",
    hours="Every day, at any hour",
    offer=Offer(
        settings=(Setting.RESIDENTIAL, Setting.RESIDENTIAL_DETOX),
        moud=MoudPolicy.OFFERED,
        medications=("buprenorphine", "methadone"),
        insurance=("Granite Mutual", "Medicaid"),
        banned_items=("mouthwash",),
        asam_levels=(("3.7", "4th edition"),),
    ),
    documents=("Photo identification",),
)


def file_of(*records: dict[str, Any]) -> bytes:
    return json.dumps(list(records)).encode()


def refusal(*records: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        hsds_files.read(file_of(*records))
    assert refused.value.status == 422
    return refused.value.message


def take(text: bytes) -> directory.Taken:
    with db.writing() as tx:
        return directory.take(tx, hsds_files.read(text), lines.new_secret)


def count() -> int:
    with db.reading() as tx:
        return tx.scalar(select(func.count()).select_from(Facility)) or 0


def exported() -> bytes:
    with db.reading() as tx:
        return hsds_files.write(directory.export(tx))


def test_a_record_is_read_and_written_without_a_change() -> None:
    again = json.loads(hsds_files.write(hsds_files.read(file_of(a_record()))))
    assert again["contents"] == [a_record()]
    assert (again["total_items"], again["empty"], again["last_page"]) == (1, False, True)


@pytest.mark.parametrize(
    "whole",
    [a_record(), [a_record()], {"contents": [a_record()], "total_items": 1}],
    ids=["one", "a list", "a page"],
)
def test_one_record_a_list_and_a_page_are_all_read(whole: Any) -> None:
    assert [each.name for each in hsds_files.read(json.dumps(whole).encode())] == [a_record()["name"]]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (a_record(status=None), ("Record 1", "`status`", "Add it")),
        (a_record(status="asleep"), ("Record 1", "`status`", "no value 'asleep'")),
        (a_record(beds=4), ("Record 1", "no field `beds`", "Remove it")),
        (a_record(phones=[{"id": a_record()["id"]}]), ("`number`", "phones", "Add it")),
        (a_record(phones=None), ("no phone number", "`phones`")),
        (a_record(id="17"), ("must be a UUID", "`id`")),
        (a_record(organization=None), ("`organization`", "Add it")),
        (a_record(organization_id=a_record()["id"]), ("`organization_id`", "the same")),
        ({"name": 5}, ("Record 1",)),
        ("a text", ("Record 1",)),
        (LOCATOR_ROW | {"phone": ""}, ("Record 1", "Cedar County Services", "phone")),
    ],
)
def test_what_is_wrong_is_named_with_its_record_and_what_to_do(record: Any, words: tuple[str, ...]) -> None:
    said = refusal(record)
    assert all(word in said for word in words), said


def test_every_wrong_record_is_named_and_a_long_list_is_cut() -> None:
    said = refusal(a_record(), *(a_record(status=None, name=f"place {n}") for n in range(20)))
    assert 'Record 2 ("place 0")' in said
    assert "And 8 more" in said


def test_the_same_id_twice_in_one_file_is_refused() -> None:
    assert "occurs twice" in refusal(a_record(), a_record(name="another"))


@pytest.mark.parametrize("text", [b"", b"<html>", b"[]", b'{"contents": []}', b"\xff", b"[" * 100_000])
def test_a_file_without_records_is_refused(text: bytes) -> None:
    with pytest.raises(Refused) as refused:
        hsds_files.read(text)
    assert refused.value.code == "malformed"


@pytest.mark.usefixtures("database")
def test_a_file_with_one_bad_record_adds_nothing() -> None:
    with pytest.raises(Refused):
        take(file_of(a_record(), a_record(id=a_record()["organization_id"], status=None)))
    assert count() == 0


@pytest.mark.usefixtures("database")
def test_taking_the_same_file_again_changes_nothing_and_a_newer_one_changes_what_it_says() -> None:
    assert take(file_of(a_record())) == directory.Taken(added=1, changed=0, same=0)
    first = exported()
    assert take(first) == directory.Taken(added=0, changed=0, same=1)
    assert exported() == first
    assert take(file_of(a_record(name="New name"))) == directory.Taken(added=0, changed=1, same=0)
    with db.reading() as tx:
        card = facilities.card(tx, a_record()["id"].replace("-", ""))
    assert (card.service, card.phone) == ("New name", "+1 603-555-0160")
    assert card.required_documents == ("Photo identification",)


@pytest.mark.usefixtures("database")
def test_what_people_wrote_survives_the_way_out_and_in_again() -> None:
    with db.writing() as tx:
        facility_id = directory.create(tx, SAID, lines.new_secret())
        assert directory.details(tx, facility_id) == SAID
    out = exported()
    assert take(out) == directory.Taken(added=0, changed=0, same=1)
    with db.writing() as tx:
        tx.delete(tx.get_one(Facility, facility_id))
    assert take(out) == directory.Taken(added=1, changed=0, same=0)
    with db.reading() as tx:
        assert directory.details(tx, facility_id) == SAID
        assert facilities.card(tx, facility_id).banned_items == ("mouthwash",)
    assert exported() == out


@pytest.mark.usefixtures("database")
def test_describing_a_facility_leaves_the_rest_of_its_record_alone() -> None:
    take(file_of(a_record()))
    facility_id = a_record()["id"].replace("-", "")
    with db.writing() as tx:
        directory.describe(tx, facility_id, SAID)
    (after,) = json.loads(exported())["contents"]
    assert after["service_at_locations"] == a_record()["service_at_locations"]
    assert after["organization"]["contacts"] == a_record()["organization"]["contacts"]
    assert a_record()["attributes"][0] in after["attributes"]
    assert [each["document"] for each in after["required_documents"]] == ["Photo identification"]
    assert after["required_documents"][0]["id"] == a_record()["required_documents"][0]["id"]
    assert after["phones"][0]["number"] == "603-555-0130"


@pytest.mark.usefixtures("database")
def test_no_secret_and_no_address_of_ours_leaves_with_the_directory() -> None:
    with db.writing() as tx:
        new = facilities.NewFacility("A", "b", "603-555-0130", "https://hook.example/x", "whsec_abcdef", True)
        facilities.add(tx, new)
    assert b"hook.example" not in exported()
    assert b"whsec" not in exported()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"organization": " "}, "organization"),
        ({"service": "x" * 121}, "shorten"),
        ({"phone": ""}, "phone"),
        ({"offer": Offer(asam_levels=(("3.7", ""),))}, "edition"),
        ({"offer": Offer(medications=("methadone",))}, "MOUD policy"),
    ],
)
def test_half_a_description_is_refused(change: dict[str, Any], word: str) -> None:
    with db.writing() as tx, pytest.raises(Refused, match=word):
        directory.create(tx, msgspec.structs.replace(SAID, **change), lines.new_secret())


def located(**change: Any) -> Service:
    (service,) = hsds_files.read(json.dumps({"rows": [LOCATOR_ROW | change]}).encode())
    return service


def test_a_row_of_the_national_locator_becomes_a_record() -> None:
    service = located()
    assert (service.organization.name, service.name) == ("Cedar County Services", "Cedar House")
    assert [phone.number for phone in service.phones] == ["603-555-0152", "603-555-0151"]
    address = service.service_at_locations[0].location.addresses[0]  # type: ignore[union-attr]
    assert (address.address_1, address.address_2, address.postal_code) == ("12 Mill Street", None, "03820")
    offer = offers.offer_of(service)
    assert offer.settings == (Setting.RESIDENTIAL, Setting.RESIDENTIAL_DETOX, Setting.INTENSIVE_OUTPATIENT)
    assert (offer.moud, offer.medications) == (MoudPolicy.OFFERED, ("buprenorphine", "methadone"))
    assert offer.insurance == ("Medicaid", "Cash or self-payment")
    assert offer.asam_levels == ()


def test_the_same_row_gives_the_same_record_and_is_itself_a_valid_one() -> None:
    assert located() == located(miles=7)
    assert hsds_files.read(hsds_files.write((located(),))) == (located(),)


@pytest.mark.parametrize(
    ("said", "policy"),
    [
        ("Accepts clients on opioid medication", MoudPolicy.CONTINUED),
        ("Does not treat opioid use disorder", MoudPolicy.NOT_OFFERED),
        ("Does not use buprenorphine for opioid use disorder", MoudPolicy.NOT_OFFERED),
        ("Prescribes naltrexone", MoudPolicy.OFFERED),
        ("Naloxone and overdose education", None),
        ("SAMHSA-certified Opioid Treatment Program", None),
    ],
)
def test_the_medication_policy_is_told_only_where_the_row_says_so(said: str, policy: MoudPolicy | None) -> None:
    row = msgspec.convert(
        LOCATOR_ROW | {"services": [{"f1": "Opioid treatment", "f2": "OT", "f3": said}]}, locator.Row
    )
    offer = locator.offer_of(row)
    assert offer.moud is policy
    assert (Setting.OPIOID_TREATMENT_PROGRAM in offer.settings) is ("Program" in said)
