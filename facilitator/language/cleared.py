"""Words that were approved beforehand are not flagged when read aloud, even if they were not heard exactly."""

from difflib import SequenceMatcher

from facilitator.language import words as word_lists
from facilitator.language.passage import tokens_of
from facilitator.language.taxonomy import Finding, Language

SHORTEST_RUN = 3
"""Fewer words in a row stand in any two texts."""
SHARE_READ = 0.75
"""Recognition loses or changes some words even of a text that is read out faithfully."""


def is_read_aloud(finding: Finding, said: str, approved: str, language: Language = Language.ENGLISH) -> bool:
    """Whether the words that a finding in `said` points at are being read from the `approved` text."""
    lists = word_lists.load(language)
    words = [token for token in tokens_of(said, lists) if token.is_word]
    pointed_at = [n for n, word in enumerate(words) if word.start < finding.end and finding.start < word.end]
    if not pointed_at:
        return False
    own = [word.text for word in words]
    known = [token.text for token in tokens_of(approved, lists) if token.is_word]
    runs = SequenceMatcher(None, own, known, autojunk=False).get_matching_blocks()
    read = {n for run in runs if run.size >= SHORTEST_RUN for n in range(run.a, run.a + run.size)}
    return sum(n in read for n in pointed_at) >= SHARE_READ * len(pointed_at)


def phrase(said: str, start: int, end: int, language: Language = Language.ENGLISH) -> str:
    """A stretch of words in plain form, by which the same words are known again."""
    lists = word_lists.load(language)
    return " ".join(token.text for token in tokens_of(said[start:end], lists) if token.is_word)
