"""What the console alone holds: flags, captions, cues, signals, notes, bottom lines, gates."""

import msgspec

from facilitator.infra.ids import FlagId, PersonId, SegmentId, SignalId
from facilitator.infra.times import iso
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.board import Board, Spoken
from facilitator.room.commands import SignalKind, Source
from facilitator.room.phases import Kind
from tests.makers import BEGAN, Meeting, a_room
from tests.room.canaries import a_board, a_room_at, sections

RUTH, ANA, BEN = map(PersonId, ("ruth", "ana", "ben"))
AT = iso(BEGAN)


def test_the_console_sees_who_said_that_they_are_late():
    meeting = a_room(waiting=["cara"])
    meeting.asks("cara", ask.RunLate("cannot_come"))
    people = {person["id"]: person for person in sections(meeting)["people"]}
    assert (people["cara"]["late"], people["cara"]["ready"]) == ("cannot_come", False)


def test_a_flag_tells_the_console_what_why_and_what_to_say_instead():
    [flag] = sections(a_room_at("told"))["flags"]
    assert flag == {
        "id": "flag",
        "segment": "segment",
        "speaker": "ruth",
        "category": "canary main category",
        "categories": ["canary category"],
        "severity": 2,
        "span": {"start": 0, "end": 6},
        "text": "canary flag words",
        "why": "canary why",
        "redirect": "canary redirect",
        "suggestion": "canary rewrite",
        "verdict": None,
        "raised_at": AT,
    }


def test_a_flag_whose_words_were_purged_is_still_counted():
    board = msgspec.structs.replace(a_board(), spoken=Spoken())
    [flag] = sections(a_room_at("told"), board=board)["flags"]
    assert (flag["id"], flag["text"], flag["why"]) == ("flag", "", "")


def test_judged_flags_make_way_but_none_that_waits_for_a_verdict():
    meeting = a_room()
    for n in range(120):
        raised = did.FlagRaised(FlagId(f"flag-{n}"), SegmentId("s"), RUTH, "label", 2, 0, 1, "rule")
        meeting.happens(raised)
        if n >= 10:
            meeting.happens(did.FlagJudged(FlagId(f"flag-{n}"), "confirmed"))
    shown = [flag["id"] for flag in sections(meeting)["flags"]]
    assert shown == [f"flag-{n}" for n in (*range(10), *range(70, 120))]


def test_the_console_has_the_last_thirty_captions_the_newest_last():
    meeting = a_room()
    for n in range(40):
        meeting.happens(did.SegmentHeard(SegmentId(f"segment-{n}"), RUTH, Source.CAPTION, 0, 1))
    shown = [caption["id"] for caption in sections(meeting)["captions"]]
    assert shown == [f"segment-{n}" for n in range(10, 40)]


def test_notes_are_the_leads_own_and_what_was_noted_of_others_in_the_order_of_time():
    notes = sections(a_room_at("told"))["notes"]
    assert {(note["by"], note["text"]) for note in notes} == {
        ("ines", "canary note"),
        ("ruth", "canary noted words"),
    }


def test_the_console_sees_which_cues_were_seen_and_which_signals_are_settled():
    meeting = a_room_at("told")
    assert {cue["id"]: cue["seen_at"] for cue in sections(meeting)["cues"]} == {"cue-ruth": None, "cue-ana": AT}
    [signal] = sections(meeting)["signals"]
    assert signal == {"id": "signal", "person": "ana", "kind": "unsafe", "at": AT, "settled": False, "call": None}


def test_beside_a_cry_for_help_stands_whom_to_call():
    meeting = a_room_at("told")
    meeting.happens(did.SignalSent(SignalId("cry"), RUTH, SignalKind.PANIC))
    assert {signal["id"]: signal["call"] for signal in sections(meeting)["signals"]} == {
        "signal": None,
        "cry": "canary safety contact",
    }


def test_the_console_knows_which_bottom_lines_are_still_sealed():
    lines = sections(a_room_at("revealed"))["bottom_lines"]
    assert {line["person"]: line["revealed_at"] for line in lines} == {"ruth": AT, "ana": None}


def gates(meeting: Meeting, board: Board) -> dict[str, str]:
    """The reasons of the gates that are not met."""
    return {gate["name"]: gate["reason"] for gate in sections(meeting, board=board)["gates"] if not gate["ok"]}


def test_a_gate_that_is_not_met_names_who_or_what_is_missing():
    board = a_board()
    unready = msgspec.structs.replace(
        board, file=msgspec.structs.replace(board.file, plan=None, statements={}), referral=None
    )
    found = gates(a_room(), unready)
    assert set(found) == {"statements", "plan", "referral", "agreement"}
    assert "canary name of ruth" in found["statements"]
    assert "canary name of ben" in found["agreement"]


def test_a_rehearsal_needs_no_referral():
    unarmed = msgspec.structs.replace(a_board(), referral=None)
    assert "referral" in gates(a_room(), unarmed)
    rehearsal = a_room(kind=Kind.REHEARSAL)
    assert "referral" not in {gate["name"] for gate in sections(rehearsal, board=unarmed)["gates"]}


def test_warmth_is_told_by_person_and_element():
    told = sections(a_room_at("told"))
    assert told["warmth"] == {"ruth": {"canary element": 1}}
    assert told["tips"] == {"ruth": {"canary tip": 1}}


def test_the_gates_are_met_when_everybody_and_everything_is_ready():
    board = a_board()
    statements = dict.fromkeys((RUTH, ANA, BEN, PersonId("cara")), board.file.statements[RUTH])
    ready = msgspec.structs.replace(board, file=msgspec.structs.replace(board.file, statements=statements))
    meeting = a_room()
    for who in ("ruth", "ana", "ben", "cara"):
        meeting.asks(who, ask.GetReady(agreed=True))
    assert gates(meeting, ready) == {}
