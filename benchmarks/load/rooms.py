"""Who sits where in a run: a room has eight sockets, the console, six of the family and the loved one."""

import contextlib
import http.client
import itertools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from benchmarks.load.client import Client

TEAM = 6
SOCKETS = TEAM + 2
PATIENCE_S = 30.0
Address = tuple[str, int]


class Table:
    """One room with its devices, and what was asked of it: a command in vain would be shown to nobody.

    The floor goes round the phones, so that no grant goes to whoever has it.
    """

    def __init__(self, room: str, console: Client, phones: list[Client]) -> None:
        self.room = room
        self.console = console
        self.phones = phones
        self.holder: Client | None = None
        self._turns = itertools.cycle(phones)
        self._hands: set[str] = set()

    @property
    def clients(self) -> list[Client]:
        return [self.console, *self.phones]

    def grant_next(self) -> Client:
        """Who is to have the floor now. Whoever speaks has no hand up."""
        self.holder = next(self._turns)
        self._hands.discard(self.holder.person)
        return self.holder

    def move_hand(self, phone: Client) -> bool:
        """Whether this hand is to go up; otherwise it is to go down."""
        self._hands ^= {phone.person}
        return phone.person in self._hands


def everybody(tables: Sequence[Table]) -> list[Client]:
    return [client for table in tables for client in table.clients]


def of_product(
    seeded: Sequence[dict[str, Any]], at: Address, owner: Callable[[Mapping[str, Any]], Address]
) -> list[Table]:
    """The rooms of the product, whose professionals sign in. `owner` tells from a view who serves the room."""

    def table(family: dict[str, Any]) -> Table:
        with contextlib.closing(http.client.HTTPConnection(*at, timeout=PATIENCE_S)) as connection:
            cookie = _sign_in(connection, family["staff"])
            view = _view(connection, family["rooms"]["live"], cookie)
        return _table(family, cookie, owner(view))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(table, seeded))


def _table(family: dict[str, Any], cookie: str, at: Address) -> Table:
    room = family["rooms"]["live"]
    people = family["people"]
    chosen = [p for p in people if p["role"] == "team_member"][:TEAM]
    chosen += [p for p in people if p["role"] == "loved_one"]
    phones = [Client(at, room, p["id"], p["role"], {"room": room, "token": p["token"]}) for p in chosen]
    return Table(room, Client(at, room, "", "interventionist", {"room": room}, cookie), phones)


def _sign_in(connection: http.client.HTTPConnection, staff: dict[str, Any]) -> str:
    """The cookie of a member of staff."""
    body = msgspec.json.encode({"email": staff["email"], "password": staff["password"]})
    connection.request("POST", "/api/sign-in", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"sign-in: {answer.status} {said!r}")
    cookies = [value.split(";", 1)[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return "; ".join(cookies)


def _view(connection: http.client.HTTPConnection, room: str, cookie: str) -> Any:
    connection.request("GET", f"/rooms/{room}/view", headers={"Cookie": cookie})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"view: {answer.status} {said!r}")
    return msgspec.json.decode(said)
