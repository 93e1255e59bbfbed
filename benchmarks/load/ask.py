"""Commands, made before a run begins: their bytes, and when each is to be sent."""

import random
import uuid
from collections.abc import Sequence
from typing import Any

from benchmarks.load import wire
from benchmarks.load.crowd import Client, Due
from benchmarks.load.rooms import Table


class Chance:
    """Ids and choices that are the same in each run."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a load, not a secret

    def id(self) -> str:
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))


def due(at_s: float, client: Client, chance: Chance, name: str, **args: Any) -> Due:
    number, command_id = client.next_number(), chance.id()
    person = args.get("person", client.person)
    return Due(at_s, client, command_id, name, person, number, wire.command(number, command_id, name, args))


def opening(tables: Sequence[Table], chance: Chance) -> list[Due]:
    """Everybody is let in, and every room opened; at once, because it is not measured."""
    admitted = [
        due(0.0, table.console, chance, "admit", person=phone.person) for table in tables for phone in table.phones
    ]
    return [*admitted, *(due(0.0, table.console, chance, "open_room") for table in tables)]


def grants(tables: Sequence[Table], chance: Chance, per_s: float, seconds: float) -> list[Due]:
    """The floor moves in one room after the other, evenly in time."""
    made = []
    for n in range(int(per_s * seconds)):
        table = tables[n % len(tables)]
        made.append(due(n / per_s, table.console, chance, "grant_turn", person=next(table.turns).person))
    return made
