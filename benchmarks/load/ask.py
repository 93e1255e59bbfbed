"""Commands, made before a run begins: their bytes, and when each is to be sent."""

import random
import uuid
from collections.abc import Sequence
from typing import Any

from benchmarks.load import wire
from benchmarks.load.client import Client, Due
from benchmarks.load.rooms import Table


class Chance:
    """Ids and choices that are the same in each run."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a load, not a secret

    def id(self) -> str:
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))


def due(at_s: float, client: Client, chance: Chance, name: str, known_id: str | None = None, **args: Any) -> Due:
    number, command_id = client.next_number(), known_id or chance.id()
    person = args.get("person", client.person)
    return Due(at_s, client, command_id, name, person, number, wire.command(number, command_id, name, args))


def opening(tables: Sequence[Table], chance: Chance) -> list[Due]:
    """Everybody is let in, and every room opened; at once, because it is not measured."""
    admitted = [
        due(0.0, table.console, chance, "admit", person=phone.person) for table in tables for phone in table.phones
    ]
    return [*admitted, *(due(0.0, table.console, chance, "open_room") for table in tables)]


def grants(tables: Sequence[Table], chance: Chance, per_s: float, seconds: float, from_s: float = 0) -> list[Due]:
    """The floor moves in one room after the other, evenly in time."""
    made = []
    for n in range(round(per_s * seconds)):
        table = tables[n % len(tables)]
        at_s = from_s + n / per_s
        made.append(due(at_s, table.console, chance, "grant_turn", person=table.grant_next().person))
    return made


def said(at_s: float, table: Table, speaker: Client, chance: Chance, text: str, own: bool = False) -> Due:
    """By the speaker or by the console. The segment has the command's id, so that its flag is known again."""
    segment = chance.id()
    args = {"segment": segment, "text": text, "started_at_ms": 0, "ended_at_ms": 2000}
    if own:
        return due(at_s, speaker, chance, "hear_segment", segment, source="caption", **args)
    return due(
        at_s, table.console, chance, "hear_segment", segment, source="typed", speaker=speaker.person, **args
    )
