"""What is heard: whose words, until when, and which of them are flagged to whom."""

import pytest

from facilitator.infra.ids import FlagId, PersonId, SegmentId
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.asking import Heard
from facilitator.room.commands import CueKind, Source
from facilitator.room.phases import Condition, Kind
from tests.makers import Meeting, a_room

ANA, BEN, RUTH, DAN, INES, COOP = map(PersonId, ("ana", "ben", "ruth", "dan", "ines", "coop"))

LABEL = Heard("label", 2, 10, 16, "label.addict")
THREAT = Heard("threat", 3, 0, 8, "threat.last")
TIP = Heard("absolute", 1, 4, 10, "absolute.always")


def words(number: int = 1, speaker: str | None = None, source: Source = Source.CAPTION) -> ask.HearSegment:
    spoken_by = None if speaker is None else PersonId(speaker)
    return ask.HearSegment(SegmentId(f"{number:032x}"), "You are so dear to me.", 0, 1_500, source, spoken_by)


def heard(number: int, speaker: PersonId, source: Source = Source.CAPTION) -> did.SegmentHeard:
    return did.SegmentHeard(SegmentId(f"{number:032x}"), speaker, source, 0, 1_500)


def test_the_speakers_words_are_heard_as_theirs():
    meeting = a_room(speaking="ruth")
    assert meeting.asks("ruth", words()) == [heard(1, RUTH)]


@pytest.mark.parametrize("source", list(Source))
def test_words_come_by_caption_by_typing_and_by_note(source: Source):
    assert a_room(speaking="ruth").asks("ruth", words(source=source)) == [heard(1, RUTH, source)]


def test_the_same_segment_counts_once():
    meeting = a_room(speaking="ruth")
    meeting.asks("ruth", words())
    assert meeting.asks("ruth", words()) == []
    assert len(meeting.state.heard) == 1


def test_a_segment_cannot_take_the_name_of_a_cue_and_so_its_text():
    meeting = a_room(speaking="ruth")
    [sent] = meeting.asks("ines", ask.Cue(RUTH, CueKind.TEXT, "Slowly."))
    stolen = ask.HearSegment(SegmentId(sent.cue), "Never mind.", 0, 1, Source.TYPED)
    assert meeting.refuses("ruth", stolen) == "id_reused"


def test_a_segment_cannot_take_the_name_of_a_note_and_so_its_text():
    meeting = a_room(speaking="ruth")
    [taken] = meeting.asks("ines", ask.TakeNote("He wept."))
    stolen = ask.HearSegment(SegmentId(taken.note), "Never mind.", 0, 1, Source.TYPED)
    assert meeting.refuses("ruth", stolen) == "id_reused"


@pytest.mark.parametrize("who", ["ana", "dan", "coop"])
def test_nobody_is_heard_while_another_has_the_floor(who: str):
    assert a_room(speaking="ruth").refuses(who, words()) == "not_your_turn"


@pytest.mark.parametrize("who", ["ruth", "dan", "coop"])
def test_nobody_but_the_lead_puts_words_in_anothers_mouth(who: str):
    meeting = a_room(speaking=who)
    assert meeting.refuses(who, words(speaker=who)) is None
    assert meeting.refuses(who, words(speaker="ana")) == "not_allowed"


def test_the_last_words_of_a_turn_count_for_fifteen_seconds():
    meeting = a_room(speaking="ruth")
    meeting.asks("ruth", ask.YieldTurn())
    meeting.wait(15)
    assert meeting.asks("ruth", words()) == [heard(1, RUTH)]
    meeting.wait(0.001)
    assert meeting.refuses("ruth", words(2)) == "not_your_turn"


def test_the_last_words_count_also_when_the_next_person_already_speaks_or_has_spoken():
    meeting = a_room(speaking="ruth")
    meeting.asks("ines", ask.GrantTurn(ANA))
    meeting.wait(3)
    meeting.asks("ana", ask.YieldTurn())
    meeting.wait(3)
    assert meeting.asks("ruth", words(1)) == [heard(1, RUTH)]
    assert meeting.asks("ana", words(2)) == [heard(2, ANA)]


def test_both_of_two_turns_that_end_at_once_have_their_last_words():
    meeting = a_room(interrupted="ruth", speaking="ben")
    meeting.asks("ines", ask.GrantTurn(ANA))
    assert meeting.asks("ben", words(1)) == [heard(1, BEN)]
    assert meeting.asks("ruth", words(2)) == [heard(2, RUTH)]


def test_whoever_was_interrupted_can_finish_the_sentence():
    meeting = a_room(interrupted="ruth", speaking="ben")
    meeting.wait(600)
    assert meeting.asks("ruth", words()) == [heard(1, RUTH)]


@pytest.mark.parametrize("condition", [Condition.PAUSED, Condition.ON_BREAK, Condition.SUSPENDED])
def test_words_on_their_way_when_the_meeting_stops_are_not_lost(condition: Condition):
    assert a_room(speaking="ruth", condition=condition).asks("ruth", words()) == [heard(1, RUTH)]


@pytest.mark.parametrize("speaker", ["ruth", "ana", "dan", "coop", "ines", "olive"])
def test_the_lead_may_type_what_anybody_here_says(speaker: str):
    meeting = a_room(speaking="ruth")
    assert meeting.asks("ines", words(speaker=speaker)) == [heard(1, PersonId(speaker))]


def test_what_the_lead_types_without_a_name_is_of_whoever_speaks():
    assert a_room(speaking="dan").asks("ines", words()) == [heard(1, DAN)]


def test_what_the_lead_types_without_a_name_needs_somebody_who_speaks():
    assert a_room().refuses("ines", words()) == "no_speaker"


def test_the_lead_types_nothing_for_somebody_who_is_not_here():
    meeting = a_room(waiting=["ana"], gone={"ben": "left"})
    assert meeting.refuses("ines", words(speaker="ana")) == "not_admitted"
    assert meeting.refuses("ines", words(speaker="ben")) == "not_admitted"
    assert meeting.refuses("ines", words(speaker="zed")) == "unknown_person"


def test_words_cannot_end_before_they_began():
    backwards = ask.HearSegment(SegmentId("1" * 32), "Hello", 2, 1, Source.TYPED)
    assert a_room(speaking="ruth").refuses("ruth", backwards) == "malformed"


def flags_of(meeting: Meeting, who: str, said: ask.HearSegment, *findings: Heard) -> list[did.Event]:
    [first] = meeting.asks(who, said)
    assert isinstance(first, did.SegmentHeard)
    found = meeting.asks(who, ask.ReadSegment(said.segment, said.text), findings=findings)
    return [event for event in found if isinstance(event, did.FlagRaised)]


def test_a_finding_in_a_team_members_words_is_flagged_with_its_place_and_rule():
    meeting = a_room(speaking="ruth")
    [flag] = flags_of(meeting, "ruth", words(), LABEL)
    assert flag == did.FlagRaised(flag.flag, SegmentId(f"{1:032x}"), RUTH, "label", 2, 10, 16, "label.addict")
    assert meeting.state.flags[0].raised_at == meeting.at


def test_several_findings_are_flagged_apart():
    meeting = a_room(speaking="ruth")
    flags = flags_of(meeting, "ruth", words(), THREAT, LABEL)
    assert [flag.rule for flag in flags] == ["threat.last", "label.addict"]
    assert len({flag.flag for flag in flags}) == 2


def test_a_tip_about_wording_is_not_raised_in_the_room():
    assert flags_of(a_room(speaking="ruth"), "ruth", words(), TIP) == []
    [flag] = flags_of(a_room(speaking="ruth"), "ruth", words(), TIP, THREAT)
    assert flag.severity == 3


@pytest.mark.parametrize("speaker", ["dan", "stan", "ines", "coop", "olive"])
def test_only_the_team_is_flagged_whoever_writes_it_down(speaker: str):
    meeting = a_room(kind=Kind.REHEARSAL)
    assert flags_of(meeting, "ines", words(speaker=speaker), THREAT) == []
    [flag] = flags_of(meeting, "ines", words(2, speaker="ana"), THREAT)
    assert flag.speaker == ANA


def read(meeting: Meeting, who: str, said: ask.HearSegment, warmth: tuple[tuple[str, int], ...]) -> None:
    meeting.asks(who, said)
    meeting.asks(who, ask.ReadSegment(said.segment, said.text), warmth=warmth)


def test_words_that_were_not_heard_cannot_be_flagged():
    meeting = a_room(speaking="ruth")
    assert meeting.asks("ruth", ask.ReadSegment(words().segment, "You junkie."), findings=(LABEL,)) == []


def test_what_is_found_after_the_turn_or_the_meeting_ended_is_still_flagged():
    meeting = a_room(speaking="ruth")
    meeting.asks("ruth", words())
    meeting.asks("ines", ask.EndRoom())
    [flag] = meeting.asks("ruth", ask.ReadSegment(words().segment, words().text), findings=(LABEL,))
    assert isinstance(flag, did.FlagRaised)


def test_warm_words_of_the_team_are_counted_by_element():
    meeting = a_room(speaking="ruth")
    read(meeting, "ruth", words(1), warmth=(("love", 2), ("offer", 1)))
    read(meeting, "ruth", words(2), warmth=(("love", 1),))
    assert meeting.state.warmth == {RUTH: {"love": 3, "offer": 1}}


def test_mild_wordings_are_collected_and_not_raised():
    meeting = a_room(speaking="ruth")
    mild = Heard("label", 1, 0, 4, "label.clean")
    assert flags_of(meeting, "ruth", words(1), mild, mild) == []
    assert flags_of(meeting, "ruth", words(2), THREAT, mild) != []
    assert meeting.state.tips == {RUTH: {"label": 3}}


@pytest.mark.parametrize("speaker", ["dan", "stan", "ines", "coop", "olive"])
def test_nobody_but_the_team_is_measured_for_warmth(speaker: str):
    meeting = a_room(kind=Kind.REHEARSAL)
    read(meeting, "ines", words(speaker=speaker), warmth=(("love", 2),))
    assert meeting.state.heard
    assert meeting.state.warmth == meeting.state.tips == {}


def test_a_flag_interrupts_nobody():
    meeting = a_room(speaking="ruth", queue=["ana"])
    before = meeting.state
    assert flags_of(meeting, "ruth", words(), THREAT)
    assert (meeting.state.floor, meeting.state.queue) == (before.floor, before.queue)
    assert meeting.state.condition is Condition.LIVE


def test_a_verdict_can_be_given_repeated_and_changed():
    meeting = a_room(speaking="ruth")
    [flag] = flags_of(meeting, "ruth", words(), LABEL)
    assert meeting.asks("ines", ask.JudgeFlag(flag.flag, "confirmed")) == [did.FlagJudged(flag.flag, "confirmed")]
    assert meeting.asks("ines", ask.JudgeFlag(flag.flag, "confirmed")) == []
    meeting.asks("ines", ask.JudgeFlag(flag.flag, "dismissed"))
    assert [f.verdict for f in meeting.state.flags] == ["dismissed"]


def test_a_verdict_is_on_one_flag_alone():
    meeting = a_room(speaking="ruth")
    first, second = flags_of(meeting, "ruth", words(), THREAT, LABEL)
    meeting.asks("ines", ask.JudgeFlag(second.flag, "dismissed"))
    assert {f.id: f.verdict for f in meeting.state.flags} == {first.flag: None, second.flag: "dismissed"}


def test_a_verdict_needs_a_flag():
    assert a_room().refuses("ines", ask.JudgeFlag(FlagId("none"), "confirmed")) == "unknown_flag"
