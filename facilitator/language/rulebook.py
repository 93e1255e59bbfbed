"""Finds a rule's words in a sentence, unless a guard shows that they are meant kindly or by someone else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from facilitator.language.lexicon import Guard, Lexicon, Rule, compiled, load
from facilitator.language.passage import Sentence

_REACH_CHARS = 70


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that applies to a stretch of a sentence's plain text."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Guard:
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None

    def lets_pass(self, plain: str, start: int, end: int) -> bool:
        if self.anywhere and self.anywhere.search(plain):
            return True
        if self.before and self.before.search(plain, max(0, start - _REACH_CHARS), start):
            return True
        return bool(self.after and self.after.search(plain, end, end + _REACH_CHARS))


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    guards: tuple[_Guard, ...]


class Rulebook:
    """The rules of one language, ready to search with."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._guards = {name: _compile_guard(guard, lexicon) for name, guard in lexicon.guards.items()}
        self._rules = tuple(self._compile(rule) for rule in lexicon.rule)

    def hits(self, sentence: Sentence) -> list[Hit]:
        """Every rule that applies, in the order of the rule file."""
        plain = sentence.plain
        return [hit for each in self._rules for hit in _search(each, plain)]

    def guarded_by(self, plain: str) -> list[str]:
        """Names of the guards that see something in the whole sentence."""
        size = len(plain)
        return [name for name, guard in self._guards.items() if guard.lets_pass(plain, size, 0)]

    def _compile(self, rule: Rule) -> _Compiled:
        lexicon = self.lexicon
        names = [name for group in rule.guards for name in lexicon.guard_sets.get(group, (group,))]
        unless = compiled(rule.unless, lexicon.macros) if rule.unless else None
        return _Compiled(
            rule, compiled(rule.pattern, lexicon.macros), unless, tuple(self._guards[name] for name in names)
        )


def _compile_guard(guard: Guard, lexicon: Lexicon) -> _Guard:
    parts = (guard.before, guard.after, guard.anywhere)
    before, after, anywhere = (compiled(part, lexicon.macros) if part else None for part in parts)
    return _Guard(before, after, anywhere)


def _search(each: _Compiled, plain: str) -> Iterator[Hit]:
    for match in each.pattern.finditer(plain):
        start, end = match.span()
        if each.unless and each.unless.search(plain):
            return
        if not any(guard.lets_pass(plain, start, end) for guard in each.guards):
            yield Hit(each.rule, start, end)


ENGLISH = Rulebook(load("en"))
