"""What the product says to people names a person first, and its pages keep style and script out of the markup."""

import re
from pathlib import Path

import pytest

from facilitator.config import ROOT

SAID_TO_PEOPLE = (
    *sorted((ROOT / "templates").rglob("*.html")),
    *sorted((ROOT / "static" / "js").rglob("*.js")),
    *sorted((ROOT / "facilitator" / "demo").glob("*.py")),
    ROOT / "README.md",
)
LABELS = re.compile(
    r"\b(addicts?|addicted|junk(?:ie|y)s?|druggies?|(?:drug|substance) abuse\w*|abusers?|dopehead|crackhead|"
    r"(?:got|get|getting|stay|staying|is|be) clean|dirty|alcoholics?|(?:drug|opioid|heroin) users?|relapsers?)\b",
    re.IGNORECASE,
)
INLINE = re.compile(r"""\sstyle=|\son[a-z]+=["']|href=["']javascript:|<style\b""", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\b(?:src|type=\"application/json\"))", re.IGNORECASE)


def test_the_word_list_knows_a_label_when_it_sees_one():
    assert LABELS.search("She is an addict and must get clean.")
    assert not LABELS.search("A person with an opioid use disorder; clear the screen.")


@pytest.mark.parametrize("path", SAID_TO_PEOPLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_people_come_first_in(path: Path):
    assert _found(LABELS, path) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_style_or_script_inline_in(path: Path):
    assert _found(INLINE, path) + _found(INLINE_SCRIPT, path) == []


def _found(wrong: re.Pattern[str], path: Path) -> list[str]:
    lines = enumerate(path.read_text().splitlines(), start=1)
    return [f"{path.relative_to(ROOT)}:{number}: {line.strip()}" for number, line in lines if wrong.search(line)]
