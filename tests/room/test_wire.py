"""Whatever comes in is a typed command or a clear refusal, and never anything else."""

import json
import math
import uuid
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused
from facilitator.infra.wire import Parsed, parse
from facilitator.room import commands as ask
from facilitator.room.service import KNOWN

UUID = "0123abcd-4567-89ef-0123-456789abcdef"
SEGMENT = {
    "segment": str(uuid.UUID(int=7)),
    "text": "I love you.",
    "started_at_ms": 0,
    "ended_at_ms": 1_000,
    "source": "typed",
}

few = settings(max_examples=25, derandomize=True, deadline=None, database=None)
calm = settings(max_examples=400, derandomize=True, deadline=None, database=None)

nasty_text = st.text(st.characters(categories=None), max_size=30)
"""With lone surrogates, NUL and controls: `json.loads` lets all of them through."""

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**63, 2**80)
    | st.floats()
    | nasty_text
    | st.binary(max_size=8)  # a socket can carry bytes inside JSON
    | st.sampled_from(["ruth", "accepts", UUID]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(nasty_text, inner, max_size=4),
    max_leaves=12,
)

argument_names = st.sampled_from(sorted({name for kind in KNOWN.values() for name in kind.__struct_fields__}))
arguments = st.dictionaries(argument_names | nasty_text, json_values, max_size=5)
envelopes = st.fixed_dictionaries(
    {"id": st.just(UUID) | json_values, "name": st.sampled_from(sorted(KNOWN)) | json_values},
    optional={"args": arguments | json_values, "extra": json_values},
)


def outcome_of(body: Any) -> Parsed[ask.Command] | Refused:
    """What becomes of a body. Any exception but a refusal fails the test."""
    try:
        return parse(body, KNOWN)
    except Refused as refused:
        return refused


def code_of(body: Any) -> str:
    outcome = outcome_of(body)
    assert isinstance(outcome, Refused), f"{body} was accepted as {outcome}"
    return outcome.code


def asked(name: str, command_id: str = UUID, **args: Any) -> dict[str, Any]:
    return {"id": command_id, "name": name, "args": args}


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@calm
@given(envelopes | json_values)
@example(asked("take_note", text="\ud800"))
@example(asked("take_note", **{"\udfff": 1}))
@example({"id": UUID, "name": "\ud800"})
@example({"id": "\ud800", "name": "leave"})
@example({"id": UUID, "name": "leave", "\ud800": 1})
@example(asked("extend_turn", by_s=10**400))
@example(asked("extend_turn", by_s=math.nan))
@example(asked("extend_turn", by_s=-math.inf))
@example(asked("take_note", text=b"bytes"))
@example({"id": UUID, "name": "leave", "args": {1: 2}})
def test_anything_at_all_is_a_command_or_a_refusal(body: Any):
    outcome = outcome_of(body)
    if isinstance(outcome, Refused):
        assert 400 <= outcome.status < 500
        json.dumps(outcome.answer()).encode()
    else:
        assert type(outcome.command) in KNOWN.values()


@pytest.mark.parametrize("depth", [10, 500, 1_000, 100_000])
def test_deep_nesting_is_malformed(depth: int):
    assert code_of(asked("reorder", people=nested(depth))) == "malformed"
    assert code_of(nested(depth)) == "malformed"


@pytest.mark.parametrize("name", sorted(KNOWN))
@few
@given(args=arguments)
def test_every_command_takes_right_arguments_or_says_what_is_wrong(name: str, args: dict[str, Any]):
    outcome = outcome_of({"id": UUID, "name": name, "args": args})
    assert isinstance(outcome.command, KNOWN[name]) if isinstance(outcome, Parsed) else outcome.code == "malformed"


@pytest.mark.parametrize(
    "body",
    [
        *(None, [], "leave", 7, {}, {"id": UUID}, {"name": "leave"}),
        {"id": 7, "name": "leave"},
        {"id": UUID, "name": "leave", "args": []},
        {"id": UUID, "name": "leave", "more": 1},
        {"id": "not-a-uuid", "name": "leave"},
        {"id": f"{UUID}\n", "name": "leave"},
        {"id": UUID[:-1], "name": "leave"},
        {"id": "", "name": "leave"},
    ],
)
def test_an_envelope_that_is_not_one_is_malformed(body: Any):
    assert code_of(body) == "malformed"


@pytest.mark.parametrize("name", ["fly", "", "Leave", "ask_for_seat", "__class__", "x" * 10_000])
def test_a_command_that_is_not_on_the_wire_is_unknown(name: str):
    assert code_of(asked(name)) == "unknown_command"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("leave", {"why": "late"}),
        ("admit", {}),
        ("admit", {"person": 7}),
        ("admit", {"person": ""}),
        ("admit", {"person": "x" * 41}),
        ("admit", {"person": "ruth", "persom": "ana"}),
        ("advance", {"to": "lunch"}),
        ("get_ready", {}),
        ("get_ready", {"agreed": False}),
        ("run_late", {"reason": "asleep"}),
        ("take_break", {"minutes": 0}),
        ("take_break", {"minutes": 121}),
        ("take_break", {"minutes": "5"}),
        ("take_break", {"minutes": 5.5}),
        ("take_break", {"minutes": True}),
        ("grant_turn", {"person": "ruth", "limit_s": -1}),
        ("extend_turn", {"by_s": 2**64}),
        ("reorder", {"people": "ruth"}),
        ("reorder", {"people": ["ruth"] * 51}),
        ("cue", {"person": "ruth", "kind": "shout"}),
        ("cue", {"person": "ruth", "kind": "text", "text": "x" * 141}),
        ("signal", {"kind": "fire"}),
        ("record_outcome", {"kind": "maybe"}),
        ("amend_outcome", {"kind": "accepts"}),
        ("amend_outcome", {"kind": "accepts", "reason": ""}),
        ("take_note", {"text": ""}),
        ("take_note", {"text": "x" * 2_001}),
        ("hear_segment", {**SEGMENT, "segment": "7"}),
        ("hear_segment", {**SEGMENT, "segment": f"{UUID}\n"}),
        ("hear_segment", {**SEGMENT, "text": "x" * 2_001}),
        ("hear_segment", {**SEGMENT, "started_at_ms": -1}),
        ("hear_segment", {**SEGMENT, "ended_at_ms": 2**53 + 1}),
        ("hear_segment", {**SEGMENT, "source": "shouted"}),
        ("leave", {"type": "pause"}),
    ],
)
def test_wrong_arguments_are_malformed(name: str, args: dict[str, Any]):
    assert code_of({"id": UUID, "name": name, "args": args}) == "malformed"


def test_the_refusal_names_the_argument_that_is_wrong():
    refused = outcome_of(asked("take_break", minutes="five"))
    assert isinstance(refused, Refused)
    assert "minutes" in refused.message


def test_arguments_become_typed_values():
    assert outcome_of(asked("grant_turn", person="ruth", limit_s=90)).command == ask.GrantTurn(
        PersonId("ruth"), 90
    )
    assert outcome_of(asked("hear_segment", **SEGMENT)).command == ask.HearSegment(**SEGMENT)


@pytest.mark.parametrize("body", [{"id": UUID, "name": "leave"}, asked("leave"), {**asked("leave"), "args": None}])
def test_arguments_can_be_left_out(body: dict[str, Any]):
    assert outcome_of(body) == outcome_of(asked("leave"))
    assert outcome_of(body).command == ask.Leave()


@calm
@given(st.uuids())
def test_one_uuid_is_one_id_however_it_is_written(command_id: uuid.UUID):
    ways = [str(command_id), command_id.hex, str(command_id).upper(), command_id.hex.upper()]
    assert {outcome_of(asked("leave", way)).id for way in ways} == {command_id.hex}


@calm
@given(st.permutations(list(SEGMENT)))
def test_one_body_has_one_digest_whatever_the_order_of_its_keys(order: list[str]):
    shuffled = {name: SEGMENT[name] for name in order}
    assert outcome_of(asked("hear_segment", **shuffled)) == outcome_of(asked("hear_segment", **SEGMENT))


def test_the_digest_does_not_depend_on_the_id():
    assert outcome_of(asked("leave")).digest == outcome_of(asked("leave", str(uuid.UUID(int=1)))).digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (asked("leave"), asked("pause")),
        (asked("admit", person="ruth"), asked("admit", person="ana")),
        (asked("admit", person="ruth"), asked("decline", person="ruth")),
        (asked("reorder", people=["ruth", "ana"]), asked("reorder", people=["ana", "ruth"])),
        (asked("take_note", text="a"), asked("take_note", text="a ")),
    ],
)
def test_different_bodies_have_different_digests(one: dict[str, Any], other: dict[str, Any]):
    assert outcome_of(one).digest != outcome_of(other).digest
