"""What opens a conversation is counted by sentence, and never where the same sentence hurts."""

import pytest

from facilitator.language import Language, examine, warm
from facilitator.language.warm import Element, Warmth, notice

EXAMPLES = [
    pytest.param(language, element, marks, id=f"{language} {element}")
    for language in Language
    for element, marks in warm.marks(language).items()
]


@pytest.mark.parametrize(("language", "element", "marks"), EXAMPLES)
def test_an_element_is_known_by_its_examples(language: Language, element: Element, marks: warm.Marks) -> None:
    def seen(text: str) -> Warmth:
        return notice(text, language=language)

    assert marks.hits
    assert marks.passes
    assert [text for text in marks.hits if element not in seen(text).sentences] == []
    assert [text for text in marks.passes if element in seen(text).sentences] == []


@pytest.mark.parametrize("language", Language)
def test_every_element_of_craft_can_be_noticed(language: Language) -> None:
    assert {*warm.marks(language), Element.BRIEF} == set(Element)


def test_sentences_are_counted_not_words() -> None:
    warmth = notice("I love you and I am proud of you. I was scared in March. I remember the lake.")
    assert (warmth.affirmations, warmth.i_statements, warmth.memories) == (1, 2, 2)


def test_sentences_are_counted_in_spanish_too() -> None:
    text = "Te quiero y estoy orgullosa de ti. Tuve miedo en marzo. Me acuerdo del lago."
    warmth = notice(text, language=Language.SPANISH)
    assert (warmth.affirmations, warmth.i_statements, warmth.memories) == (1, 2, 2)


def test_a_flagged_sentence_is_not_warm() -> None:
    text = "I love you. I love how you always ruin everything for this family, you junkie."
    findings = examine(text).findings
    assert findings
    assert notice(text).affirmations == 2
    assert notice(text, findings).affirmations == 1


def test_only_what_says_something_warm_in_few_words_is_brief() -> None:
    assert Element.BRIEF in notice("I love you.").sentences
    assert notice("The bus is late.").sentences == {}
    assert Element.BRIEF not in notice("I love you. " + "The bus is late. " * 60).sentences


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\U0001f600" * 3000, "i love " * 20_000, "ï̈" * 5000])
def test_any_text_can_be_given(text: str) -> None:
    notice(text)
