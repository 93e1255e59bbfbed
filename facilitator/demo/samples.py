"""Records of random families, each from a whole case that went through the product in a throw-away database."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from facilitator.demo.random_case import RandomCase
from facilitator.infra import crypto, db, schema
from facilitator.infra.dice import dice


class Written(msgspec.Struct, frozen=True):
    bundles: int
    forbidden: int


class _Record(msgspec.Struct, frozen=True):
    bundle: msgspec.Raw


def write(folder: Path, count: int, seed: int | None = None) -> Written:
    """`count` Bundles as bundle-*.json, and forbidden.txt: a line for each line that must be in none of them."""
    folder.mkdir(parents=True, exist_ok=True)
    roll = dice(seed)
    forbidden: dict[str, None] = {}
    with _throw_away_database():
        for number in range(1, count + 1):
            case = RandomCase(roll)
            bundle = msgspec.json.decode(case.released(), type=_Record).bundle
            (folder / f"bundle-{number:04}.json").write_bytes(bundle)
            forbidden.update(dict.fromkeys(line for text in case.private_texts() for line in _lines(text)))
    (folder / "forbidden.txt").write_text("".join(f"{line}\n" for line in forbidden), encoding="utf-8")
    return Written(count, len(forbidden))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@contextmanager
def _throw_away_database() -> Iterator[None]:
    """With a keyring of its own. What the process was connected to before is connected again afterwards."""
    before, ring = db.engine().url.render_as_string(hide_password=False), crypto.ring()
    with tempfile.TemporaryDirectory() as kept:
        url = f"sqlite:///{Path(kept) / 'samples.db'}"
        schema.upgrade(url)
        db.configure(url)
        crypto.configure(crypto.Keyring.at(Path(kept) / "keys.json"))
        try:
            yield
        finally:
            db.engine().dispose()
            db.configure(before)
            crypto.configure(ring)
