"""Everything that a room asks about a piece of speech, in one call. Pure."""

import msgspec

from facilitator.language.cleared import is_read_aloud, phrase
from facilitator.language.engine import examine
from facilitator.language.taxonomy import Finding, Language
from facilitator.language.warm import notice


class Speech(msgspec.Struct, frozen=True):
    """`before` is what its speaker said just before it, oldest first; `approved` is what they may read aloud, and
    `silenced` are the phrases that this case has dismissed.
    """

    text: str
    speaker_role: str
    before: tuple[str, ...]
    language: Language
    approved: str = ""
    silenced: frozenset[str] = frozenset()


class Reading(msgspec.Struct, frozen=True):
    """What hurts and is not settled, and what warms: `warmth` counts sentences by the name of the element."""

    findings: tuple[Finding, ...] = ()
    warmth: tuple[tuple[str, int], ...] = ()


def read(speech: Speech) -> Reading:
    text, language = speech.text, speech.language
    found = examine(text, speaker_role=speech.speaker_role, before=speech.before, language=language).findings
    warmth = notice(text, found, language).sentences
    unsettled = tuple(finding for finding in found if not _is_settled(finding, speech))
    return Reading(unsettled, tuple((element.value, count) for element, count in warmth.items()))


def _is_settled(finding: Finding, speech: Speech) -> bool:
    """Dismissed before in this case, or read from the statement that the professional approved."""
    if phrase(speech.text, finding.start, finding.end, speech.language) in speech.silenced:
        return True
    return bool(speech.approved) and is_read_aloud(finding, speech.text, speech.approved, speech.language)
