"""The engine on any text: offsets, limits, and findings a moderator can use."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitator.language import Examination, Surface, examine
from facilitator.language.examples import utterances_of, voices

_HARSH = "You never listen. “You’re a junkie,” she’d say — and I’d agree. Shut up!"


def _corpus(step: int) -> list[str]:
    return [each.text for voice in voices("en") for each in utterances_of(voice, "en")][::step]


def test_a_span_points_into_the_text_as_it_was_given() -> None:
    text = "  \tWell…   you’re   NOTHING but a LIAR, Sam.  "
    found = examine(text).findings[0]

    assert "LIAR" in text[found.start : found.end]


def test_curly_quotes_and_apostrophes_read_like_straight_ones() -> None:
    curly = examine("You’re a liar and you don’t care about us.")
    straight = examine("You're a liar and you don't care about us.")

    assert straight.findings
    assert curly == straight


def test_hidden_characters_do_not_hide_a_word() -> None:
    assert examine("He is a jun\u200bkie.").findings


@pytest.mark.parametrize("text", ["", "   ", "?!", "\n\n", "😀💥", "\u0000", "ß" * 50, "你好，世界", "1.5 2.0"])
def test_texts_without_words_to_judge_pass(text: str) -> None:
    assert examine(text).findings == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_examined(text: str) -> None:
    found = examine(text)

    assert 0 <= found.score <= 1
    assert all(0 <= each.start < each.end <= len(text) for each in found.findings)


def test_a_hundred_thousand_characters_are_examined_in_seconds() -> None:
    text = (_HARSH + " i was there you know and then we went home " * 3) * 500
    started = time.process_time()
    found = examine(text[:100_000])

    assert len(text) >= 100_000
    assert found.findings
    assert time.process_time() - started < 20


def test_the_same_text_gives_the_same_answer() -> None:
    assert examine(_HARSH) == examine(_HARSH)


def test_a_flagged_score_is_never_below_one_that_passes_on_the_same_surface() -> None:
    found = [examine(text) for text in _corpus(83)]
    flagged = [each.score for each in found if each.findings]
    passed = [each.score for each in found if not each.findings]
    assert flagged
    assert passed

    assert min(flagged) > max(passed)


def test_a_draft_is_read_more_strictly_than_speech() -> None:
    def count(surface: Surface) -> int:
        return sum(bool(examine(text, surface=surface).findings) for text in _corpus(67))

    assert count(Surface.DRAFT) >= count(Surface.LIVE) > 0


def test_a_finding_says_why_and_what_to_say_in_its_place() -> None:
    found = [each for text in _corpus(37) for each in examine(text).findings]
    assert len(found) > 40

    assert all(each.why and each.redirect and each.rule for each in found)
    assert all(each.category == each.categories[0] for each in found)
    assert sum(bool(each.suggestion) for each in found) >= 0.95 * len(found)


def test_suggestions_pass_the_engine_and_differ() -> None:
    suggestions = [each.suggestion for text in _corpus(37) for each in examine(text).findings if each.suggestion]
    assert len(suggestions) > 40

    still_flagged = [each for each in suggestions if examine(each, surface=Surface.DRAFT).findings]
    assert len(still_flagged) <= 0.02 * len(suggestions)
    assert len(set(suggestions)) >= 0.5 * len(suggestions)


def test_a_suggestion_keeps_the_name_and_the_day_and_drops_the_flagged_words() -> None:
    found = examine("Last Thursday you stole the rent money again, and you never think about Ruby.")
    suggestion = found.findings[0].suggestion

    assert suggestion.startswith("When ")
    assert "Ruby" in suggestion
    assert "last Thursday" in suggestion
    assert "never think" not in suggestion


def test_an_examination_is_plain_data() -> None:
    assert examine("Good morning, everyone.") == Examination(score=examine("Good morning, everyone.").score)
