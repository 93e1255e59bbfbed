"""The servers that are measured, each of processes of its own: the product in its forms, and its peer in Node."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text

from benchmarks.load import rooms
from benchmarks.load.checker import Stored
from benchmarks.load.peer import Peer
from benchmarks.load.rooms import Table
from facilitator.infra import db, schema
from tests import clusters, services
from tests.servers import Server

PRODUCT, PRODUCT_POSTGRESQL, TWO_WORKERS = "product", "product-postgresql", "two-workers"
PEER_NORMAL, PEER_FULL = "peer-normal", "peer-full"
SYNCHRONOUS = {PEER_NORMAL: "NORMAL", PEER_FULL: "FULL"}
NAMES = (PRODUCT, PRODUCT_POSTGRESQL, TWO_WORKERS, *SYNCHRONOUS)
AS_FAST_AS_IT_COMES = {"COMMANDS_PER_S": "100000"}
SOCKET_PATH = re.compile(r"/w/(\d+)/socket\.io")
Address = tuple[str, int]


class Measured(Protocol):
    """What a measurement needs of a server."""

    opens: bool
    """Whether its rooms have to be opened, and people let in."""

    @property
    def process_ids(self) -> tuple[int, ...]: ...

    def tables(self, count: int) -> list[Table]: ...

    def log(self) -> list[Stored]: ...


@contextmanager
def a_server(name: str, folder: Path) -> Iterator[Measured]:
    """One of NAMES, on a fresh database; it ends with the block."""
    if name in SYNCHRONOUS:
        with Peer(name, folder, SYNCHRONOUS[name]) as peer:
            yield peer
        return
    with _a_database(name, folder) as url:
        schema.upgrade(url)
        db.engine().dispose()
        with _the_product(name, folder, url) as product:
            yield product


@contextmanager
def _a_database(name: str, folder: Path) -> Iterator[str]:
    if name == PRODUCT:
        yield f"sqlite:///{folder / 'product.db'}"
    else:
        with services.postgresql(in_memory=False) as server:
            yield f"{server}/postgres"


@contextmanager
def _the_product(name: str, folder: Path, url: str) -> Iterator[Measured]:
    if name == TWO_WORKERS:
        with services.redis() as redis:
            workers = Workers(clusters.Cluster(folder / name, url, redis.url, AS_FAST_AS_IT_COMES, size=2), url)
            with workers.running():
                yield workers
        return
    server = Server(folder / name, url, "eventlet", AS_FAST_AS_IT_COMES)
    try:
        yield Product(server.start(), url)
    finally:
        server.clear_away()


class Product:
    """`python wsgi.py` on a database of its own, with everything on that it does in production."""

    opens = True

    def __init__(self, server: Server, database_url: str) -> None:
        self.server = server
        self._database_url = database_url

    @property
    def process_ids(self) -> tuple[int, ...]:
        return (self.server.process_id,)

    def tables(self, count: int) -> list[Table]:
        at = ("127.0.0.1", self.server.port)
        return rooms.of_product(self.server.seed("--rooms", str(count)), at, lambda _: at)

    def log(self) -> list[Stored]:
        return stored(self._database_url)


class Workers:
    """Several workers of the product. Each room's clients go straight to the worker that owns it."""

    opens = True

    def __init__(self, cluster: clusters.Cluster, database_url: str) -> None:
        self.cluster = cluster
        self._database_url = database_url

    @contextmanager
    def running(self) -> Iterator[None]:
        try:
            self.cluster.start()
            yield
        finally:
            self.cluster.clear_away()

    @property
    def process_ids(self) -> tuple[int, ...]:
        return tuple(worker.process_id for worker in self.cluster.workers.values())

    def tables(self, count: int) -> list[Table]:
        first = ("127.0.0.1", self.cluster.workers[1].port)
        return rooms.of_product(self.cluster.seed("--rooms", str(count)), first, self._owner)

    def log(self) -> list[Stored]:
        return stored(self._database_url)

    def _owner(self, view: Mapping[str, object]) -> Address:
        told = SOCKET_PATH.fullmatch(str(view["socket_path"]))
        assert told is not None, view["socket_path"]
        return "127.0.0.1", self.cluster.workers[int(told[1])].port


def stored(database_url: str) -> list[Stored]:
    """All logs of rooms in a database of the product."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT room_id, seq, command_id FROM room_events ORDER BY room_id, seq"))
        found = [Stored(*row) for row in rows]
    engine.dispose()
    return found
