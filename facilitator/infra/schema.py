"""Brings a database to the newest migration."""

from alembic import command
from alembic.config import Config

from facilitator.config import ROOT


def config(url: str) -> Config:
    """What Alembic needs to know to work on the database at `url`."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.attributes["url"] = url
    return made


def upgrade(url: str) -> None:
    """Runs what is missing, all of it or nothing; two at once wait for each other. Connects us to `url`."""
    command.upgrade(config(url), "head")
