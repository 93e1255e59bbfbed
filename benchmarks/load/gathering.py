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
from benchmarks.load.crowd import Crowd
from benchmarks.load.rooms import Table
from benchmarks.load.servers import Measured

AT_ONCE = 32
"""So many are on their way in at a time."""
OPENING_S = 120.0
NOTICED_S = 2.0
"""Until a server has told everybody else that somebody went."""


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

    def rejoin(self) -> float:
        """All connections end; how many a second come back, each with its whole view."""
        everybody = self.crowd.clients
        self.crowd.leave(everybody)
        time.sleep(NOTICED_S)
        shuffled = self.chance.dice.sample(everybody, len(everybody))
        return len(everybody) / self.crowd.enter(shuffled, AT_ONCE)

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
