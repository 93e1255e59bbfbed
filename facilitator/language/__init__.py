"""Flags words that tend to close a conversation, and offers kinder ones that keep the facts."""

from facilitator.language.cleared import is_read_aloud, phrase
from facilitator.language.engine import examine
from facilitator.language.reading import Reading, read
from facilitator.language.taxonomy import Category, Examination, Finding, Language, Surface
from facilitator.language.warm import Element, Warmth, notice

__all__ = [
    "Category",
    "Element",
    "Examination",
    "Finding",
    "Language",
    "Reading",
    "Surface",
    "Warmth",
    "examine",
    "is_read_aloud",
    "notice",
    "phrase",
    "read",
]
