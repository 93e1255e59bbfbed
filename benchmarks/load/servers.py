"""The two servers that are measured, each as a process of its own: the product, and its peer in Node."""

import json
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text

from benchmarks.load import rooms
from benchmarks.load.checker import Stored
from benchmarks.load.client import Client
from benchmarks.load.rooms import Table
from facilitator.demo import family, statements
from facilitator.infra import db, ids, schema
from facilitator.people.roles import Role
from tests import processes, services
from tests.servers import Server
from tools.peer import NODE, PEER

PRODUCT, PRODUCT_POSTGRESQL = "product", "product-postgresql"
PEERS = {"peer-normal": "NORMAL", "peer-full": "FULL"}
NAMES = (PRODUCT, PRODUCT_POSTGRESQL, *PEERS)
AS_FAST_AS_IT_COMES = {"COMMANDS_PER_S": "100000"}


class Measured(Protocol):
    """What a measurement needs of a server."""

    name: str
    opens: bool
    """Whether its rooms have to be opened, and people let in."""

    @property
    def process_id(self) -> int: ...

    @property
    def address(self) -> tuple[str, int]: ...

    def tables(self, count: int) -> list[Table]: ...

    def log(self) -> list[Stored]: ...

    def stop(self) -> None: ...


@contextmanager
def a_server(name: str, folder: Path) -> Iterator[Measured]:
    """One of NAMES, on a fresh database; it ends with the block."""
    if name in PEERS:
        peer = Peer(name, folder, PEERS[name])
        try:
            yield peer
        finally:
            peer.stop()
        return
    with _a_database(name, folder) as url:
        schema.upgrade(url)
        db.engine().dispose()
        product = Product(name, folder, url)
        try:
            yield product
        finally:
            product.stop()


@contextmanager
def _a_database(name: str, folder: Path) -> Iterator[str]:
    if name == PRODUCT:
        yield f"sqlite:///{folder / 'product.db'}"
    else:
        with services.postgresql() as server:
            yield f"{server}/postgres"


class Product:
    """`python wsgi.py` on a database of its own, with everything on that it does in production."""

    opens = True

    def __init__(self, name: str, folder: Path, database_url: str) -> None:
        self.name = name
        self._database_url = database_url
        self.server = Server(folder / name.replace(" ", "-"), database_url, "eventlet", AS_FAST_AS_IT_COMES)
        self.server.start()

    @property
    def process_id(self) -> int:
        return self.server.process_id

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.server.port

    def tables(self, count: int) -> list[Table]:
        return rooms.of_product(self.server.seed("--rooms", str(count)), self.address)

    def log(self) -> list[Stored]:
        engine = create_engine(self._database_url)
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT room_id, seq, command_id FROM room_events ORDER BY room_id, seq")
            )
            found = [Stored(*row) for row in rows]
        engine.dispose()
        return found

    def stop(self) -> None:
        self.server.clear_away()


class Peer:
    """`node server.mjs` on a SQLite database of its own."""

    opens = False

    def __init__(self, name: str, folder: Path, synchronous: str) -> None:
        self.name = name
        self._folder = folder / name.replace(" ", "-")
        self._folder.mkdir()
        self._synchronous = synchronous
        self._database = self._folder / "peer.db"
        self._port = processes.free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        assert self._process is not None, "tables() comes first"
        return self._process.pid

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self._port

    def tables(self, count: int) -> list[Table]:
        tables = _fill(self._database, count)
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

    def stop(self) -> None:
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


def _fill(database: Path, count: int) -> list[Table]:
    """The same family in each room of the peer as in the product's demonstration."""
    connection = sqlite3.connect(database)
    connection.executescript("PRAGMA journal_mode = WAL;" + SCHEMA)
    with connection:
        tables = [_peer_table(connection) for _ in range(count)]
    connection.close()
    return tables


def _peer_table(connection: sqlite3.Connection) -> Table:
    room = ids.new_id()
    plan = {name: getattr(family.PLAN, name) for name in family.PLAN.__struct_fields__}
    connection.execute("INSERT INTO rooms VALUES (?, ?, ?)", (room, family.CASE_LABEL, json.dumps(plan)))
    console = _seat(connection, room, Role.INTERVENTIONIST, family.PROFESSIONAL, family.PROFESSIONAL_RELATION, ())
    team = [each for each in family.CHARACTERS if each.role is Role.TEAM_MEMBER][: rooms.TEAM]
    loved_one = [each for each in family.CHARACTERS if each.role is Role.LOVED_ONE]
    phones = [
        _seat(connection, room, each.role, each.name, each.relation, statements.STATEMENTS.get(each.key, ()))
        for each in (*team, *loved_one)
    ]
    return Table(room, console, phones)


def _seat(
    connection: sqlite3.Connection, room: str, role: Role, name: str, relation: str, statement: Sequence[str]
) -> Client:
    person, token = ids.new_id(), ids.new_secret()
    text = json.dumps({"parts": [{"text": part} for part in statement]})
    values = (room, person, role, name, relation, text, ids.digest(token))
    connection.execute("INSERT INTO seats VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    return Client(room, person, role, {"room": room, "token": token})
