"""What surrounds a room's state when it is shown: names, texts, the referral, who is connected."""

import msgspec

from facilitator.infra.ids import FlagId, PersonId
from facilitator.plan.prepared import CaseFile
from facilitator.referral.summary import ReferralSummary


class FlagText(msgspec.Struct, frozen=True):
    """What a flag tells the moderator. It quotes what was said, so it is kept apart from the log."""

    text: str
    categories: tuple[str, ...]
    why: str
    redirect: str
    suggestion: str


class Spoken(msgspec.Struct, frozen=True):
    """Texts by the id of the segment, cue, note or outcome that they belong to."""

    words: dict[str, str] = msgspec.field(default_factory=dict)
    flags: dict[FlagId, FlagText] = msgspec.field(default_factory=dict)


class Board(msgspec.Struct, frozen=True):
    file: CaseFile
    spoken: Spoken
    referral: ReferralSummary | None = None
    present: frozenset[PersonId] = frozenset()
    silenced: frozenset[str] = frozenset()
    """Phrases that were dismissed in this case, in plain form."""

    def name(self, person: PersonId) -> str:
        member = self.file.members.get(person)
        return member.name if member else ""


def held_key(person: PersonId) -> str:
    """Where the message to somebody who is asked to wait is kept: the newest replaces the one before."""
    return f"held-{person}"
