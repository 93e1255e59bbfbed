"""The rule files: every rule finds what it should, and none finds what is meant kindly."""

import time

import pytest

from facilitator.language import Category, Language, rulebook
from facilitator.language import words as word_lists
from facilitator.language.lexicon import Rule
from facilitator.language.passage import Sentence, Token, sentences_of

_RULES = [
    pytest.param(language, rule, id=f"{language} {rule.id}")
    for language in Language
    for rule in rulebook.load(language).lexicon.rule
]
_TRAPS = {
    Language.ENGLISH: ("you ", "i said you never ", "you are so ", "every time you and ", "not once did "),
    Language.SPANISH: ("tu ", "yo dije que usted nunca ", "eres tan ", "cada vez que y ", "te vas a ", "por tu "),
}
_ANY_TRAPS = ('"', "a" * 30 + " ")
_FEWEST_RULES = 40


def _rules_in(text: str, language: Language) -> set[str]:
    sentences = sentences_of(text, word_lists.load(language))
    return {hit.rule.id for sentence in sentences for hit in rulebook.load(language).scan(sentence).hits}


@pytest.mark.parametrize(("language", "rule"), _RULES)
def test_a_rule_finds_its_own_examples(language: Language, rule: Rule) -> None:
    assert rule.hits
    for example in rule.hits:
        assert rule.id in _rules_in(example, language), example


@pytest.mark.parametrize(("language", "rule"), _RULES)
def test_no_rule_finds_the_harmless_twins(language: Language, rule: Rule) -> None:
    assert rule.passes
    for example in rule.passes:
        assert _rules_in(example, language) == set(), example


@pytest.mark.parametrize("language", Language)
def test_rules_are_named_after_their_category_and_say_why_and_whence(language: Language) -> None:
    for rule in rulebook.load(language).lexicon.rule:
        assert rule.id.split(".")[0] == rule.category
        assert rule.severity in {1, 2, 3}, rule.id
        assert rule.why.endswith("."), rule.id
        assert rule.source.endswith("."), rule.id


@pytest.mark.parametrize("language", Language)
def test_every_category_has_rules_and_lines_for_the_moderator(language: Language) -> None:
    lexicon = rulebook.load(language).lexicon

    assert len(lexicon.rule) >= _FEWEST_RULES
    assert {rule.category for rule in lexicon.rule} == set(Category)
    assert set(lexicon.categories) == set(Category)


@pytest.mark.parametrize("language", Language)
def test_rule_names_are_used_once(language: Language) -> None:
    names = [rule.id for rule in rulebook.load(language).lexicon.rule]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", Language)
def test_every_guard_is_used(language: Language) -> None:
    lexicon = rulebook.load(language).lexicon
    named = {name for rule in lexicon.rule for name in rule.guards}
    used = {guard for name in named for guard in lexicon.guard_sets.get(name, (name,))}

    assert used == set(lexicon.guards)


@pytest.mark.parametrize(
    ("language", "trap"),
    [(language, trap) for language in Language for trap in (*_TRAPS[language], *_ANY_TRAPS)],
)
def test_twice_the_words_take_about_twice_the_time(language: Language, trap: str) -> None:
    short, long = _seconds(trap * 100, language), _seconds(trap * 200, language)

    assert long < 4 * short + 0.02


def _seconds(text: str, language: Language) -> float:
    """The fastest of three scans of the text as one single sentence, past the cut that real texts get."""
    rules = rulebook.load(language)
    sentence = Sentence([Token(word, 0, 0) for word in text.split()])
    times = []
    for _ in range(3):
        started = time.process_time()
        rules.scan(sentence)
        times.append(time.process_time() - started)
    return min(times)
