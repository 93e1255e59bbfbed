"""One server and one family for all that only looks at pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import SqliteTemplate
from tests.servers import Server


@pytest.fixture(scope="module")
def server(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("pages")
    running = Server(folder / "server", sqlite_template.create(folder), "eventlet", {}).start()
    yield running
    running.clear_away()


@pytest.fixture(scope="module")
def seeded(server: Server) -> Any:
    return server.seed()
