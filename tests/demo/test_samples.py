"""Sample records: real cases, checked by validators of others, with nothing private in them."""

from pathlib import Path

import msgspec
import pytest
from flask import Flask

from facilitator.demo import samples
from facilitator.infra import db
from tests.referral import check_samples

COUNT = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples") / "deeper"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_samples_are_whole_records_and_hold_nothing_private(app: Flask, folder: Path) -> None:
    before = db.engine().url
    answer = app.test_cli_runner().invoke(args=["referral", "samples", "--count", str(COUNT), str(folder)])
    assert answer.exit_code == 0, answer.output
    assert len(list(folder.glob("bundle-*.json"))) == COUNT
    assert check_samples.faults(folder) == []
    assert db.engine().url == before, "the product's own database is connected again"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_statements_captions_notes_and_flags_are_forbidden(app: Flask, folder: Path) -> None:
    assert app is not None
    samples.write(folder, 3, seed=5)
    forbidden = (folder / "forbidden.txt").read_text(encoding="utf-8")
    for told in ("I love you. I think of", "I will no longer pay", "number ", "Please accept the help"):
        assert told in forbidden
    assert forbidden.count("\n") == len(set(forbidden.splitlines()))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_from_one_seed_come_the_same_people(app: Flask, tmp_path: Path) -> None:
    assert app is not None
    names = []
    for run in ("first", "second"):
        samples.write(tmp_path / run, 2, seed=11)
        bundles = [
            msgspec.json.decode(path.read_bytes()) for path in sorted((tmp_path / run).glob("bundle-*.json"))
        ]
        names.append([bundle["entry"][0]["resource"]["name"][0]["text"] for bundle in bundles])
    assert names[0] == names[1]
    assert names[0][0] != names[0][1]


@pytest.mark.parametrize("count", ["0", "10001", "many"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_count_that_makes_no_sense_is_refused(app: Flask, tmp_path: Path, count: str) -> None:
    answer = app.test_cli_runner().invoke(args=["referral", "samples", "--count", count, str(tmp_path / "none")])
    assert answer.exit_code == 2
    assert not (tmp_path / "none").exists()
