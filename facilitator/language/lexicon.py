"""Reads a language's rule file: patterns, guards and the lines a moderator can say, all as data."""

import re
import tomllib
from pathlib import Path

import msgspec

from facilitator.language.taxonomy import Category
from facilitator.language.words import Words

_MACRO = re.compile(r"<([a-z_]+)>")
_GAP = re.compile(r"<(\d)>")


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason to let a match pass, looked for just before it, just after it or anywhere in the sentence."""

    why: str
    before: str = ""
    after: str = ""
    anywhere: str = ""


class CategoryLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the moderator reads and can say when nothing more exact is known than the category."""

    why: str
    redirects: tuple[str, ...]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One pattern with its reason, its source and the sentences that prove it.

    A `sure` rule is enough by itself; the others need the trained weights to lean their way.
    """

    id: str
    category: Category
    severity: int
    pattern: str
    why: str
    source: str
    hits: tuple[str, ...]
    passes: tuple[str, ...]
    sure: bool = False
    redirect: str = ""
    recipe: str = ""
    also: tuple[Category, ...] = ()
    guards: tuple[str, ...] = ()
    unless: str = ""


class Lexicon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything one language's rule file holds."""

    macros: dict[str, str]
    guard_sets: dict[str, tuple[str, ...]]
    guards: dict[str, Guard]
    categories: dict[Category, CategoryLines]
    rule: tuple[Rule, ...]


def load(language: str) -> Lexicon:
    """The rule file of a language code such as "en"."""
    path = Path(__file__).with_name("rules") / f"{language}.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Lexicon)


def compiled(pattern: str, macros: dict[str, str], words: Words) -> re.Pattern[str]:
    """A pattern over plain text: `<name>` is a macro, `<3>` a gap of at most three words in one clause."""
    while _MACRO.search(pattern):
        pattern = _MACRO.sub(lambda found: f"(?:{macros[found.group(1)]})", pattern)
    pattern = _GAP.sub(lambda found: rf"(?:\w+ ){{0,{found.group(1)}}}", pattern)
    return re.compile(rf"\b(?:{_merged(pattern, words)})(?!\w)")


def _merged(pattern: str, words: Words) -> str:
    """The pattern with every two words that plain text has as one, as that one."""
    for first, seconds in words.merged.items():
        for second, one in seconds.items():
            pattern = re.sub(rf"\b{first} {second}\b", one, pattern)
    return pattern
