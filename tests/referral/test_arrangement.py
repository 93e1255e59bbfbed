"""Armed means that nothing is lacking; every gap says whom to call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from facilitator.infra.ids import PersonId
from facilitator.referral.arrangement import (
    MUST_PACK,
    Arrangement,
    Companion,
    Drive,
    FacilityCard,
    Hold,
    HomeCover,
    Item,
    OtherOutcomes,
    PaidBy,
    Payer,
    Question,
)
from facilitator.referral.gates import Checked, GateName, Light, Treatment, Whom, gates, lacks, next_look

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MEETING_ENDS = AT + timedelta(hours=2)
PRIMARY = FacilityCard(
    "p",
    "Harbor Ridge",
    "admissions",
    "603-555-0130",
    "https://one.example",
    True,
    AT,
    required_documents=("Photo identification",),
    banned_items=("mouthwash",),
)
FALLBACK = FacilityCard("f", "Millbrook", "intake", "603-555-0140", "https://two.example", True, AT)
DRIVE = Drive(PersonId("ray"), "station wagon", 50, "pickup", AT, pickup="the back door")
COMPLETE = Arrangement(
    call_back_phone="603-555-0100",
    leave_within_minutes=15,
    hold=Hold("HR-1", "Nora", AT + timedelta(hours=4)),
    payer=Payer("Granite Mutual", "not required, per Nora", verified_by="Nora"),
    drive=DRIVE,
    escort=Companion(PersonId("walter"), AT),
    bag=tuple(Item(name, packed=True) for name in MUST_PACK),
    clearance_answered=True,
    naloxone_in_room=True,
    naloxone_in_vehicle=True,
    clearance=(Question("Any seizures?", "No."),),
    documents=(Item("photo identification", packed=True),),
    home=HomeCover("none", "the neighbor feeds the cat", "none"),
    others=OtherOutcomes("Call on Friday.", "Stay apart.", "Turn back."),
    consent_names=("p", "f"),
    meeting_at=AT,
)
SIGNED = Treatment(2, ())
WHOLE = Checked(COMPLETE, PRIMARY, FALLBACK, SIGNED, AT)


def with_plan(**change: Any) -> Checked:
    return msgspec.structs.replace(WHOLE, plan=msgspec.structs.replace(COMPLETE, **change))


def light(checked: Checked, name: GateName) -> Light:
    return next(gate.light for gate in gates(checked) if gate.name is name)


def test_a_complete_arrangement_lacks_nothing() -> None:
    assert lacks(WHOLE) == ()
    assert {gate.light for gate in gates(WHOLE)} == {Light.GREEN}
    assert [gate.name for gate in gates(WHOLE)] == list(GateName)


def test_the_arrival_is_the_time_to_leave_and_the_drive() -> None:
    assert COMPLETE.eta_minutes == 65
    assert COMPLETE.arrives_by(AT) == MEETING_ENDS + timedelta(minutes=65)
    late = MEETING_ENDS + timedelta(minutes=30)
    assert COMPLETE.arrives_by(late) == late + timedelta(minutes=65)


def drive(**change: Any) -> dict[str, Any]:
    return {"drive": msgspec.structs.replace(DRIVE, **change)}


NO_BAG_ITEM = tuple(Item(name, packed=name != "insurance card") for name in MUST_PACK)


@pytest.mark.parametrize(
    ("change", "gate", "word"),
    [
        ({"hold": None}, GateName.BED, "No bed is held"),
        ({"hold": Hold("", "Nora", AT + timedelta(days=1))}, GateName.BED, "No bed is held"),
        ({"hold": Hold("HR-1", "Nora", AT)}, GateName.BED, "ask Nora"),
        ({"hold": Hold("HR-1", "Nora", MEETING_ENDS + timedelta(hours=1))}, GateName.BED, "more time"),
        ({"meeting_at": AT + timedelta(hours=1)}, GateName.BED, "more time"),
        ({"payer": None}, GateName.PAYER, "who pays"),
        ({"payer": Payer("Granite Mutual", "")}, GateName.PAYER, "who pays"),
        ({"payer": Payer("Granite Mutual", "A-1", PaidBy.AUTHORIZATION)}, GateName.PAYER, "Call Granite Mutual"),
        ({"clearance_answered": False}, GateName.CLEARANCE, "medical questions"),
        ({"clearance": (Question("Any seizures?"),)}, GateName.CLEARANCE, "Any seizures?"),
        ({"drive": None}, GateName.TRANSPORT, "drive"),
        (drive(confirmed_at=None), GateName.TRANSPORT, "driver has not confirmed"),
        (drive(confirmed_at=AT - timedelta(hours=25)), GateName.TRANSPORT, "driver has not confirmed"),
        (drive(second_vehicle=""), GateName.TRANSPORT, "second vehicle"),
        (drive(pickup=""), GateName.TRANSPORT, "where it waits"),
        ({"escort": None}, GateName.ESCORT, "escort"),
        ({"escort": Companion(PersonId("walter"), None)}, GateName.ESCORT, "escort"),
        ({"bag": ()}, GateName.BAG, "identity card"),
        ({"bag": NO_BAG_ITEM}, GateName.BAG, "insurance card"),
        ({"bag": (*COMPLETE.bag, Item("Mouthwash", packed=True))}, GateName.BAG, "does not allow"),
        ({"documents": ()}, GateName.DOCUMENTS, "Photo identification"),
        (
            {"documents": (*COMPLETE.documents, Item("court letter", packed=False))},
            GateName.DOCUMENTS,
            "court letter",
        ),
        ({"naloxone_in_room": False}, GateName.NALOXONE, "Naloxone"),
        ({"naloxone_in_vehicle": False}, GateName.NALOXONE, "Naloxone"),
        ({"consent_names": ("p",)}, GateName.CONSENT, "both facilities"),
        ({"others": OtherOutcomes("Call.", "Stay apart.", "")}, GateName.OTHERS, "three plans"),
    ],
)
def test_each_missing_item_turns_its_own_gate_red(change: dict[str, Any], gate: GateName, word: str) -> None:
    broken = with_plan(**change)
    (gap,) = lacks(broken)
    assert word in gap
    assert [each.name for each in gates(broken) if each.light is not Light.GREEN] == [gate]


@pytest.mark.parametrize(
    ("change", "gate", "word"),
    [
        ({"tested_at": None}, GateName.LINE, "603-555-0130"),
        ({"tested_at": AT - timedelta(hours=73)}, GateName.LINE, "603-555-0130"),
        ({"offers_moud": None}, GateName.MOUD, "medication"),
        ({"required_documents": ("Social worker's letter",)}, GateName.DOCUMENTS, "Social worker's letter"),
    ],
)
def test_what_is_unknown_of_the_facility_is_named(change: dict[str, Any], gate: GateName, word: str) -> None:
    broken = msgspec.structs.replace(WHOLE, primary=msgspec.structs.replace(PRIMARY, **change))
    (gap,) = lacks(broken)
    assert word in gap
    assert next(each.whom for each in gates(broken) if each.name is gate) is Whom.PRIMARY


@pytest.mark.parametrize(
    ("treatment", "word"), [(Treatment(0, ()), "chosen"), (Treatment(2, ("residential",)), "residential")]
)
def test_without_a_clinicians_word_it_is_not_armed(treatment: Treatment, word: str) -> None:
    (gap,) = lacks(msgspec.structs.replace(WHOLE, treatment=treatment))
    assert word in gap


def test_two_desks_of_one_organization_are_not_two_chances() -> None:
    same = msgspec.structs.replace(FALLBACK, organization="Harbor Ridge")
    (gap,) = lacks(msgspec.structs.replace(WHOLE, fallback=same))
    assert "same organization" in gap


@pytest.mark.parametrize(
    ("broken", "gate"),
    [
        (with_plan(home=HomeCover("none", "", "none")), GateName.HOME),
        (with_plan(meeting_at=None), GateName.BED),
        (
            msgspec.structs.replace(WHOLE, fallback=msgspec.structs.replace(FALLBACK, tested_at=None)),
            GateName.FALLBACK,
        ),
        (
            msgspec.structs.replace(WHOLE, primary=msgspec.structs.replace(PRIMARY, offers_moud=False)),
            GateName.MOUD,
        ),
    ],
    ids=["home", "no date", "fallback untested", "no medication offered"],
)
def test_amber_is_said_and_stops_nothing(broken: Checked, gate: GateName) -> None:
    assert light(broken, gate) is Light.AMBER
    assert lacks(broken) == ()


def test_what_is_not_needed_may_stay_behind() -> None:
    bag = tuple(Item(name, packed=False, not_needed="has none") for name in MUST_PACK)
    assert lacks(with_plan(bag=bag)) == ()


def test_red_outweighs_amber_on_one_item() -> None:
    broken = with_plan(meeting_at=None, hold=Hold("HR-1", "Nora", AT + timedelta(minutes=10)))
    assert light(broken, GateName.BED) is Light.RED


def test_time_alone_turns_bed_line_and_driver_red() -> None:
    def red(at: datetime) -> set[GateName]:
        later = msgspec.structs.replace(WHOLE, at=at)
        return {gate.name for gate in gates(later) if gate.light is Light.RED}

    assert red(AT + timedelta(hours=2, minutes=50)) == set()
    assert red(AT + timedelta(hours=3)) == {GateName.BED}
    assert red(AT + timedelta(hours=25)) == {GateName.BED, GateName.TRANSPORT}
    assert red(AT + timedelta(hours=73)) == {GateName.BED, GateName.TRANSPORT, GateName.LINE}


def test_the_next_look_is_when_the_first_of_them_runs_out() -> None:
    at, looks = AT, []
    while (look := next_look(msgspec.structs.replace(WHOLE, at=at))) is not None:
        looks.append(look - AT)
        at = look + timedelta(seconds=1)
    assert looks == [timedelta(hours=2, minutes=55), timedelta(hours=24), timedelta(hours=72)]
    assert next_look(with_plan(hold=None, drive=None)) == AT + timedelta(hours=72)


def test_right_after_each_look_something_more_is_red() -> None:
    at = AT
    while (look := next_look(msgspec.structs.replace(WHOLE, at=at))) is not None:
        before, after = (
            lacks(msgspec.structs.replace(WHOLE, at=moment)) for moment in (at, look + timedelta(seconds=1))
        )
        assert len(after) == len(before) + 1
        at = look + timedelta(seconds=1)
