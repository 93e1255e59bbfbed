"""Commands that are sent until they are answered: by the socket, else by HTTP, always under the same id."""

import time
from functools import partial
from typing import Any

import msgspec

from benchmarks.load import wire
from benchmarks.load.client import Asked, Client, Due, Phase
from benchmarks.load.crowd import Crowd
from benchmarks.load.line import Line
from benchmarks.load.phone import Look, Phone, Waiting
from benchmarks.load.wire import Answer

ANSWER_WITHIN_S = 3.0


class Insisting(Crowd):
    """A crowd of phones, as far as their commands go."""

    def __init__(self) -> None:
        super().__init__(comes_back=True)
        self.line = Line()

    def close(self) -> None:
        self.line.close()
        super().close()

    def _ask(self, due: Due, began_s: float, now_s: float) -> None:
        phone = phone_of(due.client)
        self.late_s.append(now_s - due.at_s)
        asked = Asked(due.id, due.name, due.person, began_s + due.at_s, due.frame)
        phone.asked[due.number] = asked
        phone.waiting[due.number] = waiting = Waiting(asked)
        self._send(phone, due.number, waiting)

    def _send(self, phone: Phone, number: int, waiting: Waiting) -> None:
        """By the socket where there is one, else by HTTP, always under the same id."""
        phone.resent += waiting.times > 0
        waiting.times += 1
        waiting.sent_s, waiting.again_s = time.perf_counter(), None
        if phone.phase is Phase.IN:
            phone.send(waiting.asked.frame)
        else:
            self._post(phone, number, waiting)

    def _post(self, phone: Phone, number: int, waiting: Waiting) -> None:
        waiting.posting = True
        body, path = wire.body(waiting.asked.frame), f"/rooms/{phone.room}/commands"
        self.line.ask(phone.browser, "POST", path, body, partial(self._posted, phone, number))

    def _posted(self, phone: Phone, number: int, at_s: float, _status: int, said: Any) -> None:
        if number in phone.waiting:
            phone.waiting[number].posting = False
        if not isinstance(said, dict) or "ok" not in said:
            phone.unreached(at_s, number)
            return
        phone.answered(at_s, number, msgspec.convert(said, Answer), by_http=True)
        if said["ok"] and phone.phase is not Phase.IN:
            self._look(phone)

    def _look(self, phone: Phone) -> None:
        heard = partial(self._looked, phone)
        self.line.ask(phone.browser, "GET", f"/rooms/{phone.room}/view", None, heard)

    def _remind(self, phone: Phone, number: int, waiting: Waiting, now_s: float) -> None:
        if waiting.posting:
            return
        if waiting.again_s is not None:
            if waiting.again_s <= now_s:
                self._send(phone, number, waiting)
        elif now_s - waiting.sent_s > ANSWER_WITHIN_S:
            phone.resent += 1
            waiting.times += 1
            waiting.sent_s = now_s
            self._post(phone, number, waiting)

    def _looked(self, phone: Phone, _at_s: float, status: int, said: Any) -> None:
        if status != 200:
            return
        phone.looks.append(Look(said["seq"], said["sections"]))
        if said["socket_path"] != phone.way.path and phone.phase in (Phase.UPGRADING, Phase.JOINING):
            self._drop(phone)  # whatever is being tried leads nowhere
        phone.way.told(time.perf_counter(), said["socket_path"])


def phone_of(client: Client) -> Phone:
    assert isinstance(client, Phone)
    return client
