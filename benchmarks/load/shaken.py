"""One fault, while many rooms go on; and what everybody's record says of it afterwards."""

import contextlib
import gc
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.load import ask, replay, rooms, seats
from benchmarks.load.ask import Chance
from benchmarks.load.client import Due
from benchmarks.load.mix import RoomPlan, Sayings
from benchmarks.load.phone import Phone
from benchmarks.load.phones import Phones
from benchmarks.load.places import Place
from benchmarks.load.replay import Told, Verdict
from benchmarks.load.rooms import Table
from benchmarks.load.spread import Spread, spread

AT_ONCE = 32
ROOM_EVERY_S = 0.4
"""Three times as lively as a real room, so that much is under way at any moment."""
LONGEST_S = 120.0
OPENING_S = 60.0
REST_WITHIN_S = 60.0
QUIET_S = 2.0
WARM_S = 1.0
PING_WITHIN_S = 6.0


@dataclass
class Scene:
    """What a fault is done to. `begun_s` and `over_s` are when it began and when nothing was broken any more."""

    place: Place
    tables: list[Table]
    phones: Phones
    chance: Chance
    began_s: float = 0.0
    begun_s: float = 0.0
    over_s: float = 0.0
    struck: list[str] = field(default_factory=list)
    """The rooms that a fault is about, where it is about some only."""
    others: list[Told] = field(default_factory=list)
    """Records of clients that are not of the crowd."""
    counted: dict[str, float] = field(default_factory=dict)

    def worker_of(self, table: Table) -> int:
        console = table.console
        assert isinstance(console, Phone)
        return int(console.way.path.split("/")[2])


Act = Callable[[Scene], None]


@dataclass(frozen=True)
class Break:
    """A fault: `strike` returns when nothing is broken any more, `count` adds its own figures at the end."""

    name: str
    strike: Act
    rooms: int = 30
    needs_workers: bool = True
    prepare: Act | None = None
    count: Act | None = None
    at_most: Mapping[str, float] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)


class Outcome(NamedTuple):
    """What became of the commands, and how it felt. Times are milliseconds from when a command was due."""

    name: str
    rooms: int
    sockets: int
    commands: int
    acks: int
    refused: dict[str, int]
    put_off: dict[str, int]
    resent: int
    unanswered: int
    away_ms: float
    """The longest that a client was without a connection."""
    waited_ms: float
    """The longest that a command waited for its answer."""
    before: Spread
    during: Spread
    after: Spread
    verdict: Verdict
    counted: dict[str, float]
    wrong: tuple[str, ...]
    """Which of the fault's own bars were missed."""

    @property
    def is_well(self) -> bool:
        return self.verdict.is_clean and not self.wrong


def shaken(fault: Break, place: Place, calm_s: float, seed: int) -> Outcome:
    """Some calm, the fault, some calm again; then the check."""
    gc.disable()  # what is recorded stays until the end, and looking through it would pause the load
    chance = Chance(seed)
    tables = seats.seated(place.runs.seed("--rooms", str(fault.rooms)), place.address, chance.dice)
    phones = Phones(chance.dice)
    with contextlib.closing(phones):
        scene = Scene(place, tables, phones, chance)
        _gather(scene, fault)
        _play(scene, fault, calm_s)
        phones.look()
        if fault.count:
            fault.count(scene)
        outcome = _outcome(scene, fault)
    gc.enable()
    gc.collect()
    return outcome


def _gather(scene: Scene, fault: Break) -> None:
    scene.phones.seat(phone for phone in rooms.everybody(scene.tables) if isinstance(phone, Phone))
    if fault.prepare:
        fault.prepare(scene)
    scene.phones.enter(scene.phones.clients, AT_ONCE)
    scene.phones.run(ask.opening(scene.tables, scene.chance))
    if not scene.phones.settle(OPENING_S):
        raise RuntimeError("the rooms did not open")


def _play(scene: Scene, fault: Break, calm_s: float) -> None:
    """The crowd has a thread; this one breaks and mends, because whatever it starts ends with it."""
    sayings = Sayings(scene.chance)
    plans = [RoomPlan(t, scene.chance, sayings, ROOM_EVERY_S).plan(LONGEST_S) for t in scene.tables]
    plan = sorted((due for each in plans for due in each), key=lambda due: due.at_s)
    stop = threading.Event()
    with ThreadPoolExecutor(1, "crowd") as pool:
        playing = pool.submit(_drive, scene, plan, stop)
        try:
            time.sleep(WARM_S + calm_s)
            scene.begun_s = time.perf_counter()
            fault.strike(scene)
            scene.over_s = time.perf_counter()
            time.sleep(calm_s)
        finally:
            stop.set()
        playing.result()


def _drive(scene: Scene, plan: list[Due], stop: threading.Event) -> None:
    phones = scene.phones
    scene.began_s = time.perf_counter()
    phones.run_until(plan, stop)
    deadline_s = time.perf_counter() + REST_WITHIN_S
    while time.perf_counter() < deadline_s and not (phones.all_answered() and phones.are_in()):
        phones.pump(0.02)
    while time.perf_counter() < deadline_s and (_shows_more(phones) or _waits_in_vain(phones)):
        pass


def _shows_more(phones: Phones) -> bool:
    """Whether anything new is shown to anybody for a while."""
    before = sum(len(phone.views) for phone in phones.phones)
    phones.wait(QUIET_S)
    phones.look()
    return sum(len(phone.views) for phone in phones.phones) > before


def _waits_in_vain(phones: Phones) -> bool:
    """Whether somebody's connection may be dead, and they have not noticed yet: a living one brings a ping."""
    now_s = time.perf_counter()
    return not phones.are_in() or any(now_s - phone.heard_s > PING_WITHIN_S for phone in phones.phones)


def _outcome(scene: Scene, fault: Break) -> Outcome:
    everybody = scene.phones.phones
    told = [*(replay.told_to(phone) for phone in everybody), *scene.others]
    courses = {table.room: scene.place.course(table.room) for table in scene.tables}
    waits = [_waits(phone, scene.began_s) for phone in everybody]
    took = [pair for each in waits for pair in each]
    refused = [code for phone in everybody for code in _refusals(phone)]
    counted = scene.counted
    return Outcome(
        name=fault.name,
        rooms=len(scene.tables),
        sockets=len(everybody),
        commands=sum(len(phone.asked) for phone in everybody),
        acks=sum(answer.ok for phone in everybody for _, answer in phone.answers.values()),
        refused=dict(Counter(refused)),
        put_off=dict(sum((phone.put_off for phone in everybody), Counter[str]())),
        resent=sum(phone.resent for phone in everybody),
        unanswered=sum(len(phone.unanswered()) for phone in everybody),
        away_ms=max(((back - lost) * 1000 for phone in everybody for lost, back in phone.away), default=0.0),
        waited_ms=max(ms for _, ms in took),
        before=spread([ms for due_s, ms in took if scene.began_s + WARM_S <= due_s < scene.begun_s]),
        during=spread([ms for due_s, ms in took if scene.begun_s <= due_s < scene.over_s]),
        after=spread([ms for due_s, ms in took if due_s >= scene.over_s]),
        verdict=replay.judge(told, scene.place.rows(), courses),
        counted=counted,
        wrong=tuple(_wrong(fault, counted)),
    )


def _waits(phone: Phone, from_s: float) -> list[tuple[float, float]]:
    """When each command was due, and for how long it waited."""
    answered = ((phone.asked[number].due_s, at_s) for number, (at_s, _) in phone.answers.items())
    return [(due_s, (at_s - due_s) * 1000) for due_s, at_s in answered if due_s >= from_s]


def _refusals(phone: Phone) -> list[str]:
    return [str((answer.error or {}).get("code")) for _, answer in phone.answers.values() if not answer.ok]


def _wrong(fault: Break, counted: Mapping[str, float]) -> list[str]:
    over = [f"{name} {counted[name]:.1f} > {most}" for name, most in fault.at_most.items() if counted[name] > most]
    under = [f"{name} {counted[name]:.0f} < {few}" for name, few in fault.at_least.items() if counted[name] < few]
    return [*over, *under]
