"""Nothing that is slow for one person stops the others."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from tests.journeys.clients import Client
from tests.journeys.family import a_family
from tests.servers import Server


def test_while_the_database_is_locked_others_are_served_and_the_command_is_saved_after(
    running_server: Callable[..., Server],
) -> None:
    server = running_server("eventlet", "sqlite")
    with a_family(server) as family, ThreadPoolExecutor() as pool:
        family.gather(family.live, phones=family.team[:1])
        path = server.environment["DATABASE_URL"].removeprefix("sqlite:///")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = pool.submit(family.console.ask, "pause")
        for _ in range(10):
            assert family.team[0].view()["sections"]["room"]["state"] == "live"
        assert not waiting.done()
        other.execute("ROLLBACK")
        other.close()
        assert waiting.result(timeout=10)["ok"]
        family.team[0].wait_for(lambda s: s["room"]["state"] == "paused")


def test_while_passwords_are_hashed_a_room_goes_on(running_server: Callable[..., Server]) -> None:
    server = running_server("eventlet", "sqlite")
    with a_family(server) as family, ThreadPoolExecutor(max_workers=8) as pool:
        family.gather(family.live, phones=family.team[:1])
        staff = family.seeded["staff"]
        signing_in = [
            pool.submit(Client(server.base_url, "another").sign_in, staff["email"], staff["password"])
            for _ in range(8)
        ]
        served_meanwhile = 0
        while not all(done.done() for done in signing_in):
            family.team[0].do("raise_hand")
            family.team[0].do("lower_hand")
            served_meanwhile += not all(done.done() for done in signing_in)
        wait(signing_in)
        assert all(done.exception() is None for done in signing_in)
        assert served_meanwhile >= 3
