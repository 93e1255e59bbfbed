"""Sends what the outbox holds: claim, send, mark; a thread for each message under way."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from facilitator.infra import backoff, clock, crash, db, ids, jumps, logs, outbox, shapes
from facilitator.infra.outbox import Claimed

POLL_S = 0.2
WORKERS = 32
PER_LANE = 4
"""So many at once to one place: a place that hangs holds these and no more."""
RENEW_S = 1.0
LONGEST_SEND_S = 30.0
"""A send that takes longer has lost its lease; another try may begin beside it, with the same key."""
DRAIN_S = 60.0

log = logs.get("outbox")


class Delivered(msgspec.Struct, frozen=True):
    """The other side has it."""


class TryLater(msgspec.Struct, frozen=True):
    """`why` carries no address and no content: it is logged and kept."""

    why: str
    retry_after_s: float | None = None


class Refusal(msgspec.Struct, frozen=True):
    """Trying again would change nothing."""

    why: str


class NotYet(msgspec.Struct, frozen=True):
    """It was claimed too early; nothing went wrong."""

    after_s: float


Verdict = Delivered | TryLater | Refusal | NotYet


class Channel(Protocol):
    """Sends one kind of message. Must take less than LONGEST_SEND_S and keep `key` as the receiver's way to know
    a repeat."""

    def send(self, message: Claimed) -> Verdict: ...


Settled = Callable[[Session, Claimed, str | None], None]
"""Called in the transaction that marks the message: `why` is None for delivered, else why it was given up."""

Hold = Callable[[Session, Claimed], None]
"""Called first in that transaction, to lock what the report is about before the message itself: whoever withdraws
messages locks in that order too, and two who lock in opposite orders wait for each other."""


def _hold_nothing(_tx: Session, _message: Claimed) -> None:
    """For messages that nobody withdraws."""


class Flight(msgspec.Struct, frozen=True):
    message: Claimed
    left_at_s: float


class Dispatcher:
    """`run` blocks until `stop` or, after `finish`, until nothing is left that will be due in time."""

    def __init__(self, channels: Mapping[str, Channel], on_settled: Settled, hold: Hold = _hold_nothing) -> None:
        self._channels = channels
        self._on_settled = on_settled
        self._hold = hold
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._flights: dict[str, Flight] = {}
        self._renewed_at_s = 0.0
        self._finish_by_s: float | None = None
        self._stopping = False
        self._more_due = True
        self._in_trouble = False

    def wake(self) -> None:
        """Something new may be due."""
        self._wake.set()

    def finish(self) -> None:
        """Nobody will wake us any more: send what falls due within DRAIN_S, then end."""
        self._finish_by_s = time.monotonic() + DRAIN_S
        self._wake.set()

    def stop(self) -> None:
        """Begin nothing new; end when what is under way has ended. Sets a flag only: signal handlers call it."""
        self._stopping = True

    def run(self) -> None:
        shapes.learn()
        while not self._is_over():
            self._wake.clear()
            self._look()
            self._wake.wait(POLL_S)

    def _look(self) -> None:
        self._more_due = True
        jumps.HERE.look()
        try:
            self._renew_leases()
            if not self._stopping:
                self._start_due()
            if self._finish_by_s is not None:
                left_s = max(0.0, self._finish_by_s - time.monotonic())
                with db.reading() as tx:
                    self._more_due = outbox.any_due(tx, clock.now() + timedelta(seconds=left_s))
            self._in_trouble = False
        except (db.Busy, SQLAlchemyError) as trouble:
            if not self._in_trouble:  # said once, not five times a second
                log.warning("the database did not answer", error=type(trouble).__name__)
            self._in_trouble = True

    def _start_due(self) -> None:
        with db.reading() as tx:
            if not outbox.any_due(tx, clock.now()):
                return
        with db.writing() as tx:
            taken = self._take(tx)
        crash.here("after_claim")
        for message in taken:
            with self._lock:
                self._flights[message.lease] = Flight(message, time.monotonic())
            threading.Thread(target=self._carry, args=(message,), daemon=True, name=message.key).start()

    def _take(self, tx: Session) -> list[Claimed]:
        taken: list[Claimed] = []
        while len(self._flights) + len(taken) < WORKERS:
            message = outbox.claim(tx, clock.now(), ids.new_id(), self._closed_lanes(taken))
            if message is None:
                break
            taken.append(message)
        return taken

    def _carry(self, message: Claimed) -> None:
        try:
            verdict = self._send(message)
            crash.here("after_send")
            self._mark(message, verdict)
            crash.here("after_mark")
        except (db.Busy, SQLAlchemyError) as trouble:
            # Not marked: the lease runs out and the message goes again, under the same key.
            log.warning("a message could not be marked", key=message.key, error=type(trouble).__name__)
        finally:
            with self._lock:
                del self._flights[message.lease]
            self._wake.set()

    def _send(self, message: Claimed) -> Verdict:
        channel = self._channels.get(message.kind)
        if channel is None:
            return Refusal(f"no channel for {message.kind}")
        try:
            return channel.send(message)
        except Exception as surprise:
            log.exception("a channel failed", key=message.key, kind=message.kind)
            return TryLater(type(surprise).__name__)

    def _mark(self, message: Claimed, verdict: Verdict) -> None:
        try:
            self._settle(message, verdict)
        except (db.Busy, SQLAlchemyError):
            raise
        except Exception as surprise:
            log.exception("a result was not taken", key=message.key)
            self._settle(message, TryLater(type(surprise).__name__))
        log.info("a message was tried", key=message.key, attempts=message.attempts, state=type(verdict).__name__)

    def _settle(self, message: Claimed, verdict: Verdict) -> None:
        at = clock.now()
        with db.writing() as tx:
            crash.here("before_mark")
            self._hold(tx, message)
            if isinstance(verdict, Delivered):
                if outbox.settle(tx, message, outbox.State.DELIVERED, at):
                    self._on_settled(tx, message, None)
                return
            if isinstance(verdict, NotYet):
                outbox.put_off(tx, message, at, verdict.after_s, "not yet")
                return
            delay_s = _delay_s(message, verdict, at)
            if delay_s is not None:
                outbox.put_off(tx, message, at, delay_s, verdict.why)
            elif outbox.settle(tx, message, outbox.State.DEAD, at, verdict.why):
                self._on_settled(tx, message, verdict.why)

    def _closed_lanes(self, taken: list[Claimed]) -> list[str]:
        with self._lock:
            busy = Counter(flight.message.lane for flight in self._flights.values())
        busy.update(message.lane for message in taken)
        return [lane for lane, under_way in busy.items() if under_way >= PER_LANE]

    def _renew_leases(self) -> None:
        now_s = time.monotonic()
        with self._lock:
            held = [lease for lease, flight in self._flights.items() if now_s - flight.left_at_s < LONGEST_SEND_S]
        if held and now_s - self._renewed_at_s >= RENEW_S:
            with db.writing() as tx:
                outbox.renew(tx, held, clock.now())
            self._renewed_at_s = now_s

    def _is_over(self) -> bool:
        if self._finish_by_s is not None and time.monotonic() >= self._finish_by_s:
            return True
        if self._stopping:
            return not self._flights
        return self._finish_by_s is not None and not self._flights and not self._more_due


def _delay_s(message: Claimed, verdict: TryLater | Refusal, at: datetime) -> float | None:
    if isinstance(verdict, Refusal):
        return None
    age_s = (at - message.written_at).total_seconds()
    return backoff.next_delay_s(message.attempts, age_s, random.random(), verdict.retry_after_s)  # noqa: S311


def follow(pipe: int, dispatcher: Dispatcher) -> None:
    """Each byte on the file descriptor `pipe` is a wake-up; its end means that whoever wrote them is gone."""
    while os.read(pipe, 4096):
        dispatcher.wake()
    dispatcher.finish()
