"""Armed means that nothing is lacking; every gap says whom to call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from facilitator.infra.ids import PersonId
from facilitator.referral.arrangement import Arrangement, Companion, Drive, FacilityCard, Hold, Item, Payer, lacks

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PRIMARY = FacilityCard("p", "Harbor Ridge", "admissions", "603-555-0130", "https://one.example", True, AT)
FALLBACK = FacilityCard("f", "Millbrook", "intake", "603-555-0140", "https://two.example", True, AT)
COMPLETE = Arrangement(
    call_back_phone="603-555-0100",
    leave_within_minutes=15,
    hold=Hold("HR-1", "Nora", AT + timedelta(hours=1)),
    payer=Payer("Granite Mutual", "not required, per Nora"),
    drive=Drive(PersonId("ray"), "station wagon", 50, "pickup", AT),
    escort=Companion(PersonId("walter"), AT),
    bag=(Item("identity card", packed=True),),
    clearance_answered=True,
    naloxone_in_room=True,
    naloxone_in_vehicle=True,
)


def test_a_complete_arrangement_lacks_nothing() -> None:
    assert lacks(COMPLETE, PRIMARY, FALLBACK, AT) == ()


def test_the_arrival_is_the_time_to_leave_and_the_drive() -> None:
    assert COMPLETE.eta_minutes == 65


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"hold": None}, "No bed is held"),
        ({"hold": Hold("HR-1", "Nora", AT)}, "ask Nora"),
        ({"payer": None}, "who pays"),
        ({"clearance_answered": False}, "medical questions"),
        ({"drive": None}, "drive"),
        ({"drive": Drive(PersonId("ray"), "car", 50, "", None)}, "driver has not confirmed"),
        ({"drive": Drive(PersonId("ray"), "car", 50, "", AT - timedelta(hours=25))}, "driver has not confirmed"),
        ({"escort": None}, "escort"),
        ({"escort": Companion(PersonId("walter"), None)}, "escort"),
        ({"bag": ()}, "bag"),
        ({"bag": (Item("insurance card", packed=False),)}, "insurance card"),
        ({"naloxone_in_room": False}, "Naloxone"),
        ({"naloxone_in_vehicle": False}, "Naloxone"),
    ],
)
def test_each_missing_item_is_named(change: dict[str, Any], word: str) -> None:
    (gap,) = lacks(msgspec.structs.replace(COMPLETE, **change), PRIMARY, FALLBACK, AT)
    assert word in gap


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"tested_at": None}, "603-555-0130"),
        ({"tested_at": AT - timedelta(hours=73)}, "603-555-0130"),
        ({"offers_moud": None}, "medication"),
    ],
)
def test_what_is_unknown_of_the_facility_is_named_with_its_phone(change: dict[str, Any], word: str) -> None:
    (gap,) = lacks(COMPLETE, msgspec.structs.replace(PRIMARY, **change), FALLBACK, AT)
    assert word in gap


def test_two_desks_of_one_organization_are_not_two_chances() -> None:
    (gap,) = lacks(COMPLETE, PRIMARY, msgspec.structs.replace(FALLBACK, organization="Harbor Ridge"), AT)
    assert "same organization" in gap
