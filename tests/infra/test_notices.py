"""What processes tell each other over Redis, and what becomes of it while Redis is away."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from facilitator.infra import notices, presence, shared
from facilitator.infra.notices import Kind, Post
from tests.services import Redis, redis_answers

SOON_S = 3.0


@pytest.fixture(autouse=True)
def connected(redis: Redis) -> Iterator[None]:
    shared.configure(redis.url)
    yield
    shared.configure("")
    if not redis_answers(redis.port):
        redis.start()


class Process:
    """One process's post, and what it heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.missed = 0
        self.post = Post()
        self.post.listen(Kind.ROOM, self.heard.append)
        self.post.on_missed(self._miss)
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=work, args=(self._stop,)) for work in (self.post.send, self.post.hear)
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _miss(self) -> None:
        self.missed += 1


@pytest.fixture
def two() -> Iterator[tuple[Process, Process]]:
    made = (Process(), Process())
    for each in made:  # nothing is told before it listens
        until(lambda each=each: tells(made[0] if each is made[1] else made[1], each))
    for each in made:
        each.heard.clear()
    yield made
    for each in made:
        each.end()


def tells(one: Process, other: Process) -> bool:
    one.post.tell(Kind.ROOM, "hello")
    time.sleep(0.05)
    return "hello" in other.heard


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_tells_and_the_other_hears_but_not_the_one_who_told(two: tuple[Process, Process]):
    one, other = two
    one.post.tell(Kind.ROOM, "a")
    one.post.tell(Kind.CASE, "nobody listens for cases")
    one.post.tell(Kind.ROOM, "b")
    until(lambda: other.heard[-1:] == ["b"])
    assert [each for each in other.heard if each != "hello"] == ["a", "b"]
    assert "a" not in one.heard


def test_one_who_stumbles_over_a_notice_hears_the_next(two: tuple[Process, Process]):
    one, other = two

    def stumble(id: str) -> None:
        if id == "stone":
            raise ValueError(id)
        other.heard.append(id)

    other.post.listen(Kind.ROOM, stumble)
    one.post.tell(Kind.ROOM, "stone")
    one.post.tell(Kind.ROOM, "path")
    until(lambda: "path" in other.heard)


def test_what_cannot_be_told_is_told_when_redis_is_back_and_whoever_missed_something_knows(
    redis: Redis, two: tuple[Process, Process]
):
    one, other = two
    redis.stop()
    begun_s = time.monotonic()
    for _ in range(100):
        one.post.tell(Kind.ROOM, "late")
    assert time.monotonic() - begun_s < 0.1, "nobody waits for it"
    time.sleep(0.5)
    redis.start()
    until(lambda: other.missed == 1)
    until(lambda: one.missed == 1)
    one.post.tell(Kind.ROOM, "later")
    until(lambda: "later" in other.heard)
    assert other.heard.count("late") <= 2, "many of one are one"


def test_presence_is_what_the_owner_said_last(redis: Redis):
    board = presence.Board()
    assert presence.of("room") == frozenset()
    board.tell({"room": frozenset({"ana", "ben"}), "other": frozenset({"cara"})})
    assert presence.of("room") == {"ana", "ben"}
    board.tell({"room": frozenset({"ana"}), "other": frozenset({"cara"})})
    assert presence.of("room") == {"ana"}
    ttl_s = shared.link().ask(lambda client: client.ttl("facilitator:presence:room"))
    assert 0 < ttl_s <= presence.KEPT_S, "an owner that died says nothing more"
    redis.stop()
    begun_s = time.monotonic()
    board.tell({"room": frozenset({"ben"})})
    assert presence.of("room") == frozenset()
    assert time.monotonic() - begun_s < 1
    redis.start()


def test_a_redis_that_is_away_is_told_once_and_comes_back(redis: Redis):
    assert shared.link().answers() is True
    redis.stop()
    assert shared.link().answers() is False
    redis.start()
    until(lambda: shared.link().answers())
    shared.configure("")
    assert shared.link().answers() is None


def test_without_redis_there_is_nobody_to_tell():
    shared.configure("")
    notices.start(Post(), threading.Event())
    notices.tell(Kind.ROOM, "a")
