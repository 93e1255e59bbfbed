"""Everybody comes in as people do: the professional signs in, each phone opens its own link."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.load.line import Address, Person
from benchmarks.load.phone import Phone
from benchmarks.load.rooms import TEAM, Table
from benchmarks.load.way import Way

AT_ONCE = 6


def seated(seeded: Sequence[dict[str, Any]], at: Address, dice: random.Random) -> list[Table]:
    """The live rooms of these families, with a Phone for everybody."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda family: _table(family, at, dice), seeded))


def another_device(phone: Phone, dice: random.Random) -> Phone:
    """The same person's, with the same cookie; it only watches."""
    return Phone(phone.browser, phone.room, phone.person, phone.role, Way(phone.way.path, dice))


def _table(family: dict[str, Any], at: Address, dice: random.Random) -> Table:
    room, staff = family["rooms"]["live"], family["staff"]
    desk = Person(at)
    desk.must("POST", "/api/sign-in", {"email": staff["email"], "password": staff["password"]})
    _, view = desk.ask("GET", f"/rooms/{room}/view")
    console = Phone(desk, room, "", "interventionist", Way(view["socket_path"], dice))
    chosen = [p for p in family["people"] if p["role"] == "team_member"][:TEAM]
    chosen += [p for p in family["people"] if p["role"] == "loved_one"]
    return Table(room, console, [_by_link(at, room, p["token"], dice) for p in chosen])


def _by_link(at: Address, room: str, token: str, dice: random.Random) -> Phone:
    browser = Person(at)
    return _phone(browser, room, browser.must("POST", "/api/join", {"token": token}), dice)


def _phone(browser: Person, room: str, joined: dict[str, Any], dice: random.Random) -> Phone:
    browser.seat = joined["person"]
    return Phone(browser, room, joined["person"], joined["role"], Way(joined["socket_path"], dice))
