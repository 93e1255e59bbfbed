"""What is said of the second reading of the corpus is what its data say."""

import msgspec

from facilitator.config import ROOT
from facilitator.language.examples import Utterance, utterances_of

_CORPUS = ROOT / "facilitator/language/corpus"


class Reading(msgspec.Struct, frozen=True):
    voice: str
    text: str
    flag: bool
    category: str | None
    severity: int


def test_the_agreement_is_as_stated() -> None:
    stated = (_CORPUS / "ABOUT.md").read_text(encoding="utf-8")
    lines = (_CORPUS / "second_reading.jsonl").read_text(encoding="utf-8").splitlines()
    readings = [msgspec.json.decode(line, type=Reading) for line in lines]
    first = {each.text: each for voice in {r.voice for r in readings} for each in utterances_of(voice, "en")}
    pairs = [(first[reading.text], reading) for reading in readings]
    assert len(pairs) > 500

    same = sum(own.flag == again.flag for own, again in pairs)
    both = [(own, again) for own, again in pairs if own.flag and again.flag]
    named = sum(again.category in own.categories for own, again in both) / len(both)
    as_grave = sum(again.severity == own.severity for own, again in both) / len(both)
    assert f"{same} agree (Cohen's kappa {_kappa(pairs):.2f})" in stated
    assert f"among\nthe line's own in {named:.0%}".replace("%", " %") in stated
    assert f"the same in {as_grave:.0%}".replace("%", " %") in stated
    assert max(abs(again.severity - own.severity) for own, again in both) <= 1


def _kappa(pairs: list[tuple[Utterance, Reading]]) -> float:
    count = len(pairs)
    seen = sum(own.flag == again.flag for own, again in pairs) / count
    own_share = sum(own.flag for own, _ in pairs) / count
    again_share = sum(again.flag for _, again in pairs) / count
    chance = own_share * again_share + (1 - own_share) * (1 - again_share)
    return (seen - chance) / (1 - chance)
