"""Whatever somebody types or sends, it is kept as it was or refused with a sentence: nothing falls over."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused
from facilitator.referral import hsds_files
from facilitator.referral.arranged_forms import Section, changed
from facilitator.referral.arrangement import Arrangement
from facilitator.referral.directory_forms import read_details, read_reach
from facilitator.referral.option_forms import read_option
from facilitator.referral.typed import Form, Known
from tests.referral.records import LOCATOR_ROW, a_record
from tests.referral.test_arrangement import AT, COMPLETE

NAMES = (
    *("call_back_phone", "leave_within_minutes", "meeting_at", "meeting_minutes", "until", "number", "given_by"),
    *("name", "by", "settled", "verified_by", "question", "answer", "clearance_answered", "driver", "vehicle"),
    *("minutes", "second_vehicle", "confirmed", "pickup", "route", "stops", "medication", "escort", "item"),
    *("not_needed", "ready", "naloxone_in_room", "consent", "needs_time", "children", "gate", "owner"),
    *("organization", "service", "phone", "setting", "moud", "medications", "asam_levels", "channel", "endpoint"),
    *("email", "receipt_s", "reminder_s", "answer_s", "confirm_s", "kind", "facility", "reason", "asam_level"),
)
TEXT = st.text(alphabet="ab7 -|@\n\0\u202eé٣🚪", max_size=12)
SAID = st.sampled_from(
    ["", "now", "no", "yes", "0", "60", "9" * 40, "٣", "ray", "2026-03-01T12:00", "0001-01-01T00:00+14:00"]
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.one_of(SAID, TEXT), max_size=3))
KNOWN = Known(AT, frozenset({PersonId("ray")}), ("p", "f"))


def outcome(ask: Callable[[], Any]) -> Any:
    """What it gives, or the refusal. Anything else that is raised fails the test."""
    try:
        return ask()
    except Refused as refused:
        return refused


@given(st.sampled_from(list(Section)), FIELDS, st.booleans())
def test_a_section_is_read_or_refused_and_what_is_read_can_be_kept(
    section: Section, fields: dict[str, list[str]], whole: bool
) -> None:
    before = COMPLETE if whole else Arrangement("", 0)
    after = outcome(lambda: changed(section, before, Form(fields, KNOWN)))
    if isinstance(after, Refused):
        assert (after.status, bool(after.message)) == (422, True)
        return
    assert msgspec.json.decode(msgspec.json.encode(after), type=Arrangement) == after
    assert "\\u0000" not in msgspec.json.encode(after).decode()


@pytest.mark.parametrize("read", [read_details, read_reach, read_option], ids=lambda read: read.__name__)
@given(fields=FIELDS)
def test_other_forms_are_read_or_refused(read: Any, fields: dict[str, list[str]]) -> None:
    found = outcome(lambda: read(Form(fields, KNOWN)))
    assert not isinstance(found, Refused) or found.status == 422


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([a_record(), LOCATOR_ROW]), st.data(), JSON)
def test_a_record_with_one_thing_changed_is_read_or_refused(
    record: dict[str, Any], data: st.DataObject, odd: Any
) -> None:
    name = data.draw(st.sampled_from(sorted(record)))
    sent = json.dumps([record | {name: odd}]).encode()
    read = outcome(lambda: hsds_files.read(sent))
    if isinstance(read, Refused):
        assert "Record 1" in read.message
        return
    assert hsds_files.read(hsds_files.write(read)) == read


@pytest.mark.parametrize("place", ["name", "description"])
def test_nul_is_refused_and_a_text_about_it_is_not(place: str) -> None:
    with pytest.raises(Refused, match="NUL"):
        hsds_files.read(json.dumps(a_record(**{place: "a\0b"})).encode())
    assert hsds_files.read(json.dumps(a_record(**{place: "a\\u0000b"})).encode())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-03-01T12:00", AT),
        ("2026-03-01T12:00Z", AT),
        ("2026-03-01T07:00-05:00", AT),
        ("", None),
    ],
)
def test_a_moment_is_utc_unless_it_says_otherwise(typed: str, read: datetime | None) -> None:
    found = Form({"at": [typed]}, KNOWN).moment("at", "When")
    assert found == read
    assert found is None or found.tzinfo is UTC


def test_what_is_no_number_to_call_is_left_out_of_what_can_be_exported() -> None:
    row = {**LOCATOR_ROW, "intake1": "?", "hotline1": "6" * 50}
    read = hsds_files.read(msgspec.json.encode([row]))
    assert hsds_files.read(hsds_files.write(read)) == read
    assert [phone.description for phone in read[0].phones] == ["Main"]
