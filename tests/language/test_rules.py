"""The rule file: every rule finds what it should, and none finds what is meant kindly."""

import time

import pytest

from facilitator.language import Category
from facilitator.language.lexicon import Rule
from facilitator.language.passage import Sentence, Token, sentences_of
from facilitator.language.rulebook import ENGLISH

_RULES = [pytest.param(rule, id=rule.id) for rule in ENGLISH.lexicon.rule]
_TRAPS = ("you ", "i said you never ", '"', "a" * 30 + " ", "you are so ", "every time you and ", "not once did ")


def _rules_in(text: str) -> set[str]:
    return {hit.rule.id for sentence in sentences_of(text) for hit in ENGLISH.scan(sentence).hits}


@pytest.mark.parametrize("rule", _RULES)
def test_a_rule_finds_its_own_examples(rule: Rule) -> None:
    assert rule.hits
    for example in rule.hits:
        assert rule.id in _rules_in(example), example


@pytest.mark.parametrize("rule", _RULES)
def test_no_rule_finds_the_harmless_twins(rule: Rule) -> None:
    assert rule.passes
    for example in rule.passes:
        assert _rules_in(example) == set(), example


@pytest.mark.parametrize("rule", _RULES)
def test_a_rule_is_named_after_its_category_and_says_why_and_whence(rule: Rule) -> None:
    assert rule.id.split(".")[0] == rule.category
    assert rule.severity in {1, 2, 3}
    assert rule.why.endswith(".")
    assert rule.source.endswith(".")


def test_every_category_has_rules_and_lines_for_the_moderator() -> None:
    assert {rule.category for rule in ENGLISH.lexicon.rule} == set(Category)
    assert set(ENGLISH.lexicon.categories) == set(Category)


def test_rule_names_are_used_once() -> None:
    names = [rule.id for rule in ENGLISH.lexicon.rule]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("trap", _TRAPS)
def test_twice_the_words_take_about_twice_the_time(trap: str) -> None:
    short, long = _seconds(trap * 100), _seconds(trap * 200)

    assert long < 4 * short + 0.02


def _seconds(text: str) -> float:
    """The fastest of three scans of the text as one single sentence, past the cut that real texts get."""
    sentence = Sentence([Token(word, 0, 0) for word in text.split()])
    times = []
    for _ in range(3):
        started = time.process_time()
        ENGLISH.scan(sentence)
        times.append(time.process_time() - started)
    return min(times)
