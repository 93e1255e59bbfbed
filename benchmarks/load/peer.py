"""The peer of the product: the server in benchmarks/peer, with rooms as the product's demonstration makes them."""

import json
import sqlite3
import subprocess
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from benchmarks.load import rooms
from benchmarks.load.checker import Stored
from benchmarks.load.client import Client
from benchmarks.load.rooms import Table
from facilitator.demo import family, statements
from facilitator.infra import ids
from facilitator.people.roles import Role
from tests import processes
from tools.peer import NODE, PEER

Address = tuple[str, int]


class Peer:
    """`node server.mjs` on a SQLite database of its own."""

    opens = False

    def __init__(self, name: str, folder: Path, synchronous: str) -> None:
        self._folder = folder / name
        self._folder.mkdir()
        self._synchronous = synchronous
        self._database = self._folder / "peer.db"
        self._port = processes.free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_ids(self) -> tuple[int, ...]:
        assert self._process is not None, "tables() comes first"
        return (self._process.pid,)

    def tables(self, count: int) -> list[Table]:
        tables = _fill(self._database, count, ("127.0.0.1", self._port))
        command = [str(NODE), str(PEER / "server.mjs"), str(self._database), str(self._port), self._synchronous]
        log = self._folder / "log"
        self._process = processes.start(command, log=log, cwd=PEER)
        processes.wait_until_ready(self._process, log, self._is_ready)
        return tables

    def log(self) -> list[Stored]:
        connection = sqlite3.connect(self._database)
        rows = connection.execute("SELECT room, seq, command_id FROM events ORDER BY room, seq").fetchall()
        connection.close()
        return [Stored(*row) for row in rows]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            processes.end(self._process)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


SCHEMA = """
CREATE TABLE rooms (id TEXT PRIMARY KEY, label TEXT NOT NULL, plan TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE seats (room TEXT NOT NULL REFERENCES rooms, person TEXT NOT NULL, role TEXT NOT NULL,
    name TEXT NOT NULL, relation TEXT NOT NULL, statement TEXT NOT NULL, token_digest TEXT NOT NULL UNIQUE,
    PRIMARY KEY (room, person)) WITHOUT ROWID;
CREATE TABLE events (room TEXT NOT NULL REFERENCES rooms, seq INTEGER NOT NULL, command_id TEXT NOT NULL,
    actor TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (room, seq), UNIQUE (room, command_id)) WITHOUT ROWID;
CREATE TABLE texts (room TEXT NOT NULL REFERENCES rooms, id TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (room, id)) WITHOUT ROWID;
"""


def _fill(database: Path, count: int, at: Address) -> list[Table]:
    """The same family in each room of the peer as in the product's demonstration."""
    connection = sqlite3.connect(database)
    connection.executescript("PRAGMA journal_mode = WAL;" + SCHEMA)
    with connection:
        tables = [_table(connection, at) for _ in range(count)]
    connection.close()
    return tables


def _table(connection: sqlite3.Connection, at: Address) -> Table:
    room = ids.new_id()
    plan = {name: getattr(family.PLAN, name) for name in family.PLAN.__struct_fields__}
    connection.execute("INSERT INTO rooms VALUES (?, ?, ?)", (room, family.CASE_LABEL, json.dumps(plan)))
    console = _seat(
        connection, at, room, Role.INTERVENTIONIST, family.PROFESSIONAL, family.PROFESSIONAL_RELATION, ()
    )
    team = [each for each in family.CHARACTERS if each.role is Role.TEAM_MEMBER][: rooms.TEAM]
    loved_one = [each for each in family.CHARACTERS if each.role is Role.LOVED_ONE]
    phones = [
        _seat(connection, at, room, each.role, each.name, each.relation, statements.STATEMENTS.get(each.key, ()))
        for each in (*team, *loved_one)
    ]
    return Table(room, console, phones)


def _seat(
    connection: sqlite3.Connection,
    at: Address,
    room: str,
    role: Role,
    name: str,
    relation: str,
    statement: Sequence[str],
) -> Client:
    person, token = ids.new_id(), ids.new_secret()
    text = json.dumps({"parts": [{"text": part} for part in statement]})
    values = (room, person, role, name, relation, text, ids.digest(token))
    connection.execute("INSERT INTO seats VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    return Client(at, room, person, role, {"room": room, "token": token})
