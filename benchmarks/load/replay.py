"""Holds what each device was told and shown against the room's log, folded anew: only the log says what is so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from benchmarks.load import checker, wire
from benchmarks.load.checker import EXAMPLES, Acknowledged, Device, Fault, Stored
from benchmarks.load.client import Phase
from benchmarks.load.phone import Phone
from benchmarks.load.wire import View
from facilitator.infra.entries import Entry
from facilitator.infra.ids import PersonId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.infra.wire import parse
from facilitator.room import desk, service
from facilitator.room import events as did
from facilitator.room.decide import decide
from facilitator.room.evolve import fold
from facilitator.room.state import RoomState

LOST = (Fault.NOT_STORED, Fault.LOG_GAP, Fault.UNANSWERED, Fault.SHUT_OUT)
DOUBLED = (Fault.STORED_TWICE, Fault.DOUBLE, Fault.ANSWERED_TWICE)
REORDERED = (Fault.REORDER,)
DISAGREEING = (Fault.DISAGREES, Fault.NOT_WHOLE)
ALWAYS = frozenset({"me", "room", "people", "floor", "queue", "totals"})
"""What a whole view has, at whoever was let in."""

Found = tuple[Fault, str]


class Told(NamedTuple):
    """All that one device was told and shown."""

    device: Device
    acknowledged: Sequence[Acknowledged]
    bodies: Mapping[str, bytes]
    """Of its commands, by their id."""
    looks: Sequence[tuple[int, Mapping[str, Any]]]
    """Whole views that it asked for."""
    unanswered: Sequence[str]
    is_in: bool
    shown: bool = True
    """Whether what it was shown was recorded."""


class Course:
    """One room, from its log: how it stood after each number."""

    def __init__(self, room: str, entries: Iterable[Entry[did.Event]]) -> None:
        self.states = [RoomState(id=RoomId(room))]
        self.times = []
        for entry in entries:
            self.states.append(fold(RoomId(room), [entry], self.states[-1]))
            self.times.append(entry.at)

    def changes_nothing(self, seq: int, body: bytes, person: str) -> bool:
        """Whether this command, decided after `seq`, is rightly answered with a yes and kept nowhere."""
        if not 0 < seq < len(self.states):
            return False
        state, asked = self.states[seq], parse(msgspec.json.decode(body), service.KNOWN)
        by = PersonId(person) or state.controller
        try:
            return not decide(state, asked.command, by, self.times[seq - 1], asked.id)
        except Refused:
            return False

    def sections(self, seq: int, is_desk: bool, person: str) -> dict[str, Any]:
        """As much of a view as can be told from ids alone."""
        s = self.states[seq]
        shown: dict[str, Any] = {"floor": s.holder, "queue": list(s.queue), "totals": s.totals}
        if not is_desk:
            own = [q.id for q in s.cues if q.person == person and q.seen_at is None]
            return {**shown, "cue": own[-1] if own else None}
        noted = [(n.at, n.id) for n in s.notes] + [(h.at, h.id) for h in s.noted]
        return {
            **shown,
            "flags": [f.id for f in s.flags],
            "captions": [h.id for h in s.heard[-desk.CAPTIONS_SHOWN :]],
            "signals": [g.id for g in s.signals[-desk.SIGNALS_SHOWN :]],
            "notes": [id for _, id in sorted(noted)],
            "cues": [q.id for q in s.cues[-desk.CUES_SHOWN :]],
        }


class Verdict(NamedTuple):
    """How much of each kind was found, and the first ones in words."""

    lost: int
    doubled: int
    reordered: int
    disagreeing: int
    examples: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.reordered or self.disagreeing)


def told_to(phone: Phone) -> Told:
    answered = [
        Acknowledged(phone.room, ack.seq, phone.asked[ack.number].id, phone.asked[ack.number].name, phone.person)
        for ack in phone.acks
    ]
    return Told(
        checker.device_of(phone),
        answered,
        {asked.id: wire.body(asked.frame) for asked in phone.asked.values()},
        phone.looks,
        [f"{phone.room} {asked.name} {asked.id}" for asked in phone.unanswered()],
        phone.phase is Phase.IN,
    )


def judge(told: Sequence[Told], log: Sequence[Stored], courses: Mapping[str, Course]) -> Verdict:
    """Of everybody's record and the logs of their rooms after it."""
    rooms = {each.device.room for each in told}
    of_rooms = [row for row in log if row.room in rooms]
    kept = {(row.room, checker.canonical(row.command_id)): row.seq for row in reversed(of_rooms)}
    found: list[Found] = list(checker.of_order([each.device for each in told]))
    promised = [a for each in told for a in each.acknowledged if not _in_vain(each, a, kept, courses)]
    found += [*checker.of_log(promised, of_rooms), *_answered_twice(promised)]
    for each in told:
        found += [*_left(each), *_disagreeing(each, courses[each.device.room])]
    return _verdict(found)


def _in_vain(
    told: Told, each: Acknowledged, kept: Mapping[tuple[str, str], int], courses: Mapping[str, Course]
) -> bool:
    """What changed nothing is kept nowhere; asked once more, it may change something, and be kept then."""
    if kept.get((each.room, checker.canonical(each.command_id)), each.seq + 1) <= each.seq:
        return False
    return courses[each.room].changes_nothing(each.seq, told.bodies[each.command_id], told.device.person)


def _answered_twice(promised: Iterable[Acknowledged]) -> Iterator[Found]:
    first: dict[tuple[str, str], int] = {}
    for each in promised:
        if first.setdefault((each.room, each.command_id), each.seq) != each.seq:
            yield Fault.ANSWERED_TWICE, f"{each.room} {each.name} {each.command_id}"


def _left(told: Told) -> Iterator[Found]:
    yield from ((Fault.UNANSWERED, asked) for asked in told.unanswered)
    if not told.is_in:
        yield Fault.SHUT_OUT, f"{told.device.person} of {told.device.room}"


def _disagreeing(told: Told, course: Course) -> Iterator[Found]:
    """Each view brings a device to exactly what the log says at its number; at the end, at the log's last."""
    device, shown = told.device, dict[str, Any]()
    for visit in device.visits:
        shown = {}
        for number, view in enumerate(visit):
            if number == 0 and not _is_whole(view.sections):
                yield Fault.NOT_WHOLE, f"{device.room} {view.seq} at {device.person}"
            shown = _after(shown, view)
            yield from _compared(device, shown, view.seq, course, f"view {number} of a connection")
    for seq, sections in told.looks:
        yield from _compared(device, sections, seq, course, "a view by HTTP")
    if told.is_in and told.shown:
        yield from _compared(device, shown, len(course.states) - 1, course, "the end")


def _after(shown: Mapping[str, Any], view: View) -> dict[str, Any]:
    merged = {**shown, **view.sections}
    return {name: section for name, section in merged.items() if name not in view.dropped}


def _is_whole(sections: Mapping[str, Any]) -> bool:
    me = sections.get("me")
    return me is not None and (not me["admitted"] or sections.keys() >= ALWAYS)


def _compared(device: Device, shown: Mapping[str, Any], seq: int, course: Course, which: str) -> Iterator[Found]:
    where = f"{device.room} {seq} at {device.person or 'the desk'} in {which}"
    if not 0 < seq < len(course.states):
        yield Fault.DISAGREES, f"{where}: the log has no such number"
        return
    for name, so in course.sections(seq, device.is_desk, device.person).items():
        if name in shown and _plain(name, shown[name]) != so:
            has = _plain(name, shown[name])
            yield Fault.DISAGREES, f"{where}: {name} {has}, not {so}"


def _plain(name: str, section: Any) -> Any:
    if name == "floor":
        return section["holder"]
    if name == "cue":
        return section and section["id"]
    return section if name in ("queue", "totals") else [each["id"] for each in section]


def _verdict(found: Sequence[Found]) -> Verdict:
    def count(kinds: tuple[Fault, ...]) -> int:
        return sum(fault in kinds for fault, _ in found)

    examples = tuple(f"{fault}: {where}" for fault, where in found[:EXAMPLES])
    return Verdict(count(LOST), count(DOUBLED), count(REORDERED), count(DISAGREEING), examples)
