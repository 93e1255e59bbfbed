"""One server for each transport, shared by the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.databases import SqliteTemplate
from tests.journeys.family import Family, a_family
from tests.servers import Server

TRANSPORTS = ("fast", "stock")


@pytest.fixture(scope="module", params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def server(
    transport: str, sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(transport)
    env = {"REALTIME_TRANSPORT": transport, "COMMANDS_PER_S": "2000"}
    made = Server(folder / "server", sqlite_template.create(folder), "eventlet", env)
    try:
        yield made.start()
    finally:
        made.clear_away()


@pytest.fixture(scope="module")
def family(server: Server) -> Iterator[Family]:
    """In its rehearsal room nobody is; a test that needs an open room gathers a family of its own."""
    with a_family(server) as made:
        yield made
