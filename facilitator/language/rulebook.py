"""Finds a rule's words in a sentence, unless a guard shows that they are meant kindly or by someone else."""

import re
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
class Scan:
    """What the rules make of a sentence: hits, matches that a guard excused, and the guards that see something."""

    hits: tuple[Hit, ...]
    excused: tuple[Hit, ...]
    guards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Guard:
    name: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None

    def lets_pass(self, plain: str, start: int, end: int) -> bool:
        if self.anywhere and self.anywhere.search(plain):
            return True
        if self.before and self.before.search(plain, max(0, start - _REACH_CHARS), start):
            return True
        return bool(self.after and self.after.search(plain, end, end + _REACH_CHARS))

    def sees(self, plain: str) -> bool:
        parts = (self.anywhere, self.before, self.after)
        return any(part is not None and part.search(plain) for part in parts)


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    guards: tuple[_Guard, ...]

    def excuses(self, plain: str, hit: Hit) -> bool:
        if self.unless and self.unless.search(plain):
            return True
        return any(guard.lets_pass(plain, hit.start, hit.end) for guard in self.guards)


class Rulebook:
    """The rules of one language, ready to search with."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._guards = {name: _compile_guard(name, guard, lexicon) for name, guard in lexicon.guards.items()}
        self._rules = tuple(self._compile(rule) for rule in lexicon.rule)

    def scan(self, sentence: Sentence) -> Scan:
        """Every rule and guard that applies, in the order of the rule file."""
        plain = sentence.plain
        hits: list[Hit] = []
        excused: list[Hit] = []
        for each in self._rules:
            for match in each.pattern.finditer(plain):
                hit = Hit(each.rule, *match.span())
                if hit.end > sentence.lead_chars:
                    (excused if each.excuses(plain, hit) else hits).append(hit)
        guards = tuple(guard.name for guard in self._guards.values() if guard.sees(plain))
        return Scan(tuple(hits), tuple(excused), guards)

    def _compile(self, rule: Rule) -> _Compiled:
        lexicon = self.lexicon
        names = [name for group in rule.guards for name in lexicon.guard_sets.get(group, (group,))]
        unless = compiled(rule.unless, lexicon.macros) if rule.unless else None
        return _Compiled(
            rule, compiled(rule.pattern, lexicon.macros), unless, tuple(self._guards[name] for name in names)
        )


def _compile_guard(name: str, guard: Guard, lexicon: Lexicon) -> _Guard:
    parts = (guard.before, guard.after, guard.anywhere)
    before, after, anywhere = (compiled(part, lexicon.macros) if part else None for part in parts)
    return _Guard(name, before, after, anywhere)


ENGLISH = Rulebook(load("en"))
