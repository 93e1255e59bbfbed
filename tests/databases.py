"""Fresh, migrated databases for tests: copied from a template, which is quicker than migrating each."""

import shutil
from itertools import count
from pathlib import Path

import psycopg2

from facilitator.infra import db, schema

_numbers = count(1)


class SqliteTemplate:
    """A migrated file; every database is a copy of it."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        schema.upgrade(_sqlite_url(self._template))
        db.engine().dispose()  # the last connection folds SQLite's write-ahead log into the file

    def create(self, folder: Path) -> str:
        """The URL of a new database in `folder`."""
        copy = folder / f"facilitator_{next(_numbers)}.db"
        shutil.copyfile(self._template, copy)
        return _sqlite_url(copy)


class PostgresqlTemplate:
    """A migrated database on `server` (a URL without a database's name); every other is a copy of it."""

    NAME = "template_of_tests"

    def __init__(self, server: str) -> None:
        self._server = server
        self._run(f"CREATE DATABASE {self.NAME}")
        schema.upgrade(f"{server}/{self.NAME}")
        db.engine().dispose()

    def create(self) -> str:
        """The URL of a new database."""
        name = f"test_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.NAME}")
        return f"{self._server}/{name}"

    def create_empty(self) -> str:
        """The URL of a new database without any table."""
        name = f"test_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return f"{self._server}/{name}"

    def drop(self, url: str) -> None:
        """Whoever is still connected is cut off."""
        self._run(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        connection = psycopg2.connect(self._server.replace("+psycopg2", "") + "/postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"
