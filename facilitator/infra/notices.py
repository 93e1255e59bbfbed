"""What processes tell each other at once, over Redis: something moved, look at it.

A notice says that something is other than it was, never what: that is in the database, where everybody looks from
time to time anyway. So a lost one costs a moment and nothing else.
"""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec
import redis

from facilitator.infra import ids, logs, shared

CHANNEL = "facilitator:notices"
LOOK_S = 1.0
REST_S = 0.5
PING_S = 5.0
SILENT_S = 12.0
"""A subscription that says nothing for so long, not even the answer to a ping, is dead."""
MOST_PENDING = 10_000

_log = logs.get(__name__)


class Kind(StrEnum):
    ROOM = "room"
    """A room's log has moved on by a process that does not own the room."""
    CASE = "case"
    """What was prepared for a case is another now."""
    OUTBOX = "outbox"
    """There is something to send."""


class Notice(msgspec.Struct, frozen=True):
    kind: Kind
    id: str
    by: str


Hear = Callable[[str], None]
Missed = Callable[[], None]


class Post:
    """One process's way to the others. What cannot be told now is told as soon as Redis is back, once."""

    def __init__(self) -> None:
        self._me = ids.new_id()
        self._hears: dict[Kind, Hear] = {}
        self._missed: Missed | None = None
        self._pending: dict[tuple[Kind, str], None] = {}
        self._news = threading.Event()
        self._decoder = msgspec.json.Decoder(Notice)

    def listen(self, kind: Kind, hear: Hear) -> None:
        """Call `hear` with the id of whatever another process tells of this kind."""
        self._hears[kind] = hear

    def on_missed(self, missed: Missed) -> None:
        """Call `missed` after a time in which nothing could be heard."""
        self._missed = missed

    def tell(self, kind: Kind, id: str) -> None:
        if len(self._pending) < MOST_PENDING:
            self._pending[(kind, id)] = None
            self._news.set()

    def send(self, stop: threading.Event) -> None:
        """Bring away what was told, until told to stop."""
        while not stop.is_set():
            self._news.wait(LOOK_S)
            self._news.clear()
            while self._pending and not stop.is_set():
                if not self._sent():
                    stop.wait(REST_S)

    def hear(self, stop: threading.Event) -> None:
        """Pass on what others tell, until told to stop. Never raises: Redis comes and goes."""
        again = False
        while not stop.is_set():
            try:
                self._subscribed(stop, again)
            except redis.RedisError as trouble:
                _log.warning("notices cannot be heard", error=type(trouble).__name__) if not again else None
            again = True
            stop.wait(REST_S)

    def _sent(self) -> bool:
        """The first of what waits. It may be told anew while it is on its way: then it is sent once more."""
        first = next(iter(self._pending))
        del self._pending[first]
        try:
            shared.link().ask(lambda client: client.publish(CHANNEL, self._written(*first)))
        except shared.Away:
            self._pending[first] = None
            return False
        return True

    def _written(self, kind: Kind, id: str) -> bytes:
        return msgspec.json.encode(Notice(kind, id, self._me))

    def _subscribed(self, stop: threading.Event, again: bool) -> None:
        client = shared.client(shared.link().url, patience_s=None)
        with client, client.pubsub() as line:
            line.subscribe(CHANNEL)
            heard_s = pinged_s = time.monotonic()
            while not stop.is_set():
                message = line.get_message(timeout=LOOK_S)
                now_s = time.monotonic()
                if message is not None:
                    heard_s = now_s
                    self._pass_on(message, again)
                elif now_s - heard_s > SILENT_S:
                    raise redis.ConnectionError("silent")
                elif now_s - pinged_s > PING_S:
                    line.ping()
                    pinged_s = now_s

    def _pass_on(self, message: dict[str, Any], again: bool) -> None:
        try:
            if message["type"] == "message":
                self._take(self._decoder.decode(message["data"]))
            elif message["type"] == "subscribe" and again:
                _log.info("notices are heard again")
                if self._missed is not None:
                    self._missed()
        except Exception:  # whatever one of them stumbles over, the next must be heard
            _log.exception("a notice was not taken")

    def _take(self, notice: Notice) -> None:
        hear = self._hears.get(notice.kind)
        if hear is not None and notice.by != self._me:
            hear(notice.id)


_post: Post | None = None


def start(post: Post, stop: threading.Event) -> None:
    """Tell and hear from now on, until `stop`. Where there is no Redis, there is nobody to tell."""
    global _post
    if not shared.link().url:
        return
    _post = post
    for work in (post.send, post.hear):
        threading.Thread(target=work, args=(stop,), daemon=True, name=f"notices-{work.__name__}").start()


def tell(kind: Kind, id: str) -> None:
    """After a commit: let the others look now rather than at their next look. Never blocks, never raises."""
    if _post is not None:
        _post.tell(kind, id)
