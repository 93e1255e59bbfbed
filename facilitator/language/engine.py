"""Examines a text: who may be judged, which sentences to raise, how badly, and what to say in their place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from zlib import crc32

from facilitator.language import classifier, reader, suggest
from facilitator.language.classifier import Classifier, Margins, SecondOpinion, Vector
from facilitator.language.features import Bag, bag_of
from facilitator.language.passage import Sentence, clauses_of
from facilitator.language.reader import Passage
from facilitator.language.rulebook import Hit, Scan
from facilitator.language.taxonomy import (
    CLASSIFIER,
    UNJUDGED_ROLES,
    Category,
    Examination,
    Finding,
    Language,
    Surface,
)

_BEYOND_DOUBT = 0.1
"""Below this chance the linear weights are right by themselves; about two in five lines are."""
_MOST_OFFERS_CHECKED = 6
_SHORTEST_ALONE = 3


def examine(
    text: str,
    *,
    speaker_role: str = "team_member",
    surface: Surface = Surface.LIVE,
    before: Sequence[str] = (),
    language: Language = Language.ENGLISH,
) -> Examination:
    """Judges one utterance or draft; `before` holds the same speaker's latest segments, oldest first."""
    return _shipped(language).examine(text, speaker_role=speaker_role, surface=surface, before=before)


@cache
def _shipped(language: Language) -> "Engine":
    """Read on the first use: training comes before there are any weights, and only some processes judge words."""
    from facilitator.language import encoder

    return Engine(classifier.load(language), encoder.load(language))


@dataclass(frozen=True, slots=True)
class _Read:
    """A stretch of words as the linear weights and, where it was asked, the encoder see it."""

    vector: Vector
    second: Margins | None


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
    """Examines with the given weights, and in their language, so that others than those that ship can be tried.

    Where an encoder is given, it is asked wherever the linear weights by themselves are not sure.
    """

    def __init__(self, weights: Classifier, encoder: SecondOpinion | None = None) -> None:
        self._weights = weights
        self._encoder = encoder
        self._reader = reader.load(weights.header.language)
        self._writer = suggest.load(weights.header.language)

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
        for passage in self._reader.passages(text, before):
            read = self._read(passage.bag(), passage.words_in(text))
            chance = self._chance(read, passage.scans, threshold)
            if passage.lead and chance < threshold:
                read, chance = self._read_on(passage, text, threshold) or (read, chance)
            score = max(score, chance)
            if chance >= threshold:
                raised = self._raised(passage, text, read, threshold)
                findings += [self._finding(each, text) for each in raised]
        return Examination(score=score, findings=tuple(findings))

    def _read(self, bag: Bag, words: str) -> _Read:
        """What both make of a stretch; the encoder is not asked about what is harmless beyond doubt."""
        vector = self._weights.vector(bag)
        if self._encoder is None or self._weights.chance(vector, None) < _BEYOND_DOUBT:
            return _Read(vector, None)
        return _Read(vector, self._encoder.margins([words])[0])

    def _read_on(self, passage: Passage, text: str, threshold: float) -> tuple[_Read, float] | None:
        """A caption together with the words it goes on from, if only together they are to be flagged."""
        together = self._read(passage.bag_with_lead(), passage.lead + passage.words_in(text))
        chance = self._chance(together, passage.scans, threshold)
        if chance < threshold:
            return None
        before = self._read(passage.bag_of_lead(), passage.lead)
        return (together, chance) if self._chance(before, (), threshold) < threshold else None

    def _chance(self, read: _Read, scans: Sequence[Scan], threshold: float) -> float:
        """The chance that a stretch should be flagged; the threshold at the least where a sure rule applies."""
        chance = self._weights.chance(read.vector, read.second)
        return max(chance, threshold) if any(hit.rule.sure for scan in scans for hit in scan.hits) else chance

    def _raised(self, passage: Passage, text: str, whole: _Read, threshold: float) -> Iterator[_Raised]:
        """The sentences of a flagged passage that would be flagged by themselves; at the least the worst one."""
        if len(passage.sentences) == 1:
            yield self._raise(passage.sentences[0], passage.scans[0], whole)
            return
        reads = self._read_each(passage, text)
        chances = [
            self._chance(read, [scan], threshold) if scan.hits or len(sentence.tokens) > _SHORTEST_ALONE else 0.0
            for sentence, read, scan in zip(passage.sentences, reads, passage.scans, strict=True)
        ]
        least = min(max(chances), threshold)
        for sentence, scan, read, chance in zip(passage.sentences, passage.scans, reads, chances, strict=True):
            if chance >= least:
                # What is wrong shows best in the whole: a sentence alone may not say whom it is about.
                yield self._raise(sentence, scan, _Read(read.vector, whole.second))

    def _read_each(self, passage: Passage, text: str) -> list[_Read]:
        vectors = [self._weights.vector(passage.bag_of_sentence(index)) for index in range(len(passage.sentences))]
        if self._encoder is None:
            return [_Read(vector, None) for vector in vectors]
        seconds = self._encoder.margins([text[each.start : each.end] for each in passage.sentences])
        return [_Read(vector, second) for vector, second in zip(vectors, seconds, strict=True)]

    def _raise(self, sentence: Sentence, scan: Scan, read: _Read) -> _Raised:
        weighed = self._weights.categories(read.vector, read.second)
        if not scan.hits:
            start, end = self._worst_clause(sentence)
            severity = self._weights.severity(read.vector, read.second)
            return _Raised(sentence, start, end, tuple(weighed), severity, None)
        worst = max(scan.hits, key=lambda hit: hit.rule.severity)
        named = [category for hit in (worst, *scan.hits) for category in (hit.rule.category, *hit.rule.also)]
        categories = tuple(dict.fromkeys([*named, *weighed]))
        return _Raised(sentence, worst.start, worst.end, categories, worst.rule.severity, worst)

    def _worst_clause(self, sentence: Sentence) -> tuple[int, int]:
        """The clause that would be flagged most surely by itself, as offsets in the sentence's plain text."""
        clauses = [
            clause for clause in clauses_of(sentence, self._reader.words) if clause[1] > sentence.lead_chars
        ]
        if len(clauses) < 2:
            return sentence.lead_chars, len(sentence.plain)
        return max(clauses, key=lambda clause: self._lean(sentence.plain[clause[0] : clause[1]]))

    def _lean(self, plain: str) -> float:
        return self._weights.lean(bag_of(plain, (), self._reader.words))

    def _finding(self, raised: _Raised, text: str) -> Finding:
        category = raised.categories[0]
        rule = raised.hit.rule if raised.hit else None
        lines = self._reader.rules.lexicon.categories[category]
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
        """The first offer that rules and linear weights would let pass on either surface."""
        category = raised.categories[0]
        offers = self._writer.offers(raised.sentence, text, raised.plain, category, recipe)
        return next((offer for offer in islice(offers, _MOST_OFFERS_CHECKED) if self._passes(offer)), "")

    def _passes(self, offer: str) -> bool:
        least = min(self._weights.header.thresholds.values())
        return all(
            self._chance(_Read(self._weights.vector(passage.bag()), None), passage.scans, least) < least
            for passage in self._reader.passages(offer)
        )
