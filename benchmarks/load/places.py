"""Where faults are tried: three workers behind nginx on PostgreSQL and Redis, or one worker on SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.load import servers
from benchmarks.load.checker import Stored
from benchmarks.load.line import Address
from benchmarks.load.replay import Course
from facilitator.infra import db, schema
from facilitator.infra.ids import RoomId
from facilitator.room.stored import LOG
from tests import clusters, services
from tests.servers import Server

WORKERS = 3
AGREES = "agree with their logs"


class Runs(Protocol):
    """A Server or a Cluster."""

    def seed(self, *options: str) -> Any: ...

    def flask(self, *arguments: str) -> str: ...


@dataclass
class Place:
    """What is told apart: `cluster` and its services, or `sole` and its file."""

    runs: Runs
    address: Address
    url: str
    folder: Path
    cluster: clusters.Cluster | None = None
    postgresql: services.Postgresql | None = None
    redis: services.Redis | None = None
    file: Path | None = None

    def rows(self) -> list[Stored]:
        return servers.stored(self.url)

    def course(self, room: str) -> Course:
        with db.reading() as tx:
            return Course(room, LOG.read(tx, RoomId(room)))

    def agrees(self) -> bool:
        """Whether the product itself finds its tables and its logs agreeing."""
        return AGREES in self.runs.flask("room", "verify")

    def locked(self) -> sqlite3.Connection:
        """Whoever has this has SQLite's only right to write, until it is closed."""
        assert self.file is not None, "there is such a lock on SQLite alone"
        holder = sqlite3.connect(self.file, isolation_level=None, timeout=5)
        holder.execute("BEGIN IMMEDIATE")
        return holder


@contextmanager
def a_cluster(folder: Path) -> Iterator[Place]:
    with services.postgresql_server(in_memory=False) as postgresql, services.redis() as redis:
        url = f"{postgresql.url}/postgres"
        schema.upgrade(url)
        cluster = clusters.Cluster(folder / "cluster", url, redis.url, {}, size=WORKERS)
        try:
            cluster.start()
            at = ("127.0.0.1", cluster.port)
            yield Place(cluster, at, url, folder, cluster=cluster, postgresql=postgresql, redis=redis)
        finally:
            cluster.clear_away()
            db.engine().dispose()


@contextmanager
def a_sole_worker(folder: Path) -> Iterator[Place]:
    file = folder / "sole.db"
    url = f"sqlite:///{file}"
    schema.upgrade(url)
    server = Server(folder / "sole", url, "eventlet", {})
    try:
        server.start()
        yield Place(server, ("127.0.0.1", server.port), url, folder, file=file)
    finally:
        server.clear_away()
        db.engine().dispose()
