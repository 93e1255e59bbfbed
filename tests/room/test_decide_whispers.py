"""What is said quietly: cues to one phone, signals to the lead, private notes."""

import pytest

from facilitator.infra.ids import CueId, PersonId, SignalId
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.commands import CueKind, SignalKind
from facilitator.room.phases import Condition
from tests.makers import a_room

ANA, RUTH = map(PersonId, ("ana", "ruth"))

CUES = [
    *(ask.Cue(RUTH, kind) for kind in CueKind if kind is not CueKind.TEXT),
    ask.Cue(RUTH, CueKind.TEXT, "Look at him when you say that."),
]


@pytest.mark.parametrize("cue", CUES)
def test_a_cue_goes_to_one_person(cue: ask.Cue):
    meeting = a_room(speaking="ruth")
    [sent] = meeting.asks("ines", cue)
    assert sent == did.CueSent(sent.cue, RUTH, cue.kind)


def test_a_cue_does_not_touch_the_turn():
    meeting = a_room(speaking="ruth")
    before = meeting.state.floor
    meeting.asks("ines", ask.Cue(RUTH, CueKind.WRAP_UP))
    assert meeting.state.floor == before


@pytest.mark.parametrize("cue", [ask.Cue(RUTH, CueKind.TEXT), ask.Cue(RUTH, CueKind.BREATHE, "Breathe.")])
def test_a_cue_has_text_exactly_when_its_kind_is_text(cue: ask.Cue):
    assert a_room().refuses("ines", cue) == "malformed"


def test_a_cue_needs_somebody_who_is_here():
    assert a_room(gone={"ruth": "left"}).refuses("ines", ask.Cue(RUTH, CueKind.BREATHE)) == "not_admitted"
    assert a_room().refuses("ines", ask.Cue(PersonId("zed"), CueKind.BREATHE)) == "unknown_person"


def test_the_lead_sees_when_a_cue_was_seen():
    meeting = a_room()
    [sent] = meeting.asks("ines", ask.Cue(RUTH, CueKind.BREATHE))
    meeting.wait(2)
    assert meeting.asks("ruth", ask.CueSeen(sent.cue)) == [did.CueWasSeen(sent.cue)]
    [cue] = meeting.state.cues
    assert (cue.seen_at - cue.sent_at).total_seconds() == 2


def test_a_cue_is_seen_once_and_the_first_time_counts():
    meeting = a_room()
    [sent] = meeting.asks("ines", ask.Cue(RUTH, CueKind.BREATHE))
    meeting.asks("ruth", ask.CueSeen(sent.cue))
    first = meeting.at
    meeting.wait(5)
    assert meeting.asks("ruth", ask.CueSeen(sent.cue)) == []
    assert meeting.state.cues[0].seen_at == first


def test_only_its_receiver_can_have_seen_a_cue():
    meeting = a_room()
    [sent] = meeting.asks("ines", ask.Cue(RUTH, CueKind.BREATHE))
    assert meeting.refuses("ana", ask.CueSeen(sent.cue)) == "unknown_cue"
    assert meeting.refuses("ines", ask.CueSeen(sent.cue)) == "unknown_cue"
    assert meeting.refuses("ruth", ask.CueSeen(CueId("none"))) == "unknown_cue"


@pytest.mark.parametrize("condition", [c for c in Condition if c is not Condition.ENDED])
@pytest.mark.parametrize("kind", list(SignalKind))
def test_a_signal_arrives_in_every_condition(kind: SignalKind, condition: Condition):
    meeting = a_room(condition=condition)
    [sent] = meeting.asks("ana", ask.Signal(kind))
    assert sent == did.SignalSent(sent.signal, ANA, kind)
    assert [signal.settled for signal in meeting.state.signals] == [False]


@pytest.mark.parametrize("who", ["ruth", "ana", "dan", "olive", "coop", "ines"])
def test_a_signal_arrives_from_everybody_while_another_has_the_floor(who: str):
    meeting = a_room(speaking="ben")
    before = meeting.state.floor
    meeting.asks(who, ask.Signal(SignalKind.UNSAFE))
    assert [signal.person for signal in meeting.state.signals] == [who]
    assert meeting.state.floor == before


def test_somebody_who_left_can_still_say_that_they_accept_help():
    meeting = a_room(gone={"dan": "left"})
    [sent] = meeting.asks("dan", ask.Signal(SignalKind.READY_TO_ACCEPT))
    assert (sent.person, sent.kind) == ("dan", SignalKind.READY_TO_ACCEPT)


def test_a_signal_after_the_end_is_told_whom_to_call():
    assert a_room(condition=Condition.ENDED).refuses("ana", ask.Signal(SignalKind.PANIC)) == "ended"


def test_every_signal_stands_for_itself():
    meeting = a_room()
    for _ in range(2):
        meeting.asks("ana", ask.Signal(SignalKind.CANNOT_HEAR))
    first, second = meeting.state.signals
    assert meeting.asks("ines", ask.SettleSignal(first.id)) == [did.SignalSettled(first.id)]
    assert meeting.asks("ines", ask.SettleSignal(first.id)) == []
    assert {s.id: s.settled for s in meeting.state.signals} == {first.id: True, second.id: False}


def test_settling_needs_a_signal():
    assert a_room().refuses("ines", ask.SettleSignal(SignalId("none"))) == "unknown_signal"


@pytest.mark.parametrize("condition", list(Condition))
def test_the_lead_takes_notes_at_any_time(condition: Condition):
    meeting = a_room(condition=condition)
    [taken] = meeting.asks("ines", ask.TakeNote("Ana has gone quiet."))
    assert [(note.id, note.by) for note in meeting.state.notes] == [(taken.note, "ines")]


def test_the_log_carries_no_text_of_cues_and_notes():
    meeting = a_room(speaking="ruth")
    meeting.asks("ines", ask.Cue(RUTH, CueKind.TEXT, "distinctive cue"))
    meeting.asks("ines", ask.TakeNote("distinctive note"))
    assert "distinctive" not in repr(meeting.log)
