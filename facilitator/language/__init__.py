"""Flags words that tend to close a conversation, and offers kinder ones that keep the facts."""

from facilitator.language.cleared import phrase
from facilitator.language.engine import examine
from facilitator.language.reading import Reading, Speech, read
from facilitator.language.taxonomy import Category, Examination, Finding, Language, Surface
from facilitator.language.warm import Element, Warmth, notice

__all__ = [
    "Category",
    "Element",
    "Examination",
    "Finding",
    "Language",
    "Reading",
    "Speech",
    "Surface",
    "Warmth",
    "examine",
    "notice",
    "phrase",
    "read",
]
