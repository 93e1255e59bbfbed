"""Who sits where in a run: eight sockets a room, the professional's console, six of the family, the loved one."""

import http.client
import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import msgspec

from benchmarks.load.client import Client

TEAM = 6
SOCKETS = TEAM + 2


@dataclass
class Table:
    """One room with its devices. `turns` goes round its phones, so that no grant goes to whoever has the floor."""

    room: str
    console: Client
    phones: list[Client]
    turns: Iterator[Client] = field(init=False)

    def __post_init__(self) -> None:
        self.turns = itertools.cycle(self.phones)

    @property
    def clients(self) -> list[Client]:
        return [self.console, *self.phones]


def everybody(tables: Sequence[Table]) -> list[Client]:
    return [client for table in tables for client in table.clients]


def of_product(seeded: Sequence[dict[str, Any]], address: tuple[str, int]) -> list[Table]:
    """The rooms of the product; each professional signs in, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda family: _product_table(family, address), seeded))


def _product_table(family: dict[str, Any], address: tuple[str, int]) -> Table:
    room = family["rooms"]["live"]
    people = family["people"]
    chosen = [p for p in people if p["role"] == "team_member"][:TEAM]
    chosen += [p for p in people if p["role"] == "loved_one"]
    phones = [Client(room, p["id"], p["role"], {"room": room, "token": p["token"]}) for p in chosen]
    cookie = sign_in(family["staff"], address)
    return Table(room, Client(room, "", "interventionist", {"room": room}, cookie), phones)


def sign_in(staff: dict[str, Any], address: tuple[str, int]) -> str:
    """The cookie of a member of staff."""
    connection = http.client.HTTPConnection(*address, timeout=30)
    body = msgspec.json.encode({"email": staff["email"], "password": staff["password"]})
    connection.request("POST", "/api/sign-in", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"sign-in: {answer.status} {said!r}")
    cookies = [value.split(";", 1)[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    connection.close()
    return "; ".join(cookies)
