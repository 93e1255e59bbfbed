"""A crowd whose devices behave as the page does, whatever is done to the server meanwhile."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue
from typing import Any

import msgspec

from benchmarks.load import wire
from benchmarks.load.client import Client, Due, NoWebsocketError, Phase
from benchmarks.load.insisting import Insisting, phone_of
from benchmarks.load.phone import Phone
from benchmarks.load.wire import View

OPENS_WITHIN_S = 5.0
SILENT_S = 9.0
"""Without a word for so long, not even a ping, a connection is taken for dead."""
LOOK_JITTER_S = 0.3
SWEEP_EVERY_S = 0.02
FINAL = frozenset({"removed", "revoked", "signed_out", "moved", "ended", "not_signed_in", "not_allowed"})


class Phones(Insisting):
    """Runs on one thread; `call` lets another one have something done on it."""

    def __init__(self, dice: Any) -> None:
        super().__init__()
        self.phones: list[Phone] = []
        self._dice = dice
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._swept_s = 0.0

    def seat(self, phones: Iterable[Phone]) -> None:
        seated = list(phones)
        self.add(seated)
        self.phones += seated

    def call(self, work: Callable[[], None]) -> None:
        self._calls.put(work)

    def cut_off(self, phones: Iterable[Phone]) -> None:
        """As if each had been in a tunnel: the connection is gone, and it tries again at once."""
        now_s = time.perf_counter()
        for phone in phones:
            self.lost_connections += 1
            phone.look()
            self._cut(phone)
            phone.way.next_s = now_s

    def run_until(self, plan: Sequence[Due], stop: threading.Event) -> float:
        """Sends each command at its time until told to stop. Gives when it began."""
        began_s = time.perf_counter()
        for due in plan:
            while (left_s := began_s + due.at_s - time.perf_counter()) > 0 and not stop.is_set():
                self.pump(min(left_s, SWEEP_EVERY_S))
            if stop.is_set():
                break
            self.pump(0.0)
            self._ask(due, began_s, time.perf_counter() - began_s)
        return began_s

    def are_in(self) -> bool:
        return all(phone.phase is Phase.IN for phone in self.phones)

    def connect(self, client: Client) -> None:
        phone = phone_of(client)
        phone.path = f"{phone.way.path}/"
        phone.heard_s = time.perf_counter()
        super().connect(phone)

    def pump(self, wait_s: float) -> int:
        heard = super().pump(min(wait_s, SWEEP_EVERY_S))
        self.line.hear()
        self._do_calls()
        now_s = time.perf_counter()
        if now_s - self._swept_s >= SWEEP_EVERY_S:
            self._swept_s = now_s
            for phone in self.phones:
                self._sweep(phone, now_s)
        return heard

    def view(self, message: bytes) -> View:
        known = self._views.get(message)
        if known is None:
            whole = msgspec.json.decode(memoryview(message)[len(wire.VIEW) : -1])
            dropped = tuple(whole.get("dropped", ()))
            known = self._views[message] = wire.view(message)._replace(sections=whole["sections"], dropped=dropped)
        return known

    def came_in(self, client: Client, at_s: float) -> None:
        phone = phone_of(client)
        phone.entered_s = at_s
        if phone.way.down_since_s is not None:
            phone.away.append((phone.way.down_since_s, at_s))
        phone.way.arrived()
        for number, waiting in phone.waiting.items():
            if not waiting.posting:
                self._send(phone, number, waiting)
        if self._inside:
            self._inside(phone)

    def _hear(self, client: Client) -> None:
        phone = phone_of(client)
        phone.heard_s = time.perf_counter()
        try:
            super()._hear(phone)
            phone.look()
        except NoWebsocketError:
            self._failed(phone)
        self._mind(phone)

    def _lost(self, client: Client) -> None:
        phone, was_in = phone_of(client), client.phase is Phase.IN
        self.lost_connections += 1
        phone.look()
        self._mind(phone)
        if phone.socket is not None:
            self._cut(phone) if was_in else self._failed(phone)

    def _later(self, client: Client) -> None:
        self._failed(phone_of(client))

    def _cut(self, phone: Phone, by_server: bool = False) -> None:
        self._drop(phone)
        phone.way.cut(time.perf_counter(), by_server)
        for number, waiting in phone.waiting.items():  # unanswered is not undone
            if not waiting.posting and waiting.again_s is None:
                self._send(phone, number, waiting)

    def _failed(self, phone: Phone) -> None:
        now_s = time.perf_counter()
        self._drop(phone)
        phone.way.cut(now_s)
        if phone.way.may_look(now_s):
            self._look(phone)

    def _mind(self, phone: Phone) -> None:
        """What the server said of the connection."""
        told, phone.told = phone.told, []
        for message in told:
            if message.startswith(wire.REFUSED):
                self._refused(phone, message)
            elif message.startswith(wire.CLOSED):
                self._cut(phone, by_server=True)
            elif b'"elsewhere"' in message:
                phone.look_s = time.perf_counter() + self._dice.random() * LOOK_JITTER_S
            else:
                self._shut_out(phone, message)

    def _refused(self, phone: Phone, message: bytes) -> None:
        data = msgspec.json.decode(message[len(wire.REFUSED) :]).get("data") or {}
        now_s = time.perf_counter()
        self._drop(phone)
        if data.get("code") in FINAL:
            self._shut_out(phone, message)
            return
        if phone.way.may_look(now_s):
            self._look(phone)
        if data.get("code") == "elsewhere":
            phone.way.sent_on(now_s, data["socket_path"], data["lease_ms"] / 1000)
        else:
            phone.gone.append(message.decode())
            phone.way.refused(now_s)

    def _shut_out(self, phone: Phone, message: bytes) -> None:
        phone.gone.append(message.decode())
        phone.phase = Phase.REFUSED
        self._drop(phone)

    def _sweep(self, phone: Phone, now_s: float) -> None:
        if phone.phase is Phase.OUT:
            if phone.way.next_s <= now_s:
                self.connect(phone)
        elif phone.phase is not Phase.REFUSED:
            self._doubt(phone, now_s - phone.heard_s)
        if phone.look_s is not None and phone.look_s <= now_s:
            phone.look_s = None
            if phone.way.looks(now_s):
                self._look(phone)
        for number, waiting in phone.waiting.items():
            self._remind(phone, number, waiting, now_s)

    def _doubt(self, phone: Phone, silent_s: float) -> None:
        """Whether the other side still lives."""
        if phone.phase is Phase.UPGRADING and silent_s > OPENS_WITHIN_S:
            self._failed(phone)
        elif silent_s > SILENT_S:
            self._cut(phone)

    def _do_calls(self) -> None:
        try:
            while True:
                self._calls.get_nowait()()
        except Empty:
            return
