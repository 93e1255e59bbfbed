"""Reads a language's word lists: fillers, joints, and the classes that words are counted by."""

import tomllib
from functools import cache, cached_property
from pathlib import Path

import msgspec


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One language's word lists. With `accents` False words are read without them, as people type them or not."""

    fillers: frozenset[str]
    abbreviations: frozenset[str]
    joints: frozenset[str]
    clause_openers: frozenset[str]
    endings: tuple[str, ...]
    you: frozenset[str]
    i: frozenset[str]
    shape: frozenset[str]
    blurred_endings: dict[str, str]
    spellings: dict[str, str]
    merged: dict[str, dict[str, str]]
    classes: dict[str, tuple[str, ...]]
    accents: bool = True

    @cached_property
    def class_of(self) -> dict[str, str]:
        """The class of each word that has one."""
        return {word: name for name, members in self.classes.items() for word in members}


@cache
def load(language: str) -> Words:
    """The word lists of a language code such as "en"."""
    path = Path(__file__).with_name("rules") / f"{language}_words.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Words)
