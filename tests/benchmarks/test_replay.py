"""The checker of the fault runs finds every fault that is planted in the record of a run without one."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.load.checker import Acknowledged, Device, Fault, Stored
from benchmarks.load.replay import Course, Told, Verdict, judge
from benchmarks.load.wire import View
from facilitator.infra.entries import Entry
from facilitator.infra.ids import CaseId, PersonId
from facilitator.people.roles import Role
from facilitator.room import events as did
from facilitator.room.phases import Kind

ROOM = "room"
DESK, RUTH, BEN = PersonId("dana"), PersonId("ruth"), PersonId("ben")
IDS = [f"{n:032x}" for n in range(10)]
FIRST_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEATS = ((DESK, Role.INTERVENTIONIST), (RUTH, Role.TEAM_MEMBER), (BEN, Role.TEAM_MEMBER))
HAPPENED: tuple[did.Event, ...] = (
    did.RoomPlanned(CaseId("case"), Kind.LIVE, SEATS, (RUTH, BEN)),
    did.PersonAdmitted(RUTH),
    did.PersonAdmitted(BEN),
    did.RoomOpened(),
    did.HandRaised(BEN),
    did.TurnGranted(RUTH, 60),
    did.TurnGranted(BEN, 60),
)
ASKED = {5: "raise_hand", 6: "grant_turn", 7: "grant_turn"}


@dataclass
class Story:
    """Ben raises a hand, Ruth has the floor, then Ben has it; Ben was away for a while."""

    log: list[Stored] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def verdict(self) -> Verdict:
        entries = [Entry(n, FIRST_AT + timedelta(seconds=n), DESK, (e,)) for n, e in enumerate(HAPPENED, start=1)]
        return judge([_told(**each) for each in self.told.values()], self.log, {ROOM: Course(ROOM, entries)})


def _told(person: PersonId, **record: Any) -> Told:
    acks = [Acknowledged(ROOM, seq, id, name, person) for seq, id, name in record["acks"]]
    bodies = {id: json.dumps({"id": id, "name": name, "args": {}}).encode() for _, id, name in record["acks"]}
    device = Device(ROOM, person, person == DESK, record["visits"])
    return Told(device, acks, bodies, record["looks"], record["unanswered"], record["is_in"])


def seen(seq: int, **sections: Any) -> View:
    names = frozenset(sections) & {"floor", "queue", "totals"}
    holder = sections.get("floor", {}).get("holder")
    return View(ROOM, seq, names, holder, (), sections)


def whole(seq: int, holder: str | None, queue: list[str], totals: dict[str, int]) -> View:
    me = {"admitted": True}
    return seen(seq, me=me, room={}, people=[], floor={"holder": holder}, queue=queue, totals=totals)


@pytest.fixture
def story() -> Story:
    made = Story([Stored(ROOM, n, IDS[n]) for n in range(1, 8)])
    granted = seen(6, floor={"holder": RUTH})
    then = seen(7, floor={"holder": BEN}, queue=[], totals={})
    start = whole(4, None, [], {})
    visits = {
        DESK: [[start, seen(5, queue=[BEN]), granted, then]],
        RUTH: [[start, seen(5, queue=[BEN]), granted, then]],
        BEN: [[start, seen(5, queue=[BEN])], [whole(7, BEN, [], {})]],
    }
    for person, seen_by in visits.items():
        acks = [(n, IDS[n], name) for n, name in ASKED.items() if (name == "raise_hand") == (person == BEN)]
        made.told[person] = {
            "person": person,
            "acks": [] if person == RUTH else acks,
            "visits": seen_by,
            "looks": [(6, granted.sections)] if person == BEN else [],
            "unanswered": [],
            "is_in": True,
        }
    return made


def test_a_run_without_a_fault_passes(story: Story):
    assert story.verdict().is_clean, story.verdict().examples


def test_a_yes_to_what_changes_nothing_needs_no_row(story: Story):
    story.told[RUTH]["acks"].append((6, IDS[9], "lower_hand"))
    story.told[BEN]["acks"].append((4, IDS[8], "lower_hand"))
    assert story.verdict().is_clean, story.verdict().examples


def promise_what_is_not_kept(story: Story) -> None:
    story.told[RUTH]["acks"].append((6, IDS[9], "yield_turn"))


def promise_twice(story: Story) -> None:
    story.told[BEN]["acks"].append((6, IDS[5], "raise_hand"))


def keep_twice(story: Story) -> None:
    story.log.append(Stored(ROOM, 8, IDS[7]))


def lose_a_number(story: Story) -> None:
    story.log.pop(2)


def leave_unanswered(story: Story) -> None:
    story.told[BEN]["unanswered"].append("lower_hand")


def shut_out(story: Story) -> None:
    story.told[BEN]["is_in"] = False


def show_twice(story: Story) -> None:
    visit = story.told[RUTH]["visits"][0]
    visit.insert(2, visit[1])


def show_out_of_order(story: Story) -> None:
    visit = story.told[RUTH]["visits"][0]
    visit[1], visit[2] = visit[2], visit[1]


def show_another_holder(story: Story) -> None:
    story.told[RUTH]["visits"][0][2] = seen(6, floor={"holder": BEN})


def keep_a_change_from_somebody(story: Story) -> None:
    story.told[RUTH]["visits"][0].pop(2)
    story.told[RUTH]["visits"][0][2] = seen(7, queue=[], totals={})


def keep_the_end_from_somebody(story: Story) -> None:
    story.told[RUTH]["visits"][0].pop()


def answer_a_look_wrongly(story: Story) -> None:
    story.told[BEN]["looks"] = [(5, {"floor": {"holder": RUTH}})]


def show_a_number_that_is_not_in_the_log(story: Story) -> None:
    story.told[RUTH]["visits"][0].append(seen(8, queue=[]))


def begin_without_a_whole_view(story: Story) -> None:
    story.told[BEN]["visits"][1] = [seen(7, floor={"holder": BEN})]


@pytest.mark.parametrize(
    ("plant", "kind", "fault"),
    [
        (promise_what_is_not_kept, "lost", Fault.NOT_STORED),
        (lose_a_number, "lost", Fault.LOG_GAP),
        (leave_unanswered, "lost", Fault.UNANSWERED),
        (shut_out, "lost", Fault.SHUT_OUT),
        (promise_twice, "doubled", Fault.ANSWERED_TWICE),
        (keep_twice, "doubled", Fault.STORED_TWICE),
        (show_twice, "doubled", Fault.DOUBLE),
        (show_out_of_order, "reordered", Fault.REORDER),
        (show_another_holder, "disagreeing", Fault.DISAGREES),
        (keep_a_change_from_somebody, "disagreeing", Fault.DISAGREES),
        (keep_the_end_from_somebody, "disagreeing", Fault.DISAGREES),
        (answer_a_look_wrongly, "disagreeing", Fault.DISAGREES),
        (show_a_number_that_is_not_in_the_log, "disagreeing", Fault.DISAGREES),
        (begin_without_a_whole_view, "disagreeing", Fault.NOT_WHOLE),
    ],
)
def test_a_planted_fault_is_found(story: Story, plant: Callable[[Story], None], kind: str, fault: Fault):
    plant(story)
    verdict = story.verdict()
    assert getattr(verdict, kind) > 0
    assert any(example.startswith(fault) for example in verdict.examples)
    assert not verdict.is_clean
