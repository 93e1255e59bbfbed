"""Examines a text: who may be judged, which sentences to raise, how badly, and what to say in their place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from zlib import crc32

from facilitator.language import classifier, rulebook, suggest
from facilitator.language.classifier import Classifier, Vector
from facilitator.language.features import bag_of
from facilitator.language.passage import Sentence, clauses_of
from facilitator.language.reader import Passage, passages_of
from facilitator.language.rulebook import Hit, Scan
from facilitator.language.taxonomy import CLASSIFIER, UNJUDGED_ROLES, Category, Examination, Finding, Surface

_MOST_OFFERS_CHECKED = 6
_SHORTEST_ALONE = 3


def examine(
    text: str,
    *,
    speaker_role: str = "team_member",
    surface: Surface = Surface.LIVE,
    before: Sequence[str] = (),
) -> Examination:
    """Judges one utterance or draft; `before` holds the same speaker's latest segments, oldest first."""
    return _shipped().examine(text, speaker_role=speaker_role, surface=surface, before=before)


@cache
def _shipped() -> "Engine":
    """Read on the first use, so that training can import this package before there are any weights."""
    return Engine(classifier.load("en"))


@dataclass(frozen=True, slots=True)
class _Raised:
    """A sentence that is worth re-phrasing, with the stretch of its plain text that matters most."""

    sentence: Sentence
    start: int
    end: int
    categories: tuple[Category, ...]
    severity: int
    hit: Hit | None

    @property
    def plain(self) -> str:
        return self.sentence.plain[self.start : self.end]


class Engine:
    """Examines with the given weights, so that others than those that ship can be tried."""

    def __init__(self, weights: Classifier) -> None:
        self._weights = weights

    def examine(
        self,
        text: str,
        *,
        speaker_role: str = "team_member",
        surface: Surface = Surface.LIVE,
        before: Sequence[str] = (),
    ) -> Examination:
        """Judges one utterance or draft; `before` holds the same speaker's latest segments, oldest first."""
        if speaker_role in UNJUDGED_ROLES:
            return Examination(score=0.0)
        threshold = self._weights.header.thresholds[surface]
        score = 0.0
        findings: list[Finding] = []
        for passage in passages_of(text, before):
            vector = self._weights.vector(passage.bag())
            chance = self._chance(vector, passage.scans, threshold)
            score = max(score, chance)
            if chance >= threshold:
                findings += [self._finding(raised, text) for raised in self._raised(passage, vector, threshold)]
        return Examination(score=score, findings=tuple(findings))

    def _chance(self, vector: Vector, scans: Sequence[Scan], threshold: float) -> float:
        """The chance that a stretch should be flagged; the threshold at the least where a sure rule applies."""
        chance = self._weights.probability(vector)
        return max(chance, threshold) if any(hit.rule.sure for scan in scans for hit in scan.hits) else chance

    def _raised(self, passage: Passage, whole: Vector, threshold: float) -> Iterator[_Raised]:
        """The sentences of a flagged passage that would be flagged by themselves; at the least the worst one."""
        if len(passage.sentences) == 1:
            yield self._raise(passage.sentences[0], passage.scans[0], whole)
            return
        vectors = [self._weights.vector(passage.bag_of_sentence(index)) for index in range(len(passage.sentences))]
        chances = [
            self._chance(vector, [scan], threshold) if scan.hits or len(sentence.tokens) > _SHORTEST_ALONE else 0.0
            for sentence, vector, scan in zip(passage.sentences, vectors, passage.scans, strict=True)
        ]
        least = min(max(chances), threshold)
        for sentence, scan, vector, chance in zip(passage.sentences, passage.scans, vectors, chances, strict=True):
            if chance >= least:
                yield self._raise(sentence, scan, vector)

    def _raise(self, sentence: Sentence, scan: Scan, vector: Vector) -> _Raised:
        weighed = self._weights.categories(vector)
        if not scan.hits:
            start, end = self._worst_clause(sentence)
            return _Raised(sentence, start, end, tuple(weighed), self._weights.severity(vector), None)
        worst = max(scan.hits, key=lambda hit: hit.rule.severity)
        named = [category for hit in (worst, *scan.hits) for category in (hit.rule.category, *hit.rule.also)]
        categories = tuple(dict.fromkeys([*named, *weighed]))
        return _Raised(sentence, worst.start, worst.end, categories, worst.rule.severity, worst)

    def _worst_clause(self, sentence: Sentence) -> tuple[int, int]:
        """The clause that would be flagged most surely by itself, as offsets in the sentence's plain text."""
        clauses = [clause for clause in clauses_of(sentence) if clause[1] > sentence.lead_chars]
        if len(clauses) < 2:
            return sentence.lead_chars, len(sentence.plain)
        return max(
            clauses, key=lambda clause: self._weights.lean(bag_of(sentence.plain[clause[0] : clause[1]], ()))
        )

    def _finding(self, raised: _Raised, text: str) -> Finding:
        category = raised.categories[0]
        rule = raised.hit.rule if raised.hit else None
        lines = rulebook.ENGLISH.lexicon.categories[category]
        start, end = raised.sentence.locate(raised.start, raised.end)
        return Finding(
            category=category,
            categories=raised.categories,
            severity=raised.severity,
            start=start,
            end=end,
            rule=rule.id if rule else CLASSIFIER,
            why=rule.why if rule else lines.why,
            redirect=(rule and rule.redirect)
            or lines.redirects[crc32(raised.plain.encode()) % len(lines.redirects)],
            suggestion=self._suggestion(raised, text, rule.recipe if rule else ""),
        )

    def _suggestion(self, raised: _Raised, text: str, recipe: str) -> str:
        """The first offer that the engine itself would let pass on either surface."""
        category = raised.categories[0]
        offers = suggest.ENGLISH.offers(raised.sentence, text, raised.plain, category, recipe)
        return next((offer for offer in islice(offers, _MOST_OFFERS_CHECKED) if self._passes(offer)), "")

    def _passes(self, offer: str) -> bool:
        least = min(self._weights.header.thresholds.values())
        return all(
            self._chance(self._weights.vector(passage.bag()), passage.scans, least) < least
            for passage in passages_of(offer)
        )
