"""The corpus and the weights trained from it."""

import msgspec
import pytest

from facilitator.language import classifier, examine
from facilitator.language.classifier import FORMAT, HEADS, Header
from facilitator.language.engine import Engine
from facilitator.language.examples import utterances_of, voices
from facilitator.language.features import GROUPS
from facilitator.language.taxonomy import Category, Surface

_MOST_BYTES = 3_000_000


@pytest.mark.parametrize("voice", voices())
def test_a_voice_labels_every_line_consistently(voice: str) -> None:
    utterances = utterances_of(voice)
    assert len(utterances) >= 100

    for each in utterances:
        assert each.flag == bool(each.categories) == (each.severity > 0) == (each.span is not None), each.text
        assert each.span is None or each.span in each.text
        assert not each.flag or each.kind in each.categories, each.text


@pytest.mark.parametrize("voice", voices())
def test_a_voice_speaks_of_every_category(voice: str) -> None:
    named = {category for each in utterances_of(voice) for category in each.categories}

    assert named == set(Category)


def test_no_two_lines_of_the_corpus_are_the_same() -> None:
    texts = [each.text.casefold() for voice in voices() for each in utterances_of(voice)]

    assert len(texts) == len(set(texts))


def test_the_weights_are_of_this_format_and_know_every_voice() -> None:
    header = classifier.load("en").header

    assert header.format == FORMAT
    assert header.trained_on == voices()
    assert [group.name for group in header.groups] == list(GROUPS)
    assert set(header.bias) == set(HEADS)


def test_speech_needs_more_certainty_than_a_draft() -> None:
    thresholds = classifier.load("en").header.thresholds

    assert 0 < thresholds[Surface.DRAFT] <= thresholds[Surface.LIVE] < 1


def test_the_weights_stay_small() -> None:
    assert (classifier.WEIGHTS / "en.bin").stat().st_size <= _MOST_BYTES


def test_other_weights_judge_by_themselves() -> None:
    harsh = "You ruin every holiday we ever had."
    before = examine(harsh)
    packed = (classifier.WEIGHTS / "en.bin").read_bytes()
    head, _, body = packed.partition(b"\n")
    header = msgspec.json.decode(head, type=Header)
    calm = msgspec.json.encode(msgspec.structs.replace(header, offset=header.offset - 5))

    assert Engine(classifier.decoded(calm + b"\n" + body)).examine(harsh).score < before.score
    assert examine(harsh) == before


def test_weights_of_another_format_are_refused() -> None:
    head, _, body = (classifier.WEIGHTS / "en.bin").read_bytes().partition(b"\n")
    old = msgspec.structs.replace(msgspec.json.decode(head, type=Header), format=FORMAT - 1)

    with pytest.raises(ValueError, match="run `train` again"):
        classifier.decoded(msgspec.json.encode(old) + b"\n" + body)
