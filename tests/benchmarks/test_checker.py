"""The checker of the benchmarks finds every fault that is planted in a run without one."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from benchmarks.load.checker import Acknowledged, Device, Fault, Stored, Verdict, judge
from benchmarks.load.wire import View

ROOM = "room"
DESK, RUTH, BEN = "dana", "ruth", "ben"


@dataclass
class Story:
    """Four commands in a room of three, as they should be kept and shown."""

    log: list[Stored] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    visits: dict[str, list[list[View]]] = field(default_factory=dict)

    def verdict(self) -> Verdict:
        devices = [Device(ROOM, person, person == DESK, visits) for person, visits in self.visits.items()]
        return judge(devices, self.acknowledged, self.log)


def seen(seq: int, *names: str, holder: str | None = None) -> View:
    return View(ROOM, seq, frozenset(names), holder, ())


@pytest.fixture
def story() -> Story:
    """Ruth has the floor, Ben raises a hand, something is said, Ben has the floor."""
    told = Story()
    for seq, (name, person) in enumerate(
        [("grant_turn", RUTH), ("raise_hand", BEN), ("hear_segment", RUTH), ("grant_turn", BEN)], start=2
    ):
        told.acknowledged.append(Acknowledged(ROOM, seq, f"c0-{seq}", name, person))
    told.log = [Stored(ROOM, seq, f"c0{seq}") for seq in range(1, 6)]
    for person in (DESK, RUTH, BEN):
        everything = [
            seen(1, "floor", "queue", "totals", "captions"),
            seen(2, "floor", "totals", holder=RUTH),
            seen(3, "queue"),
            seen(3),  # somebody came in
            seen(4, "captions"),
            seen(5, "floor", "queue", "totals", holder=BEN),
        ]
        told.visits[person] = [everything if person == DESK else [v for v in everything if v.seq != 4]]
    return told


def test_a_run_without_a_fault_passes(story: Story):
    verdict = story.verdict()
    assert verdict.lost == 0, verdict.told()
    assert (verdict.commands, verdict.views) == (4, 16)


def forget_a_row(story: Story) -> None:
    story.log.pop()


def renumber_a_row(story: Story) -> None:
    story.log[-1] = Stored(ROOM, 6, "c05")
    story.log.append(Stored(ROOM, 5, "another"))


def store_twice(story: Story) -> None:
    story.log.append(Stored(ROOM, 6, "c05"))


def skip_a_number(story: Story) -> None:
    story.log.append(Stored(ROOM, 7, "later"))


def keep_from_ben(story: Story) -> None:
    story.visits[BEN][0].pop(2)
    story.visits[BEN][0].pop(2)


def keep_the_last_from_ben(story: Story) -> None:
    story.visits[BEN][0].pop()


def keep_words_from_the_desk(story: Story) -> None:
    story.visits[DESK][0].pop(4)


def show_twice(story: Story) -> None:
    story.visits[RUTH][0].insert(2, story.visits[RUTH][0][1])


def show_out_of_order(story: Story) -> None:
    visit = story.visits[RUTH][0]
    visit[1], visit[2] = visit[2], visit[1]


def show_another_holder(story: Story) -> None:
    story.visits[BEN][0][1] = seen(2, "floor", "totals", holder=BEN)


@pytest.mark.parametrize(
    ("plant", "fault"),
    [
        (forget_a_row, Fault.NOT_STORED),
        (renumber_a_row, Fault.NOT_STORED),
        (store_twice, Fault.STORED_TWICE),
        (skip_a_number, Fault.LOG_GAP),
        (keep_from_ben, Fault.GAP),
        (keep_the_last_from_ben, Fault.GAP),
        (keep_words_from_the_desk, Fault.GAP),
        (show_twice, Fault.DOUBLE),
        (show_out_of_order, Fault.REORDER),
        (show_another_holder, Fault.TWO_HOLDERS),
    ],
)
def test_a_planted_fault_is_found(story: Story, plant: Callable[[Story], None], fault: Fault):
    plant(story)
    assert story.verdict().faults[fault] > 0
    assert fault in story.verdict().told()


def test_what_passed_while_a_client_was_away_is_in_its_next_whole_view(story: Story):
    visit = story.visits[BEN][0]
    story.visits[BEN] = [visit[:2], [seen(4, "floor", "queue", "totals", holder=RUTH), visit[-1]]]
    assert story.verdict().lost == 0, story.verdict().told()


def test_a_client_that_was_away_still_has_to_be_told_what_follows(story: Story):
    visit = story.visits[BEN][0]
    story.visits[BEN] = [visit[:2], [seen(4, "floor", "queue", "totals", holder=RUTH)]]
    assert story.verdict().faults == {Fault.GAP: 1}
