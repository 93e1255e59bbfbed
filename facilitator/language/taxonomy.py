"""The words for what the engine finds: categories, surfaces, findings and the roles it never judges."""

from enum import StrEnum

import msgspec


class Category(StrEnum):
    """The ten ways of speaking that tend to make a person defend themselves instead of listen."""

    LABEL = "label"
    CONTEMPT = "contempt"
    BLAME = "blame"
    GENERALIZE = "generalize"
    SHAME = "shame"
    THREAT = "threat"
    COMMAND = "command"
    SARCASM = "sarcasm"
    DISMISS = "dismiss"
    DOOM = "doom"


class Language(StrEnum):
    """The languages that the engine reads, by their codes in ISO 639-1."""

    ENGLISH = "en"
    SPANISH = "es"


class Surface(StrEnum):
    """Where the words come from: a statement being written, or speech in the room."""

    DRAFT = "draft"
    LIVE = "live"


class Finding(msgspec.Struct, frozen=True):
    """One sentence worth re-phrasing; `start` and `end` are character offsets in the text as given."""

    category: Category
    categories: tuple[Category, ...]
    severity: int
    start: int
    end: int
    rule: str
    why: str
    redirect: str
    suggestion: str


class Examination(msgspec.Struct, frozen=True):
    """What the engine makes of one text: `score` (0 to 1) and at most one finding a sentence."""

    score: float
    findings: tuple[Finding, ...] = ()


CLASSIFIER = "classifier"

# The loved one may say anything, and the people who lead the meeting name bad phrases in order to teach.
UNJUDGED_ROLES = frozenset({"loved_one", "interventionist", "co_facilitator", "stand_in"})
