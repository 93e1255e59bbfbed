"""What is heard and what is said quietly: segments and their flags, cues, signals, private notes."""

from collections import Counter
from datetime import timedelta

from facilitator.infra.ids import CueId, FlagId, NoteId, PersonId, SignalId
from facilitator.infra.refusal import Refused
from facilitator.people.roles import Role
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.asking import Asking, admitted, must_be_open
from facilitator.room.commands import CueKind
from facilitator.room.phases import Condition
from facilitator.room.state import RoomState

LATE_WORDS = timedelta(seconds=15)
"""Words typed or recognised at the end of a turn still count as that turn's for this long."""

RAISED_FROM = 2
"""Severity 1 is a tip about wording: of use when drafting, a distraction in the room."""

FLAGGED_ROLES = frozenset({Role.TEAM_MEMBER})
"""The loved one's, their stand-in's and the professionals' own words are never judged: by role, not by text."""


def hear_segment(c: ask.HearSegment, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    if c.ended_at_ms < c.started_at_ms:
        raise Refused("malformed", "ended_at_ms is before started_at_ms.")
    speaker = _speaker(c, a)
    if any(s.id == c.segment for s in a.state.heard):
        return []
    if c.segment in {*(str(q.id) for q in a.state.cues), *(str(n.id) for n in a.state.notes)}:
        raise Refused("id_reused", "This segment id names something else. Send a new id.")
    return [did.SegmentHeard(c.segment, speaker, c.source, c.started_at_ms, c.ended_at_ms)]


def read_segment(c: ask.ReadSegment, a: Asking) -> list[did.Event]:
    """The words are kept before they are read, so that whoever spoke does not wait for the reading."""
    heard = next((s for s in a.state.heard if s.id == c.segment), None)
    if heard is None or not is_judged(a.state, heard.speaker):
        return []
    tips = _tips(a)
    counted = [did.SegmentRead(c.segment, heard.speaker, a.warmth, tips)] if a.warmth or tips else []
    return [*counted, *_flags(c, a, heard.speaker)]


def is_judged(state: RoomState, speaker: PersonId) -> bool:
    return state.seats[speaker].role in FLAGGED_ROLES


def judge_flag(c: ask.JudgeFlag, a: Asking) -> list[did.Event]:
    flag = next((f for f in a.state.flags if f.id == c.flag), None)
    if flag is None:
        raise Refused("unknown_flag", "That flag is not of this meeting.")
    return [] if flag.verdict == c.verdict else [did.FlagJudged(c.flag, c.verdict)]


def cue(c: ask.Cue, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    admitted(a.state, c.person)
    if (c.kind is CueKind.TEXT) != (c.text is not None):
        raise Refused("malformed", "A cue of kind text needs its text, and only that kind has one.")
    return [did.CueSent(CueId(a.id), c.person, c.kind)]


def cue_seen(c: ask.CueSeen, a: Asking) -> list[did.Event]:
    sent = next((q for q in a.state.cues if q.id == c.cue and q.person == a.by), None)
    if sent is None:
        raise Refused("unknown_cue", "That cue was not sent to you.")
    return [] if sent.seen_at else [did.CueWasSeen(c.cue)]


def signal(c: ask.Signal, a: Asking) -> list[did.Event]:
    """Heard at any time, whoever has the floor, also before the meeting opens and while it is paused."""
    if a.state.condition is Condition.ENDED:
        raise Refused("ended", "The meeting has ended. If you are in danger, call 911. To talk to someone: 988.")
    return [did.SignalSent(SignalId(a.id), a.by, c.kind)]


def settle_signal(c: ask.SettleSignal, a: Asking) -> list[did.Event]:
    sent = next((s for s in a.state.signals if s.id == c.signal), None)
    if sent is None:
        raise Refused("unknown_signal", "That signal is not of this meeting.")
    return [] if sent.settled else [did.SignalSettled(c.signal)]


def take_note(_: ask.TakeNote, a: Asking) -> list[did.Event]:
    return [did.NoteTaken(NoteId(a.id))]


def _speaker(c: ask.HearSegment, a: Asking) -> PersonId:
    """Who said it. Only the controller may say so for somebody else."""
    if a.by == a.state.controller:
        speaker = c.speaker or a.state.holder
        if speaker is None:
            raise Refused("no_speaker", "Nobody has the floor. Say who spoke.")
        admitted(a.state, speaker)
        return speaker
    if c.speaker not in (None, a.by):
        raise Refused("not_allowed", "You can only send your own words.")
    if not (a.state.has_turn(a.by) or _just_held(a.state, a)):
        raise Refused("not_your_turn", "Your words can be sent while it is your turn.")
    return a.by


def _just_held(state: RoomState, a: Asking) -> bool:
    ended_at = state.spoke_until.get(a.by)
    return ended_at is not None and a.at - ended_at <= LATE_WORDS


def _tips(a: Asking) -> tuple[tuple[str, int], ...]:
    """Mild wordings by category: collected for the talk afterwards, raised to nobody."""
    return tuple(Counter(f.category for f in a.findings if f.severity < RAISED_FROM).items())


def _flags(c: ask.ReadSegment, a: Asking, speaker: PersonId) -> list[did.Event]:
    raised = [f for f in a.findings if f.severity >= RAISED_FROM]
    return [
        did.FlagRaised(FlagId(f"{a.id}-{n}"), c.segment, speaker, f.category, f.severity, f.start, f.end, f.rule)
        for n, f in enumerate(raised)
    ]
