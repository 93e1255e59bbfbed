"""The corpus and the weights trained from it."""

import msgspec
import pytest

from facilitator.language import Language, classifier, encoder, examine
from facilitator.language.classifier import FLAG, FORMAT, HEADS, Header
from facilitator.language.engine import Engine
from facilitator.language.examples import utterances_of, voices
from facilitator.language.features import GROUPS
from facilitator.language.taxonomy import Category, Surface

_MOST_BYTES = {"en.bin": 4_500_000, "es.bin": 2_000_000, "en.onnx": 25_000_000}
_VOICES = [(part, voice) for part in (*Language, "held") for voice in voices(part)]


@pytest.mark.parametrize(("part", "voice"), _VOICES)
def test_a_voice_labels_every_line_consistently(part: str, voice: str) -> None:
    utterances = utterances_of(voice, part)
    assert len(utterances) >= 100

    for each in utterances:
        assert each.flag == bool(each.categories) == (each.severity > 0) == (each.span is not None), each.text
        assert each.span is None or each.span in each.text
        assert not each.flag or each.kind in each.categories, each.text


@pytest.mark.parametrize(("part", "voice"), _VOICES)
def test_a_voice_speaks_of_every_category(part: str, voice: str) -> None:
    named = {category for each in utterances_of(voice, part) for category in each.categories}

    assert named == set(Category)


def test_no_two_lines_of_the_corpus_are_the_same() -> None:
    texts = [each.text.casefold() for part, voice in _VOICES for each in utterances_of(voice, part)]

    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("language", Language)
def test_the_weights_are_of_this_format_and_know_every_voice(language: Language) -> None:
    header = classifier.load(language).header

    assert header.format == FORMAT
    assert header.language == language
    assert header.trained_on == voices(language)
    assert [group.name for group in header.groups] == list(GROUPS)
    assert set(header.bias) == set(HEADS)


def test_speech_needs_more_certainty_than_a_draft() -> None:
    thresholds = classifier.load("en").header.thresholds

    assert 0 < thresholds[Surface.DRAFT] <= thresholds[Surface.LIVE] < 1


@pytest.mark.parametrize("name", _MOST_BYTES)
def test_the_weights_stay_small(name: str) -> None:
    assert 100_000 < (classifier.WEIGHTS / name).stat().st_size <= _MOST_BYTES[name]


def test_other_weights_judge_by_themselves() -> None:
    harsh = "You ruin every holiday we ever had."
    before = examine(harsh)
    packed = (classifier.WEIGHTS / "en.bin").read_bytes()
    head, _, body = packed.partition(b"\n")
    header = msgspec.json.decode(head, type=Header)
    sure = header.alone[FLAG]
    calmer = msgspec.structs.replace(sure, offset=sure.offset - 5)
    calm = msgspec.json.encode(msgspec.structs.replace(header, alone=header.alone | {FLAG: calmer}))

    assert Engine(classifier.decoded(calm + b"\n" + body)).examine(harsh).score < before.score
    assert examine(harsh) == before


def test_weights_of_another_format_are_refused() -> None:
    head, _, body = (classifier.WEIGHTS / "en.bin").read_bytes().partition(b"\n")
    old = msgspec.structs.replace(msgspec.json.decode(head, type=Header), format=FORMAT - 1)

    with pytest.raises(ValueError, match="run `train` again"):
        classifier.decoded(msgspec.json.encode(old) + b"\n" + body)


def test_the_voices_kept_for_the_end_taught_nothing() -> None:
    held = voices("held")
    assert len(held) >= 3

    assert {*held} & {*classifier.load("en").header.trained_on} == set()


def test_the_encoder_reads_the_same_alone_and_beside_others() -> None:
    reads = encoder.load("en")
    assert reads
    texts = ["You ruin every holiday we ever had.", "Please pass the salt.", "i was so scared for you " * 40]
    together = reads.margins(texts)

    assert [set(each) for each in together] == [set(HEADS)] * 3
    for text, beside in zip(texts, together, strict=True):
        assert reads.margins([text])[0] == pytest.approx(beside, abs=1e-3)


def test_the_encoder_changes_what_the_linear_weights_alone_would_say() -> None:
    weights = classifier.load("en")
    texts = [each.text for voice in voices("en")[:3] for each in utterances_of(voice, "en")][::7]
    alone, both = Engine(weights), Engine(weights, encoder.load("en"))

    assert sum(alone.examine(text).score != both.examine(text).score for text in texts) > len(texts) / 4
