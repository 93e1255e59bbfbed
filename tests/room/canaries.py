"""A board full of texts that betray where they turn up: each is "canary" and what it is."""

import json
from typing import Any

from facilitator.infra.ids import (
    CaseId,
    CueId,
    FlagId,
    NoteId,
    OutcomeId,
    PersonId,
    ReferralId,
    SegmentId,
    SignalId,
)
from facilitator.plan.prepared import CaseFile, Member, Part, PartName, Plan, Statement
from facilitator.referral.summary import Place, ReferralSummary, Step, StepName, StepState
from facilitator.room import events as did
from facilitator.room.board import Board, FlagText, Spoken, held_key
from facilitator.room.commands import CueKind, OutcomeKind, SignalKind, Source
from facilitator.room.phases import Kind
from facilitator.room.viewing import view_for
from tests.makers import CAST, Meeting, a_room

RUTH, ANA, BEN, CARA, DAN = map(PersonId, ("ruth", "ana", "ben", "cara", "dan"))

WRITERS = (RUTH, ANA)
"""Who has a statement and a bottom line. Ben has neither."""

PLAN = Plan(
    facility="canary facility",
    level="canary level",
    steps=("canary step of care",),
    leaves="canary leaves",
    what_to_bring=("canary bag",),
    transport="canary transport",
    escort="canary escort",
    medication="canary medication",
    for_family=("canary family care",),
)

REFERRAL = ReferralSummary(
    id=ReferralId("canary referral id"),
    state="armed",
    armed=True,
    primary=Place("canary primary name", "canary primary phone"),
    fallback=Place("canary fallback name", "canary fallback phone"),
    steps=(Step(StepName.FACILITY, "canary hand-off step", StepState.WAITING, None),),
    gaps=("canary gap",),
)

FLAG = FlagText("canary flag words", ("canary category",), "canary why", "canary redirect", "canary rewrite")

SPOKEN = Spoken(
    words={
        "segment": "canary caption",
        "segment-noted": "canary noted words",
        "note": "canary note",
        "cue-ruth": "canary cue to ruth",
        "cue-ana": "canary cue to ana",
        "room-0": "canary outcome reason",
        held_key(CARA): "canary message to cara",
    },
    flags={FlagId("flag"): FLAG},
)


def a_statement(of: PersonId) -> Statement:
    parts = tuple(Part(name, f"canary {name} of {of}") for name in PartName)
    return Statement(parts, words=400, read_s=180, hash=f"canary hash of {of}")


def a_board() -> Board:
    members = {
        PersonId(p): Member(
            PersonId(p), f"canary name of {p}", f"canary relation of {p}", role, "canary family phone"
        )
        for p, role in CAST.items()
    }
    file = CaseFile(
        case_id=CaseId("case"),
        loved_one_label="loved one",
        safety_contact="canary safety contact",
        members=members,
        statements={p: a_statement(p) for p in WRITERS},
        bottom_lines={p: f"canary bottom line of {p}" for p in WRITERS},
        plan=PLAN,
    )
    return Board(file, SPOKEN, REFERRAL, frozenset({RUTH, DAN}), silenced=frozenset({"canary dismissed phrase"}))


def a_told_room(kind: Kind = Kind.LIVE) -> Meeting:
    """Everything on the board has been said in it; cara waits outside, and ana has seen her cue."""
    meeting = a_room(kind=kind, waiting=["cara"], speaking="ruth", queue=["ana", "ben"])
    meeting.happens(
        did.PersonReady(ANA),
        did.PersonHeld(CARA),
        did.SegmentHeard(
            SegmentId("segment"), RUTH, Source.CAPTION, 0, 900, (("canary element", 1),), (("canary tip", 1),)
        ),
        did.SegmentHeard(SegmentId("segment-noted"), RUTH, Source.NOTE, 0, 900),
        did.FlagRaised(FlagId("flag"), SegmentId("segment"), RUTH, "canary main category", 2, 0, 6, "canary rule"),
        did.NoteTaken(NoteId("note")),
        did.CueSent(CueId("cue-ruth"), RUTH, CueKind.TEXT),
        did.CueSent(CueId("cue-ana"), ANA, CueKind.TEXT),
        did.CueWasSeen(CueId("cue-ana")),
    )
    meeting.happens(did.SignalSent(SignalId("signal"), ANA, SignalKind.UNSAFE), by="ana")
    return meeting


def presented(meeting: Meeting) -> None:
    meeting.happens(did.PlanPresented())


def revealed(meeting: Meeting) -> None:
    meeting.happens(did.BottomLineRevealed(RUTH))


def accepted(meeting: Meeting) -> None:
    meeting.happens(did.OutcomeRecorded(OutcomeId("room-0"), OutcomeKind.ACCEPTS))


def amended(meeting: Meeting) -> None:
    meeting.happens(did.OutcomeAmended(OutcomeId("room-1"), OutcomeKind.NEEDS_TIME))


def ended(meeting: Meeting) -> None:
    meeting.happens(did.RoomEnded())


STAGES = {
    "told": (),
    "presented": (presented,),
    "revealed": (revealed,),
    "accepted": (presented, accepted),
    "amended": (presented, accepted, amended),
    "everything": (presented, revealed, accepted, ended),
}
"""What has happened, beyond what `a_told_room` tells."""


def a_room_at(stage: str, kind: Kind = Kind.LIVE) -> Meeting:
    meeting = a_told_room(kind)
    for step in STAGES[stage]:
        step(meeting)
    return meeting


def sections(meeting: Meeting, viewer: str = "ines", board: Board | None = None) -> dict[str, Any]:
    """The view of one person as their client has it, after the wire."""
    view = view_for(PersonId(viewer), meeting.state, board or a_board())
    plain: dict[str, Any] = json.loads(json.dumps(view))
    return plain
