"""A log folds to one state, whole or in pieces, and every event survives being written down."""

from datetime import timedelta
from typing import get_args, get_type_hints

import msgspec
import pytest

from facilitator.infra.ids import (
    CaseId,
    CueId,
    FlagId,
    NoteId,
    OutcomeId,
    PersonId,
    ReferralId,
    RoomId,
    SegmentId,
    SignalId,
)
from facilitator.people.roles import Role
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.commands import CueKind, OutcomeKind, SignalKind, Source
from facilitator.room.events import Event
from facilitator.room.evolve import evolve, fold
from facilitator.room.phases import Kind, Phase
from facilitator.room.state import RoomState
from tests.makers import BEGAN, Meeting, a_room

ANA, BEN, CARA, RUTH, DAN, INES, COOP = map(PersonId, ("ana", "ben", "cara", "ruth", "dan", "ines", "coop"))
SEGMENT, FLAG, CUE, SIGNAL = SegmentId("segment"), FlagId("flag"), CueId("cue"), SignalId("signal")

EXAMPLES: list[Event] = [
    did.RoomPlanned(CaseId("c"), Kind.LIVE, ((INES, Role.INTERVENTIONIST),), (INES,), ReferralId("r")),
    did.SeatAsked(PersonId("zed"), Role.TEAM_MEMBER),
    did.PersonReady(ANA),
    did.PersonLate(ANA, "cannot_come"),
    did.PersonAdmitted(CARA),
    did.PersonHeld(CARA),
    did.PersonDeclined(CARA),
    did.PersonRemoved(ANA),
    did.PersonLeft(ANA),
    did.RoomOpened(),
    did.PhaseAdvanced(Phase.OFFER),
    did.RoomPaused(),
    did.RoomSuspended(),
    did.BreakTaken(BEGAN + timedelta(minutes=10, milliseconds=123)),
    did.RoomResumed(),
    did.RoomEnded(),
    did.HandRaised(ANA),
    did.HandLowered(ANA),
    did.TurnGranted(ANA, 240),
    did.TurnInterposed(ANA, 60),
    did.TurnEnded(BEN, 1),
    did.TurnResumed(RUTH),
    did.TurnExtended(30),
    did.QueueReordered((DAN, ANA)),
    did.TurnDeferred(ANA),
    did.TurnSkipped(ANA),
    did.SegmentHeard(SEGMENT, ANA, Source.CAPTION, 0, 2**53, (("love", 2),)),
    did.SegmentRead(SEGMENT, ANA, (("love", 2),), (("label", 1),)),
    did.FlagRaised(FLAG, SEGMENT, ANA, "label", 2, 0, 4, "label.addict"),
    did.FlagJudged(FLAG, "dismissed"),
    did.CueSent(CUE, ANA, CueKind.TEXT),
    did.CueWasSeen(CUE),
    did.SignalSent(SIGNAL, ANA, SignalKind.PANIC),
    did.SignalSettled(SIGNAL),
    did.NoteTaken(NoteId("note")),
    did.PlanPresented(),
    did.BottomLineRevealed(ANA),
    did.OutcomeRecorded(OutcomeId("room-0"), OutcomeKind.ACCEPTS, overridden=True),
    did.OutcomeAmended(OutcomeId("room-1"), OutcomeKind.NEEDS_TIME, overridden=True),
    did.ControlOffered(COOP),
    did.ControlTaken(COOP),
]

WRITTEN = msgspec.json.Decoder(tuple[Event, ...])
"""How `infra.eventlog` reads what it wrote."""


def named(event: Event) -> str:
    return type(event).__name__


def a_busy_room() -> Meeting:
    """Somebody waits, somebody is interrupted, and there is a flag, a cue, a signal and an outcome to refer to."""
    meeting = a_room(waiting=["cara"], interrupted="ruth", speaking="ben", queue=["ana", "dan"], presented=True)
    meeting.happens(
        did.HandRaised(ANA),
        did.SegmentHeard(SEGMENT, RUTH, Source.TYPED, 0, 1),
        did.FlagRaised(FLAG, SEGMENT, RUTH, "label", 2, 0, 4, "label.addict"),
        did.CueSent(CUE, ANA, CueKind.TEXT),
        did.SignalSent(SIGNAL, ANA, SignalKind.BREAK),
        did.OutcomeRecorded(OutcomeId("room-0"), OutcomeKind.ACCEPTS),
    )
    return meeting


def a_whole_meeting() -> Meeting:
    """From the plan to the end, by commands alone."""
    meeting = a_room(phase=Phase.OPEN, order=["ruth", "ana", "ben"])
    story: list[tuple[str, ask.Command]] = [
        ("ines", ask.Advance()),
        ("ines", ask.GrantTurn(RUTH)),
        ("ruth", ask.HearSegment(SegmentId("1" * 32), "I love you.", 0, 900, Source.CAPTION)),
        ("ines", ask.Cue(RUTH, CueKind.SLOWER)),
        ("dan", ask.RaiseHand()),
        ("ines", ask.Interpose(DAN)),
        ("dan", ask.Pause()),
        ("ines", ask.Resume()),
        ("dan", ask.YieldTurn()),
        ("ruth", ask.YieldTurn()),
        ("ines", ask.Skip()),
        ("cara", ask.Leave()),
        ("ines", ask.PresentPlan()),
        ("ines", ask.HandOver(COOP)),
        ("coop", ask.TakeControl()),
        ("coop", ask.RecordOutcome(OutcomeKind.ACCEPTS)),
        ("coop", ask.AmendOutcome(OutcomeKind.NEEDS_TIME, "He wants to sleep on it.")),
        ("coop", ask.EndRoom()),
    ]
    for who, command in story:
        meeting.wait(10)
        assert meeting.asks(who, command), command
    return meeting


def test_there_is_an_example_of_every_event():
    assert [type(event) for event in EXAMPLES] == list(get_args(Event))


@pytest.mark.parametrize("event", EXAMPLES, ids=named)
def test_every_event_comes_back_from_the_log_as_it_went_in(event: Event):
    assert WRITTEN.decode(msgspec.json.encode((event, event))) == (event, event)


@pytest.mark.parametrize("event", EXAMPLES, ids=named)
def test_every_event_makes_a_state_of_its_own(event: Event):
    before = a_busy_room().state
    if isinstance(event, did.RoomResumed):
        before = evolve(before, did.RoomPaused(), INES, BEGAN)
    after = evolve(before, event, INES, BEGAN + timedelta(seconds=1))
    assert isinstance(after, RoomState)
    assert after != before


@pytest.mark.parametrize("event", EXAMPLES, ids=named)
def test_an_event_changes_no_earlier_state(event: Event):
    meeting = a_busy_room()
    evolve(meeting.state, event, INES, meeting.at)
    assert meeting.state == fold(RoomId("room"), meeting.log)


def test_an_event_that_nothing_knows_is_an_error_and_not_silence():
    class Unknown(did.Happened, frozen=True):
        pass

    with pytest.raises(AssertionError, match="Unknown"):
        evolve(a_room().state, Unknown(), INES, BEGAN)


def test_a_whole_meeting_folds_to_the_state_that_it_had():
    meeting = a_whole_meeting()
    assert fold(RoomId("room"), meeting.log) == meeting.state


def test_a_whole_meeting_folds_alike_after_being_written_down():
    meeting = a_whole_meeting()
    read = [
        msgspec.structs.replace(entry, events=WRITTEN.decode(msgspec.json.encode(entry.events)))
        for entry in meeting.log
    ]
    assert fold(RoomId("room"), read) == meeting.state


def test_folding_can_stop_and_go_on_anywhere():
    meeting = a_whole_meeting()
    assert len(meeting.log) > 20
    for cut in range(len(meeting.log)):
        so_far = fold(RoomId("room"), meeting.log[:cut])
        assert fold(RoomId("room"), meeting.log[cut:], so_far) == meeting.state


def test_the_log_of_a_whole_meeting_says_what_came_of_it():
    state = a_whole_meeting().state
    assert state.totals == {DAN: 20_000, RUTH: 50_000}
    assert (state.controller, state.outcome.kind) == (COOP, OutcomeKind.NEEDS_TIME)
    assert state.queue == (BEN,)


def test_no_event_has_room_for_what_was_said():
    """Spoken text lives in tables that can be purged; a log cannot forget. Ids have types of their own."""
    hints = [get_type_hints(event) for event in get_args(Event)]
    free_text = {field for fields in hints for field, kind in fields.items() if str in _parts(kind)}
    assert free_text == {"category", "rule", "tips", "warmth"}


def _parts(kind: object) -> list[object]:
    """A type and, of a tuple or a union, all that it is made of."""
    return [kind, *(part for inner in get_args(kind) for part in _parts(inner))]
