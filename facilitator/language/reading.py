"""Everything that a room asks about a piece of speech, in one call. Pure."""

from collections.abc import Sequence

import msgspec

from facilitator.language.engine import examine
from facilitator.language.taxonomy import Finding, Language
from facilitator.language.warm import notice


class Reading(msgspec.Struct, frozen=True):
    """What hurts and what warms; `warmth` counts sentences by the name of the element."""

    findings: tuple[Finding, ...]
    warmth: tuple[tuple[str, int], ...]


def read(text: str, speaker_role: str, before: Sequence[str], language: Language) -> Reading:
    """Speech of somebody of that role; `before` is what they said just before it, oldest first."""
    found = examine(text, speaker_role=speaker_role, before=before, language=language).findings
    warmth = notice(text, found, language).sentences
    return Reading(found, tuple((element.value, count) for element, count in warmth.items()))
