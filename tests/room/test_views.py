"""Who must not see it: every section and every text, for every role, inside and outside, at every stage."""

import json
from typing import Any

import msgspec
import pytest

from facilitator.infra.ids import PersonId
from facilitator.people.roles import Role
from facilitator.room import events as did
from facilitator.room.phases import Kind
from facilitator.room.views import audience_of, stamped
from tests.makers import CAST, Meeting, a_room
from tests.room.canaries import STAGES, a_board, a_room_at, sections

CONSOLE = {"ines", "coop"}
TEAM = {"ruth", "ana", "ben"}
FAMILY = TEAM | {"dan"}
INSIDE = CONSOLE | FAMILY | {"olive"}
EVERYBODY = INSIDE | {"cara"}

AFTER_THE_PLAN = {"presented", "accepted", "amended", "everything"}
AFTER_THE_REVEAL = {"revealed", "everything"}
AFTER_A_YES = {"accepted", "everything"}

DESK = {"flags", "captions", "signals", "notes", "cues", "bottom_lines", "gates", "warmth", "tips"}
SHARED = {"room", "me", "people", "floor", "queue", "totals", "outcome", "cue"}


def seen_by(canary: str, stage: str) -> set[str]:
    """Whose view may contain the text at that stage. The whole rule of visibility, text by text."""
    return _OF_ONE_PERSON.get(canary) or _OF_A_STAGE.get(canary, lambda _: set(_FIXED[canary]))(stage)


def _shown_with_the_plan(stage: str) -> set[str]:
    return CONSOLE | (FAMILY if stage in AFTER_THE_PLAN else set())


def _shown_with_the_reveal(stage: str) -> set[str]:
    return CONSOLE | (FAMILY if stage in AFTER_THE_REVEAL else set())


def _shown_after_a_yes(stage: str) -> set[str]:
    return CONSOLE | (FAMILY if stage in AFTER_A_YES else set())


PARTS = ("love", "incident", "concern", "hope", "ask", "hash")

_OF_ONE_PERSON: dict[str, set[str]] = {
    **{f"canary {part} of {person}": {person} for part in PARTS for person in ("ruth", "ana")},
    "canary message to cara": {"cara"},
    "canary cue to ruth": CONSOLE | {"ruth"},
}

_OF_A_STAGE = {
    **dict.fromkeys(
        [
            *("canary facility", "canary level", "canary step of care", "canary leaves", "canary bag"),
            *("canary transport", "canary escort", "canary medication", "canary family care"),
        ],
        _shown_with_the_plan,
    ),
    "canary bottom line of ruth": _shown_with_the_reveal,
    "canary hand-off step": _shown_after_a_yes,
}

_FIXED: dict[str, set[str]] = {
    **dict.fromkeys(
        [
            *("canary caption", "canary noted words", "canary note", "canary cue to ana"),
            *("canary flag words", "canary category", "canary why", "canary redirect", "canary rewrite"),
            *("canary main category", "canary element", "canary tip", "canary bottom line of ana"),
            *("canary referral id", "canary gap", "canary primary name", "canary primary phone"),
            *("canary fallback name", "canary fallback phone"),
        ],
        CONSOLE,
    ),
    "canary outcome reason": set(),
    "canary safety contact": set(),
    "canary family phone": set(),
    "canary rule": set(),
    "canary dismissed phrase": set(),
    **{f"canary {what} of {person}": INSIDE for what in ("name", "relation") for person in INSIDE},
    "canary name of ines": EVERYBODY,
    "canary name of cara": CONSOLE | {"cara"},
    "canary relation of cara": CONSOLE,
}

CANARIES = sorted({*_OF_ONE_PERSON, *_OF_A_STAGE, *_FIXED})


def on_the_wire(meeting: Meeting, viewer: str) -> str:
    return json.dumps(stamped(sections(meeting, viewer), meeting.at))


def test_every_text_of_the_board_is_in_the_matrix():
    """A new field of the board has to be given its readers here."""
    meeting = a_room_at("told")
    everything = [a_board(), meeting.state.flags, [entry.events for entry in meeting.log]]
    texts = {text for text in _texts(msgspec.to_builtins(everything)) if text.startswith("canary")}
    stand_in = {"canary name of stan", "canary relation of stan"}
    assert texts - stand_in == set(CANARIES)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("canary", CANARIES)
def test_each_text_reaches_exactly_those_who_may_read_it(canary: str, stage: str):
    meeting = a_room_at(stage)
    readers = {viewer for viewer in EVERYBODY if f'"{canary}"' in on_the_wire(meeting, viewer)}
    assert readers == seen_by(canary, stage)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("viewer", sorted(EVERYBODY))
def test_each_viewer_has_exactly_their_sections(viewer: str, stage: str):
    assert set(sections(a_room_at(stage), viewer)) == expected_sections(viewer, stage)


def expected_sections(viewer: str, stage: str) -> set[str]:
    if viewer == "cara":
        return {"me"}
    expected = set(SHARED)
    if viewer in CONSOLE:
        expected |= DESK | {"plan", "referral"}
    if viewer in FAMILY and stage in AFTER_THE_PLAN:
        expected.add("plan")
    if viewer in FAMILY and stage in AFTER_A_YES:
        expected.add("referral")
    if viewer != "olive" and stage in AFTER_THE_REVEAL:
        expected.add("revealed")
    if viewer in ("ruth", "ana"):
        expected.add("statement")
    return expected


@pytest.mark.parametrize("how", [did.PersonLeft, did.PersonRemoved, did.PersonDeclined])
@pytest.mark.parametrize("viewer", sorted(INSIDE - {"ines"}))
def test_whoever_is_out_again_sees_no_more_than_themselves(viewer: str, how: type[did.PersonLeft]):
    meeting = a_room_at("everything")
    assert len(sections(meeting, viewer)) > 1
    meeting.happens(how(PersonId(viewer)))
    assert set(sections(meeting, viewer)) == {"me"}
    found = {canary for canary in CANARIES if f'"{canary}"' in on_the_wire(meeting, viewer)}
    assert found == {f"canary name of {viewer}", "canary name of ines"}


def test_somebody_who_is_let_in_sees_what_their_role_sees():
    meeting = a_room_at("everything")
    meeting.happens(did.PersonAdmitted(PersonId("cara")))
    assert set(sections(meeting, "cara")) == set(sections(meeting, "ben"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stand_in_sees_what_a_loved_one_sees(stage: str):
    meeting = a_room_at(stage, kind=Kind.REHEARSAL)
    theirs, the_loved_ones = sections(meeting, "stan"), sections(meeting, "dan")
    assert {k: v for k, v in theirs.items() if k != "me"} == {k: v for k, v in the_loved_ones.items() if k != "me"}


@pytest.mark.parametrize("stage", STAGES)
def test_a_co_facilitator_sees_what_the_lead_sees_whoever_leads(stage: str):
    meeting = a_room_at(stage)
    leads, seconds = sections(meeting, "ines"), sections(meeting, "coop")
    assert {k: v for k, v in leads.items() if k != "me"} == {k: v for k, v in seconds.items() if k != "me"}
    assert (leads["me"]["controller"], seconds["me"]["controller"]) == (True, False)


@pytest.mark.parametrize("viewer", sorted(INSIDE))
def test_only_the_console_sees_who_is_ready(viewer: str):
    people = sections(a_room_at("told"), viewer)["people"]
    assert any("ready" in person for person in people) == (viewer in CONSOLE)


@pytest.mark.parametrize("viewer", sorted(INSIDE))
def test_only_the_console_sees_who_waits_outside(viewer: str):
    listed = {person["id"] for person in sections(a_room_at("told"), viewer)["people"]}
    assert listed == (EVERYBODY if viewer in CONSOLE else INSIDE)


@pytest.mark.parametrize("role", list(Role))
def test_no_role_but_a_professional_has_the_console(role: Role):
    assert (audience_of(role) == "console") == (role in (CAST["ines"], CAST["coop"]))


def test_a_stranger_has_no_view():
    with pytest.raises(KeyError):
        sections(a_room(), "zed")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = (
        value.values()
        if isinstance(value, dict)
        else value
        if isinstance(value, list | tuple | frozenset | set)
        else ()
    )
    return [text for item in inside for text in _texts(item)]
