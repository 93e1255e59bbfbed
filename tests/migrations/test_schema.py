"""Migrations make exactly the tables that the code declares, on each kind of database."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from facilitator.config import ROOT
from facilitator.infra import db, schema

UPGRADE = "import sys; from facilitator.infra import schema; schema.upgrade(sys.argv[1])"
PATIENCE_S = 60


@pytest.mark.usefixtures("database")
def test_migrations_and_declarations_agree():
    with db.reading() as tx:
        seen = MigrationContext.configure(tx.connection(), opts={"compare_server_default": True})
        assert inspect(tx.connection()).has_table("rooms")
        assert compare_metadata(seen, db.Base.metadata) == []


@pytest.mark.usefixtures("database")
def test_every_table_declared_anywhere_is_known_to_migrations():
    declared = {name for path in (ROOT / "facilitator").rglob("*.py") for name in _table_names(path)}
    assert "rooms" in declared
    with db.reading() as tx:
        assert declared - set(inspect(tx.connection()).get_table_names()) == set()


def test_a_second_upgrade_changes_nothing(database: str):
    schema.upgrade(database)
    with db.reading() as tx:
        assert MigrationContext.configure(tx.connection()).get_current_revision() is not None


def test_the_way_back_leaves_no_table(database: str):
    command.downgrade(schema.config(database), "base")
    with db.reading() as tx:
        assert inspect(tx.connection()).get_table_names() == ["alembic_version"]


def test_two_upgrades_at_once_both_end_well(empty_database: str):
    both = [subprocess.Popen([sys.executable, "-c", UPGRADE, empty_database], cwd=ROOT) for _ in range(2)]
    assert [upgrade.wait(PATIENCE_S) for upgrade in both] == [0, 0]


@pytest.fixture
def empty_database(tmp_path: Path, database_kind: str, request: pytest.FixtureRequest) -> str:
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return request.getfixturevalue("postgresql_template").create_empty()


def _table_names(path: Path) -> list[str]:
    return [
        node.value.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "__tablename__"
        and isinstance(node.value, ast.Constant)
    ]
