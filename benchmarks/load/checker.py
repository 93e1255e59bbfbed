"""Compares, after a run, what each client was told with what the log keeps: nothing lost, doubled or moved."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from benchmarks.load.client import Client
from benchmarks.load.wire import View

EXAMPLES = 10
FOR_THE_DESK = frozenset({"hear_segment", "signal", "take_note", "judge_flag"})
FOR_THE_DESK_AND_ONE = frozenset({"cue", "cue_seen"})
FOR_NOBODY_YET = frozenset({"admit"})
"""Who is not let in sees nothing but that; what is shown of it is not checked here."""
GRANTS = frozenset({"grant_turn"})


class Fault(StrEnum):
    NOT_STORED = "acknowledged and not in the log"
    STORED_TWICE = "in the log twice"
    LOG_GAP = "a number missing in the log"
    UNANSWERED = "never answered"
    GAP = "never shown to somebody who should see it"
    DOUBLE = "shown twice to one client"
    REORDER = "shown after a later one"
    TWO_HOLDERS = "two people with the floor at the same number"
    ANSWERED_TWICE = "acknowledged under two numbers"
    DISAGREES = "shown other than the log has it"
    NOT_WHOLE = "no whole view after connecting"
    SHUT_OUT = "not in the room at the end"


class Stored(NamedTuple):
    """One row of a room's log."""

    room: str
    seq: int
    command_id: str


class Acknowledged(NamedTuple):
    """A command that was promised to be kept. `person` is whom it is about."""

    room: str
    seq: int
    command_id: str
    name: str
    person: str

    def is_for(self, device: "Device") -> bool:
        if self.name in FOR_THE_DESK:
            return device.is_desk
        if self.name in FOR_THE_DESK_AND_ONE:
            return device.is_desk or device.person == self.person
        return self.name not in FOR_NOBODY_YET


class Device(NamedTuple):
    """What one client was shown, connection by connection."""

    room: str
    person: str
    is_desk: bool
    visits: Sequence[Sequence[View]]


class Verdict(NamedTuple):
    """How often each fault was found, and the first ones in words."""

    faults: Counter[Fault]
    examples: tuple[str, ...]
    commands: int
    views: int

    @property
    def lost(self) -> int:
        return sum(self.faults.values())

    def told(self) -> str:
        seen = f"{self.commands} acknowledged commands and {self.views} views checked"
        if not self.lost:
            return f"0; {seen}"
        kinds = ", ".join(f"{count} {fault}" for fault, count in self.faults.items())
        return f"{self.lost}; {seen}: {kinds}\n  " + "\n  ".join(self.examples)


def is_for_all(name: str) -> bool:
    """Whether everybody in the room sees something else after this command."""
    return name not in FOR_THE_DESK | FOR_THE_DESK_AND_ONE | FOR_NOBODY_YET


def check(clients: Sequence[Client], log: Iterable[Stored]) -> Verdict:
    """Of the clients of one run and the log of their rooms after it."""
    devices = [device_of(client) for client in clients]
    unanswered = [
        (Fault.UNANSWERED, f"{client.room} {asked.name} {asked.id}")
        for client in clients
        for asked in client.unanswered()
    ]
    return judge(devices, list(_acknowledged(clients)), log, unanswered)


def judge(
    devices: Sequence[Device],
    acknowledged: Sequence[Acknowledged],
    log: Iterable[Stored],
    found: Iterable[tuple[Fault, str]] = (),
) -> Verdict:
    faults = [
        *found,
        *of_log(acknowledged, log),
        *of_order(devices),
        *_of_gaps(devices, acknowledged),
        *_of_holders(devices, acknowledged),
    ]
    counted = Counter(fault for fault, _ in faults)
    examples = tuple(f"{fault}: {where}" for fault, where in faults[:EXAMPLES])
    views = sum(len(visit) for device in devices for visit in device.visits)
    return Verdict(counted, examples, len(acknowledged), views)


def device_of(client: Client) -> Device:
    views = [view for _, view in client.views]
    ends = [*client.visits[1:], len(views)]
    visits = [views[start:end] for start, end in zip(client.visits, ends, strict=True)]
    return Device(client.room, client.person, client.role == "interventionist", visits)


def _acknowledged(clients: Sequence[Client]) -> Iterator[Acknowledged]:
    for client in clients:
        for number, (_, answer) in client.answers.items():
            if answer.ok:
                asked = client.asked[number]
                yield Acknowledged(client.room, answer.seq, asked.id, asked.name, asked.person)


def of_log(acknowledged: Sequence[Acknowledged], log: Iterable[Stored]) -> Iterator[tuple[Fault, str]]:
    seqs: dict[str, list[int]] = {}
    at: dict[tuple[str, str], int] = {}
    for room, seq, stored_id in log:
        command_id = canonical(stored_id)
        seqs.setdefault(room, []).append(seq)
        if (room, command_id) in at:
            yield Fault.STORED_TWICE, f"{room} {command_id}"
        at[room, command_id] = seq
    for room, found in seqs.items():
        for missing in sorted(set(range(1, max(found) + 1)) - set(found)):
            yield Fault.LOG_GAP, f"{room} {missing}"
    for each in acknowledged:
        if at.get((each.room, canonical(each.command_id))) != each.seq:
            yield Fault.NOT_STORED, f"{each.room} {each.seq} {each.name} {each.command_id}"


def canonical(command_id: str) -> str:
    """A UUID is the same with and without its hyphens."""
    return command_id.replace("-", "").lower()


def of_order(devices: Sequence[Device]) -> Iterator[tuple[Fault, str]]:
    """A section that commands change comes once with a number; presence may come again."""
    for device in devices:
        for visit in device.visits:
            last, shown = 0, frozenset[str]()
            for view in visit:
                where = f"{device.room} {view.seq} at {device.person}"
                if view.seq < last:
                    yield Fault.REORDER, where
                elif view.seq == last and shown & view.names:
                    yield Fault.DOUBLE, where
                shown = shown | view.names if view.seq == last else view.names
                last = max(last, view.seq)


def _of_gaps(devices: Sequence[Device], acknowledged: Sequence[Acknowledged]) -> Iterator[tuple[Fault, str]]:
    """Between the whole view with which a connection begins and its end, each number of its own is shown."""
    in_room: dict[str, list[Acknowledged]] = {}
    for each in acknowledged:
        in_room.setdefault(each.room, []).append(each)
    for device in devices:
        for number, visit in enumerate(device.visits):
            seen = {view.seq for view in visit}
            first = visit[0].seq
            last = max(seen) if number < len(device.visits) - 1 else None
            for each in in_room.get(device.room, ()):
                within = first < each.seq and (last is None or each.seq <= last)
                if within and each.seq not in seen and each.is_for(device):
                    yield Fault.GAP, f"{device.room} {each.seq} {each.name} at {device.person}"


def _of_holders(devices: Sequence[Device], acknowledged: Sequence[Acknowledged]) -> Iterator[tuple[Fault, str]]:
    holders = {(each.room, each.seq): each.person for each in acknowledged if each.name in GRANTS}
    for device in devices:
        for view in (view for visit in device.visits for view in visit if "floor" in view.names):
            known = holders.setdefault((device.room, view.seq), view.holder or "")
            if known != (view.holder or ""):
                yield Fault.TWO_HOLDERS, f"{device.room} {view.seq}: {known}, and {view.holder} at {device.person}"
