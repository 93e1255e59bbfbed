"""Finds a rule's words in a sentence, unless a guard shows that they are meant kindly or by someone else."""

import re
from dataclasses import dataclass
from functools import cache

from facilitator.language import lexicon as lexicons
from facilitator.language import words as word_lists
from facilitator.language.lexicon import Guard, Lexicon, Rule, compiled
from facilitator.language.passage import Sentence
from facilitator.language.words import Words

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

    def __init__(self, lexicon: Lexicon, words: Words) -> None:
        self.lexicon = lexicon
        self._words = words
        self._guards = {name: self._compile_guard(name, guard) for name, guard in lexicon.guards.items()}
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
        unless = self._pattern(rule.unless) if rule.unless else None
        guards = tuple(self._guards[name] for name in names)
        return _Compiled(rule, self._pattern(rule.pattern), unless, guards)

    def _compile_guard(self, name: str, guard: Guard) -> _Guard:
        parts = (guard.before, guard.after, guard.anywhere)
        before, after, anywhere = (self._pattern(part) if part else None for part in parts)
        return _Guard(name, before, after, anywhere)

    def _pattern(self, pattern: str) -> re.Pattern[str]:
        return compiled(pattern, self.lexicon.macros, self._words)


@cache
def load(language: str) -> Rulebook:
    """The rules of a language code such as "en"."""
    return Rulebook(lexicons.load(language), word_lists.load(language))
