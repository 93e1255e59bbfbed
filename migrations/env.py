"""Runs migrations in one transaction, on the database that the settings (or the caller) name."""

from importlib import import_module
from typing import Any

from alembic import context
from sqlalchemy import text

from facilitator.config import ROOT, settings
from facilitator.infra import db

ONE_AT_A_TIME = 7_345_019
"""PostgreSQL's advisory lock that a second upgrade waits for. SQLite has one writer anyway."""


def import_tables() -> None:
    """Every module that declares tables, so that the metadata is whole."""
    import_module("facilitator.infra.outbox")
    for path in sorted((ROOT / "facilitator").rglob("tables.py")):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def as_plain_type(kind: str, item: Any, _context: object) -> str | bool:
    """Migrations outlive our own column types, so they name the type underneath."""
    if kind == "type" and isinstance(item, db.UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    import_tables()
    db.configure(context.config.attributes.get("url") or settings().database)
    with db.writing() as tx:
        connection = tx.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        context.configure(
            connection=connection,
            target_metadata=db.Base.metadata,
            render_as_batch=True,
            render_item=as_plain_type,
            transactional_ddl=True,
        )
        context.run_migrations()


run()
