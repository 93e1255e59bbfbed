"""The demo family, seeded at the first start and kept, so that the links already handed out go on working."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facilitator.config import Settings
from facilitator.infra import db
from facilitator.plan.tables import Case


@dataclass(frozen=True)
class Seat:
    name: str
    role: str
    token: str


@dataclass(frozen=True)
class Family:
    """What `seed demo --json` told, as far as it is printed."""

    email: str
    password: str
    totp_secret: str | None
    live: str
    rehearsal: str
    seats: tuple[Seat, ...]


def kept_or_seeded(config: Settings, own_url: str, seed: Callable[[], str]) -> Family:
    """The family of an earlier start on this address if the database still holds it, else a fresh one.

    Another address means another family: the demo's facilities are told where to answer when it is seeded.
    """
    kept = config.instance_path / "demo.json"
    told = json.loads(kept.read_text()) if kept.exists() else None
    if told is None or told["base_url"] != own_url or not _is_in(config.database, told["case"]):
        told = json.loads(seed())
        _keep(kept, told)
    staff, rooms = told["staff"], told["rooms"]
    people = [*told["people"], *told.get("others", [])]
    seats = tuple(Seat(person["name"], person["role"], person["token"]) for person in people)
    return Family(
        staff["email"], staff["password"], staff["totp_secret"], rooms["live"], rooms["rehearsal"], seats
    )


def _is_in(database: str, case: str) -> bool:
    db.configure(database)
    with db.reading() as tx:
        return tx.get(Case, case) is not None


def _keep(path: Path, told: dict[str, Any]) -> None:
    """Readable by this user only: it holds a password and every join link."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(told, out)
