"""The Redis that workers share. It carries nothing that must not be lost: without it, each goes on by itself."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from facilitator.infra import logs

T = TypeVar("T")

ANSWER_WITHIN_S = 0.25
"""Whoever waits for Redis waits for a person's click."""
LET_BE_S = 1.0
"""So long after a failure nobody asks again: a Redis that hangs must not cost every request its patience."""

_log = logs.get(__name__)


class Away(Exception):
    """Redis does not answer, or there is none."""


class Link:
    """One Redis, asked with little patience. `url` is empty where there is none."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client: Any = client(url, ANSWER_WITHIN_S) if url else None
        self._lock = threading.Lock()
        self._away_until_s = 0.0
        self._answered = True

    def ask(self, work: Callable[[Any], T]) -> T:
        """What `work` makes of the client. Raises Away."""
        if self._client is None or time.monotonic() < self._away_until_s:
            raise Away
        try:
            found = work(self._client)
        except redis.RedisError as trouble:
            self._failed(trouble)
            raise Away from trouble
        self._came_back()
        return found

    def answers(self) -> bool | None:
        """Whether it is there; None where none is set."""
        if not self.url:
            return None
        try:
            return self.ask(lambda client: bool(client.ping()))
        except Away:
            return False

    def _failed(self, trouble: redis.RedisError) -> None:
        with self._lock:
            self._away_until_s = time.monotonic() + LET_BE_S
            was, self._answered = self._answered, False
        if was:
            _log.warning("redis is away, and each worker goes on by itself", error=type(trouble).__name__)

    def _came_back(self) -> None:
        if self._answered:
            return
        with self._lock:
            was, self._answered = self._answered, True
        if not was:
            _log.info("redis is back")


def client(url: str, patience_s: float | None) -> Any:
    """A client of its own; with None for what waits for as long as it takes."""
    return redis.Redis.from_url(
        url,
        socket_timeout=patience_s,
        socket_connect_timeout=ANSWER_WITHIN_S,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 1),  # a connection of before its restart is found out by using it
        decode_responses=True,
    )


_link = Link("")


def configure(url: str) -> None:
    """Use the Redis at `url` from now on; none with an empty one."""
    global _link
    _link = Link(url)


def link() -> Link:
    return _link
