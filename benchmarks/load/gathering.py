"""A server with its rooms full of people, ready to be measured."""

import contextlib
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from benchmarks.load import ask, checker, rooms
from benchmarks.load.ask import Chance
from benchmarks.load.checker import Verdict
from benchmarks.load.client import Phase
from benchmarks.load.crowd import Crowd
from benchmarks.load.processes import cpu_s
from benchmarks.load.rooms import Table
from benchmarks.load.servers import Measured

AT_ONCE = 32
"""So many are on their way in at a time."""
OPENING_S = 120.0
LOOK_EVERY_S = 0.3
AT_REST = 0.15
"""So much of a core is what a server needs that nobody asks anything."""
MOST_SETTLING_S = 30.0


@dataclass
class Gathering:
    server: Measured
    tables: Sequence[Table]
    crowd: Crowd
    chance: Chance

    @classmethod
    @contextmanager
    def around(cls, server: Measured, count: int, chance: Chance) -> Iterator["Gathering"]:
        """Fresh rooms, all open and everybody in them."""
        gathered = cls.before(server, count, chance)
        with contextlib.closing(gathered):
            gathered.open(gathered.tables)
            yield gathered

    @classmethod
    def before(cls, server: Measured, count: int, chance: Chance) -> "Gathering":
        """Fresh rooms, and nobody connected."""
        gc.disable()  # what is recorded stays until the end, and looking through it would pause the load
        tables = server.tables(count)
        crowd = Crowd()
        crowd.add(rooms.everybody(tables))
        return cls(server, tables, crowd, chance)

    def open(self, tables: Sequence[Table]) -> None:
        """Everybody of these rooms comes in, is let in, and sees that the room is open."""
        self.crowd.enter(rooms.everybody(tables), AT_ONCE)
        if self.server.opens:
            self.crowd.run(ask.opening(tables, self.chance))
            if not self.crowd.settle(OPENING_S):
                raise RuntimeError("the rooms did not open")

    def rejoin(self, idle_s: float) -> float:
        """All connections end, and all come back: how many a second, each with its whole view."""
        everybody = self.crowd.clients
        self.crowd.leave(everybody)
        self.settle(idle_s)
        shuffled = self.chance.dice.sample(everybody, len(everybody))
        return len(everybody) / self.crowd.enter(shuffled, AT_ONCE)

    def settle(self, idle_s: float) -> None:
        """Until the server has done what there was, and rested for so long."""
        deadline_s = time.monotonic() + MOST_SETTLING_S
        while self._busy_share() > AT_REST and time.monotonic() < deadline_s:
            pass
        self.crowd.wait(idle_s)

    def check_presence(self) -> None:
        """Raises where somebody lost the connection without being asked to leave."""
        away = [client for table in self.tables for client in table.clients if client.phase is not Phase.IN]
        if away:
            raise RuntimeError(f"{len(away)} are not in their rooms any more: {away[0].gone or 'cut off'}")

    def _busy_share(self) -> float:
        before_s, began_s = cpu_s(self.server.process_ids), time.monotonic()
        self.crowd.wait(LOOK_EVERY_S)
        return (cpu_s(self.server.process_ids) - before_s) / (time.monotonic() - began_s)

    def only(self, count: int) -> "Gathering":
        """The first rooms; everybody in the others goes home."""
        tables = self.tables[:count]
        self.crowd.leave(client for table in self.tables[count:] for client in table.clients)
        return replace(self, tables=tables)

    def close(self) -> None:
        self.crowd.close()

    def check(self) -> Verdict:
        """Of all that happened since the clients were made."""
        self.crowd.look()
        return checker.check(self.crowd.clients, self.server.log())
