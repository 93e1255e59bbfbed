"""What is made once is not made again, until what it was made from changes."""

from pathlib import Path

import pytest

from tools.setup import Stamp, oldest_node


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "screen.js"
    path.write_text("first")
    return path


def test_a_stamp_holds_from_when_it_is_set(tmp_path: Path, source: Path):
    stamp = Stamp(tmp_path / "stamp", [source])
    assert not stamp.holds()
    stamp.set()
    assert Stamp(tmp_path / "stamp", [source]).holds()


def test_a_changed_source_breaks_the_stamp(tmp_path: Path, source: Path):
    Stamp(tmp_path / "stamp", [source]).set()
    source.write_text("second")
    assert not Stamp(tmp_path / "stamp", [source]).holds()


def test_a_source_more_breaks_the_stamp(tmp_path: Path, source: Path):
    Stamp(tmp_path / "stamp", [source]).set()
    added = tmp_path / "added.js"
    added.write_text("")
    assert not Stamp(tmp_path / "stamp", [source, added]).holds()


def test_package_json_says_which_node_is_needed():
    assert oldest_node() >= 18
