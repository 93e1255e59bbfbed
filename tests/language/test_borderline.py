"""The borderline rules: what passes and what does not when the same moment is told twice."""

import pytest

from facilitator.language import Language, Surface, examine
from facilitator.language.taxonomy import UNJUDGED_ROLES
from tests.language.minimal_pairs import PAIRS, Pair

_NAMED = [pytest.param(pair, id=f"{pair.language} {pair.rule}, {pair.passes[:24]}") for pair in PAIRS]
_HARSH = {
    Language.ENGLISH: "You are worthless and you ruined this family.",
    Language.SPANISH: "No vales nada y destruiste a esta familia.",
}
_TWICE = {
    Language.ENGLISH: "You never listen, you junkie.",
    Language.SPANISH: "Tú nunca escuchas, drogadicto.",
}


@pytest.mark.parametrize("pair", _NAMED)
def test_the_honest_telling_passes(pair: Pair) -> None:
    assert examine(pair.passes, language=pair.language).findings == ()


@pytest.mark.parametrize("pair", _NAMED)
def test_the_other_telling_is_flagged(pair: Pair) -> None:
    assert examine(pair.flagged, language=pair.language).findings


@pytest.mark.parametrize("language", Language)
def test_each_borderline_rule_of_wording_has_pairs(language: Language) -> None:
    """Rules 9 and 10 are about roles and about how findings are counted."""
    assert {pair.rule for pair in PAIRS if pair.language == language} == set(range(1, 9))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("role", sorted(UNJUDGED_ROLES))
def test_some_roles_may_say_anything(role: str, language: Language) -> None:
    harsh = _HARSH[language]
    assert examine(harsh, speaker_role="observer", language=language).findings

    assert examine(harsh, speaker_role=role, language=language).findings == ()


@pytest.mark.parametrize("language", Language)
def test_a_sentence_gets_one_finding_with_its_worst_severity(language: Language) -> None:
    both = examine(_TWICE[language], language=language)

    assert len(both.findings) == 1
    assert both.findings[0].severity == 3
    assert {"label", "generalize"} <= set(both.findings[0].categories)


def test_each_bad_sentence_of_a_draft_gets_its_own_finding() -> None:
    draft = (
        "I love you and I miss our walks. You never think about anyone but yourself. "
        "In March I found you asleep in the car. You are a liar and a coward."
    )
    found = examine(draft, surface=Surface.DRAFT).findings

    assert [draft[each.start : each.end].split()[0] for each in found] == ["You", "You"]
    assert found[0].end <= found[1].start


def test_a_caption_that_goes_on_is_read_with_its_beginning() -> None:
    ending = "ruin every holiday we ever had"
    whole = examine("you always ruin every holiday we ever had")
    assert whole.findings

    found = examine(ending, before=["i made the turkey", "and you always"])

    assert found.findings
    assert found.findings[0].start == 0


def test_a_finished_caption_lends_nothing_to_the_next() -> None:
    alone = examine("bring your coat it is cold")

    assert examine("bring your coat it is cold", before=["You always do."]) == alone


def test_words_that_only_together_hurt_are_flagged_where_they_come_together() -> None:
    assert examine("what is wrong").findings == examine("with you").findings == ()

    assert examine("with you", before=["what is wrong"]).findings


def test_what_was_flagged_before_does_not_flag_what_comes_after() -> None:
    harsh = "you are a liar and"
    assert examine(harsh).findings

    assert examine("i made soup it is in the fridge", before=[harsh]).findings == ()
