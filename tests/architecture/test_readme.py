"""The README keeps up with the code: settings, folders, commands."""

import re

import pytest

from facilitator.config import ROOT, Settings
from tests.architecture.sources import FEATURES

README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_the_readme_explains_the_setting(setting: str):
    rows = [line for line in README.splitlines() if line.startswith("|")]
    assert any(f"`{setting.upper()}`" in row for row in rows)


@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_the_readme_says_what_is_in(feature: str):
    assert f"`facilitator/{feature}`" in README


def test_every_make_target_that_the_readme_names_exists():
    named = set(re.findall(r"\bmake (\w+)", README))
    assert "run" in named
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named - targets == set()
