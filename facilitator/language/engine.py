"""Examines a text: who may be judged, which sentences to raise, how badly, and what to say in their place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from facilitator.language import rulebook, suggest
from facilitator.language.passage import Sentence, sentences_of
from facilitator.language.taxonomy import UNJUDGED_ROLES, Category, Examination, Finding, Surface

_RULE_SCORES = {1: 0.70, 2: 0.85, 3: 0.95}
_MOST_OFFERS_CHECKED = 4


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What one sentence comes to, before words for the moderator are chosen."""

    sentence: Sentence
    score: float
    hits: tuple[rulebook.Hit, ...] = ()


def examine(
    text: str,
    *,
    speaker_role: str = "team_member",
    surface: Surface = Surface.LIVE,  # noqa: ARG001
    before: Sequence[str] = (),
) -> Examination:
    """Judges one utterance or draft; `before` holds the same speaker's latest segments, oldest first."""
    if speaker_role in UNJUDGED_ROLES:
        return Examination(score=0.0)
    verdicts = [_judge(sentence) for sentence in sentences_of(text, before)]
    findings = tuple(finding for verdict in verdicts for finding in _findings(verdict, text))
    return Examination(score=max((verdict.score for verdict in verdicts), default=0.0), findings=findings)


def _judge(sentence: Sentence) -> _Verdict:
    own = [hit for hit in rulebook.ENGLISH.hits(sentence) if hit.end > sentence.lead_chars]
    hits = sorted(own, key=lambda hit: -hit.rule.severity)
    score = _RULE_SCORES[hits[0].rule.severity] if hits else 0.0
    return _Verdict(sentence, score, tuple(hits))


def _findings(verdict: _Verdict, text: str) -> Iterator[Finding]:
    if not verdict.hits:
        return
    worst = verdict.hits[0]
    start, end = verdict.sentence.locate(worst.start, worst.end)
    plain = verdict.sentence.plain[worst.start : worst.end]
    yield Finding(
        category=worst.rule.category,
        categories=_categories(verdict.hits),
        severity=worst.rule.severity,
        start=start,
        end=end,
        rule=worst.rule.id,
        why=worst.rule.why,
        redirect=worst.rule.redirect or _redirect(worst.rule.category, plain),
        suggestion=_suggestion(verdict.sentence, text, plain, worst.rule.category, worst.rule.recipe),
    )


def _categories(hits: Sequence[rulebook.Hit]) -> tuple[Category, ...]:
    named = [category for hit in hits for category in (hit.rule.category, *hit.rule.also)]
    return tuple(dict.fromkeys(named))


def _redirect(category: Category, plain: str) -> str:
    redirects = rulebook.ENGLISH.lexicon.categories[category].redirects
    return redirects[crc32(plain.encode()) % len(redirects)]


def _suggestion(sentence: Sentence, text: str, span: str, category: Category, recipe: str) -> str:
    """The first offer that the engine itself would let pass."""
    offers = suggest.ENGLISH.offers(sentence, text, span, category, recipe)
    for _, offer in zip(range(_MOST_OFFERS_CHECKED), offers, strict=False):
        if not any(_judge(part).hits for part in sentences_of(offer)):
            return offer
    return ""
