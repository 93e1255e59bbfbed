"""What tests ask for: a database, the application on it, the product as a running server, a browser."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright

from facilitator import create_app
from facilitator.config import Settings
from facilitator.infra import crypto, db
from tests import browsers, services
from tests.clusters import Cluster
from tests.databases import PostgresqlTemplate, SqliteTemplate
from tests.servers import Server
from tests.services import Redis

DATABASES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run database tests on this one only")


def pytest_configure() -> None:
    """Being told to end is like Ctrl-C: what was started for the tests is ended first."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches the database runs on each kind of it."""
    chosen_by_the_test = any(
        "database_kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")
    )
    if "database_kind" in metafunc.fixturenames and not chosen_by_the_test:
        only = metafunc.config.getoption("--database")
        metafunc.parametrize("database_kind", [only] if only else DATABASES)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[PostgresqlTemplate]:
    if services.postgresql_programs() is None:
        _go_without("PostgreSQL")
    with services.postgresql() as server:
        yield PostgresqlTemplate(server)


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    if services.redis_program() is None:
        _go_without("Redis")
    with services.redis() as server:
        yield server


@pytest.fixture(scope="session")
def cluster_of_all(
    postgresql_template: PostgresqlTemplate, redis: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """Three workers for every test of this run, because starting them takes a while."""
    if services.nginx_program() is None:
        _go_without("nginx")
    instance = tmp_path_factory.mktemp("cluster") / "instance"
    made = Cluster(instance, postgresql_template.create(), redis.url, {})
    try:
        yield made.start()
    finally:
        made.clear_away()


@pytest.fixture
def cluster(cluster_of_all: Cluster, redis: Redis) -> Iterator[Cluster]:
    """The same, whole again whatever the test before did to it."""
    kept = dict(cluster_of_all.environment)
    yield cluster_of_all
    cluster_of_all.environment.clear()
    cluster_of_all.environment.update(kept)
    redis.start() if not services.redis_answers(redis.port) else None
    cluster_of_all.start()


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes a migrated, empty database of a kind ("sqlite", "postgresql") and gives its URL."""
    made: list[str] = []

    def create(kind: str) -> str:
        if kind == "sqlite":
            return request.getfixturevalue("sqlite_template").create(tmp_path)
        made.append(request.getfixturevalue("postgresql_template").create())
        return made[-1]

    yield create
    for url in made:
        request.getfixturevalue("postgresql_template").drop(url)


@pytest.fixture
def database_url(fresh_database: Callable[[str], str], database_kind: str) -> str:
    """A migrated database that nobody else uses; the test runs once on each kind."""
    return fresh_database(database_kind)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Settings:
    """The settings of `app`. A test that needs others asks for this and makes its own copy."""
    return Settings(instance_path=tmp_path / "instance", database_url=database_url, async_mode="threading")


@pytest.fixture
def database(config: Settings) -> Iterator[str]:
    """This process connected to a fresh database, with a keyring; gives the URL."""
    db.configure(config.database)
    crypto.configure(crypto.Keyring.at(config.instance_path / "keys.json"))
    yield config.database
    db.engine().dispose()


@pytest.fixture
def app(database: str, config: Settings) -> Flask:
    assert database == config.database
    return create_app(config)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def running_server(fresh_database: Callable[[str], str], tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts a server: `running_server(async_mode="eventlet", database="sqlite", LOG_LEVEL="DEBUG", ...)`."""
    made: list[Server] = []

    def start(async_mode: str = "eventlet", database: str = "sqlite", **env: str) -> Server:
        server = Server(tmp_path / f"server_{len(made)}", fresh_database(database), async_mode, env)
        made.append(server)
        return server.start()

    yield start
    for server in made:
        server.clear_away()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = browsers.program()
    if program is None:
        _go_without("Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(browsers.FLAGS))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a profile of its own, as every phone is; takes Playwright's options for a context.

    What a script throws, or the content security policy stops, fails the test at its end.
    """
    watch = browsers.Watch()
    contexts = []

    def open_one(**options: Any) -> Page:
        contexts.append(browser.new_context(**{"viewport": browsers.PHONE, **options}))
        page = contexts[-1].new_page()
        page.set_default_timeout(browsers.PATIENCE_MS)
        watch.over(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert watch.troubles == []


def _go_without(what: str) -> None:
    if os.environ.get("CHECKS_ALLOW_MISSING") == "1":
        pytest.skip(f"{what} is missing")
    pytest.fail(f"{what} is missing: `make test` installs it, or set CHECKS_ALLOW_MISSING=1 to go without.")
