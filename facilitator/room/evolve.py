"""evolve(): what one event makes of the state. Pure; folding a room's log gives its state."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from msgspec.structs import replace

from facilitator.infra.entries import Entry
from facilitator.infra.ids import PersonId, RoomId
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.room import events as did
from facilitator.room.commands import Source
from facilitator.room.phases import Condition, Phase, is_before
from facilitator.room.state import (
    HEARD_KEPT,
    Amendment,
    Flag,
    Floor,
    Note,
    RecordedOutcome,
    RoomState,
    Seat,
    Segment,
    SentCue,
    SentSignal,
    Standing,
    ms_between,
)

GONE = {
    did.PersonDeclined: Standing.DECLINED,
    did.PersonRemoved: Standing.REMOVED,
    did.PersonLeft: Standing.LEFT,
}


def fold(room: RoomId, entries: Iterable[Entry[did.Event]], state: RoomState | None = None) -> RoomState:
    """The state after these entries, from nothing or from an earlier state."""
    state = state or RoomState(id=room)
    for entry in entries:
        for event in entry.events:
            state = evolve(state, event, PersonId(entry.actor), entry.at)
    return state


def evolve(s: RoomState, event: did.Event, by: PersonId, at: datetime) -> RoomState:
    """The state after `event`, which `by` caused at `at` (aware UTC)."""
    area = _AREAS.get(type(event))
    after = area and area(s, event, by, at)
    assert after is not None, f"no evolution for {type(event).__name__}"
    return after


def _seats(s: RoomState, event: did.Event, _by: PersonId, at: datetime) -> RoomState | None:
    match event:
        case did.RoomPlanned():
            return _planned(s, event, at)
        case did.SeatAsked(person, role):
            return replace(s, seats={**s.seats, person: Seat(person, role)})
        case did.PersonReady(person):
            return _seat(s, person, ready=True)
        case did.PersonLate(person, reason):
            return _seat(s, person, late=reason)
        case did.PersonHeld(person):
            return _seat(s, person, held=True, standing=Standing.WAITING)
        case did.PersonAdmitted(person):
            return _joined(s, person)
        case did.PersonDeclined(person) | did.PersonRemoved(person) | did.PersonLeft(person):
            return _left(s, person, GONE[type(event)])
    return None


def _control(s: RoomState, event: did.Event, _by: PersonId, _at: datetime) -> RoomState | None:
    match event:
        case did.ControlOffered(person):
            return replace(s, offered_to=person)
        case did.ControlTaken(person):
            return replace(s, controller=person, offered_to=None)
    return None


def _course(s: RoomState, event: did.Event, by: PersonId, at: datetime) -> RoomState | None:
    match event:
        case did.RoomOpened():
            return replace(s, condition=Condition.LIVE, opened_at=at)
        case did.PhaseAdvanced(to):
            return _in_phase(s, to, at)
        case did.RoomPaused():
            return _stopped(s, Condition.PAUSED, by, at)
        case did.RoomSuspended():
            return _stopped(s, Condition.SUSPENDED, by, at)
        case did.BreakTaken(until):
            return replace(_stopped(s, Condition.ON_BREAK, by, at), break_until=until)
        case did.RoomResumed():
            floor = _clock_on(s.floor, at)
            return replace(s, condition=Condition.LIVE, paused_by=None, break_until=None, floor=floor)
        case did.RoomEnded():
            return replace(s, condition=Condition.ENDED, paused_by=None, break_until=None, offered_to=None)
    return None


def _queue(s: RoomState, event: did.Event, _by: PersonId, at: datetime) -> RoomState | None:
    match event:
        case did.HandRaised(person):
            queued = person in s.queue
            s = _seat(s, person, hand_since=at, queued_by_hand=not queued)
            return s if queued else replace(s, queue=(*s.queue, person))
        case did.HandLowered(person):
            by_hand = s.seats[person].queued_by_hand
            s = _seat(s, person, hand_since=None, queued_by_hand=False)
            return _without(s, person) if by_hand else s
        case did.QueueReordered(people):
            return replace(s, queue=people)
        case did.TurnDeferred(person):
            s = _without(s, person)
            return replace(s, queue=(*s.queue, person))
        case did.TurnSkipped(person):
            return _seat(_without(s, person), person, hand_since=None, queued_by_hand=False)
    return None


def _floor(s: RoomState, event: did.Event, _by: PersonId, at: datetime) -> RoomState | None:
    match event:
        case did.TurnGranted(person, limit_s):
            return replace(_called(s, person), floor=Floor(person, at, limit_s))
        case did.TurnInterposed(person, limit_s):
            under = s.interrupted or _clock_off(s.floor, at)
            return replace(_called(s, person), floor=Floor(person, at, limit_s), interrupted=under)
        case did.TurnEnded(person, spoken_ms):
            totals = {**s.totals, person: s.totals.get(person, 0) + spoken_ms}
            spoke_until = {**s.spoke_until, person: at}
            if s.holder == person:
                return replace(s, totals=totals, spoke_until=spoke_until, floor=None)
            return replace(s, totals=totals, spoke_until=spoke_until, interrupted=None)
        case did.TurnResumed():
            stopped = s.condition is not Condition.LIVE
            floor = s.interrupted if stopped else _clock_on(s.interrupted, at)
            return replace(s, floor=floor, interrupted=None)
        case did.TurnExtended(by_s) if s.floor:
            return replace(s, floor=replace(s.floor, extended_s=s.floor.extended_s + by_s))
    return None


def _speech(s: RoomState, event: did.Event, by: PersonId, at: datetime) -> RoomState | None:
    match event:
        case did.SegmentHeard(segment, speaker, source):
            said = Segment(segment, speaker, source, at)
            heard = (*s.heard[1 - HEARD_KEPT :], said)
            noted = (*s.noted, said) if source is Source.NOTE else s.noted
            return _counting(replace(s, heard=heard, noted=noted), event)
        case did.SegmentRead():
            return _counting(s, event)
        case did.FlagRaised():
            flag = Flag(
                event.flag,
                event.segment,
                event.speaker,
                event.category,
                event.severity,
                event.start,
                event.end,
                at,
            )
            return replace(s, flags=(*s.flags, flag))
        case did.FlagJudged(flag_id, verdict):
            judged = tuple(replace(f, verdict=verdict) if f.id == flag_id else f for f in s.flags)
            return replace(s, flags=judged)
        case did.NoteTaken(note):
            return replace(s, notes=(*s.notes, Note(note, by, at)))
    return None


def _whispers(s: RoomState, event: did.Event, _by: PersonId, at: datetime) -> RoomState | None:
    match event:
        case did.CueSent(cue, person, kind):
            return replace(s, cues=(*s.cues, SentCue(cue, person, kind, at)))
        case did.CueWasSeen(cue):
            return replace(s, cues=tuple(replace(q, seen_at=at) if q.id == cue else q for q in s.cues))
        case did.SignalSent(signal, person, kind):
            return replace(s, signals=(*s.signals, SentSignal(signal, person, kind, at)))
        case did.SignalSettled(signal):
            settled = tuple(replace(g, settled=True) if g.id == signal else g for g in s.signals)
            return replace(s, signals=settled)
    return None


def _decision(s: RoomState, event: did.Event, by: PersonId, at: datetime) -> RoomState | None:
    match event:
        case did.PlanPresented():
            return replace(s, plan_presented_at=at)
        case did.BottomLineRevealed(person):
            return replace(s, revealed={**s.revealed, person: at})
        case did.OutcomeRecorded(outcome, kind):
            return replace(s, outcome=RecordedOutcome(outcome, kind, by, at))
        case did.OutcomeAmended(outcome, kind) if s.outcome:
            before = Amendment(s.outcome.kind, s.outcome.by, s.outcome.at)
            history = (*s.outcome.history, before)
            return replace(s, outcome=RecordedOutcome(outcome, kind, by, at, history))
    return None


def _planned(s: RoomState, event: did.RoomPlanned, at: datetime) -> RoomState:
    """Professionals need nobody to let them in; the first interventionist leads."""
    seats = {
        person: Seat(person, role, Standing.ADMITTED if role in PROFESSIONALS else Standing.WAITING)
        for person, role in event.seats
    }
    lead = next(person for person, role in event.seats if role is Role.INTERVENTIONIST)
    return replace(
        s,
        case=event.case,
        kind=event.kind,
        referral=event.referral,
        controller=lead,
        seats=seats,
        planned=event.order,
        phase_since=at,
    )


def _joined(s: RoomState, person: PersonId) -> RoomState:
    s = _seat(s, person, standing=Standing.ADMITTED, held=False, late=None)
    late_reader = s.phase is Phase.STATEMENTS and person in s.planned and person not in s.totals
    return _due_to_read(s, [person]) if late_reader else s


def _left(s: RoomState, person: PersonId, standing: Standing) -> RoomState:
    s = _seat(s, person, standing=standing, hand_since=None, queued_by_hand=False, held=False)
    offered_to = None if s.offered_to == person else s.offered_to
    return replace(_without(s, person), offered_to=offered_to)


def _in_phase(s: RoomState, to: Phase, at: datetime) -> RoomState:
    """The first time that statements are read, all read; after going back, those who were not heard yet."""
    heard = s.totals if is_before(Phase.STATEMENTS, s.phase) else {}
    s = replace(s, phase=to, phase_since=at)
    return _due_to_read(s, [p for p in s.planned if p not in heard]) if to is Phase.STATEMENTS else s


def _due_to_read(s: RoomState, people: Sequence[PersonId]) -> RoomState:
    """Behind who waits already. Whoever waits by a raised hand keeps the place when the hand goes down."""
    due = [p for p in people if s.is_admitted(p) and not s.has_turn(p)]
    for person in due:
        s = _seat(s, person, queued_by_hand=False)
    return replace(s, queue=(*s.queue, *(p for p in due if p not in s.queue)))


def _called(s: RoomState, person: PersonId) -> RoomState:
    """Off the queue and hand down, because the floor is theirs."""
    return _seat(_without(s, person), person, hand_since=None, queued_by_hand=False)


def _without(s: RoomState, person: PersonId) -> RoomState:
    return replace(s, queue=tuple(p for p in s.queue if p != person)) if person in s.queue else s


def _seat(s: RoomState, person: PersonId, **changes: object) -> RoomState:
    before = s.seats[person]
    after = replace(before, **changes)
    return s if after == before else replace(s, seats={**s.seats, person: after})


def _stopped(s: RoomState, condition: Condition, by: PersonId, at: datetime) -> RoomState:
    floor = _clock_off(s.floor, at)
    return replace(s, condition=condition, paused_by=by, break_until=None, floor=floor)


def _counting(s: RoomState, event: did.SegmentHeard | did.SegmentRead) -> RoomState:
    warmth, tips = _counted(s.warmth, event.speaker, event.warmth), _counted(s.tips, event.speaker, event.tips)
    return replace(s, warmth=warmth, tips=tips)


def _counted(
    known: dict[PersonId, dict[str, int]], speaker: PersonId, more: tuple[tuple[str, int], ...]
) -> dict[PersonId, dict[str, int]]:
    counts = known.get(speaker, {})
    added = {name: counts.get(name, 0) + count for name, count in more}
    return {**known, speaker: {**counts, **added}} if added else known


def _clock_off(floor: Floor | None, at: datetime) -> Floor | None:
    return replace(floor, paused_at=at) if floor and floor.paused_at is None else floor


def _clock_on(floor: Floor | None, at: datetime) -> Floor | None:
    if floor is None or floor.paused_at is None:
        return floor
    paused_ms = floor.paused_total_ms + ms_between(floor.paused_at, at)
    return replace(floor, paused_at=None, paused_total_ms=paused_ms)


_Evolve: TypeAlias = Callable[[RoomState, Any, PersonId, datetime], RoomState | None]

_AREAS: dict[type[did.Event], _Evolve] = {
    event: area
    for area, events in {
        _seats: (
            *(did.RoomPlanned, did.SeatAsked, did.PersonReady, did.PersonLate, did.PersonHeld, did.PersonAdmitted),
            *(did.PersonDeclined, did.PersonRemoved, did.PersonLeft),
        ),
        _control: (did.ControlOffered, did.ControlTaken),
        _course: (
            *(did.RoomOpened, did.PhaseAdvanced, did.RoomPaused, did.RoomSuspended, did.BreakTaken),
            *(did.RoomResumed, did.RoomEnded),
        ),
        _queue: (did.HandRaised, did.HandLowered, did.QueueReordered, did.TurnDeferred, did.TurnSkipped),
        _floor: (did.TurnGranted, did.TurnInterposed, did.TurnEnded, did.TurnResumed, did.TurnExtended),
        _speech: (did.SegmentHeard, did.SegmentRead, did.FlagRaised, did.FlagJudged, did.NoteTaken),
        _whispers: (did.CueSent, did.CueWasSeen, did.SignalSent, did.SignalSettled),
        _decision: (did.PlanPresented, did.BottomLineRevealed, did.OutcomeRecorded, did.OutcomeAmended),
    }.items()
    for event in events
}
