"""What a room needs to know of the preparation, as plain values."""

from enum import StrEnum

import msgspec

from facilitator.infra.ids import CaseId, PersonId
from facilitator.language import Language
from facilitator.people.roles import Role


class PartName(StrEnum):
    """The order in which a statement is read. Love comes first: it is what can be heard best."""

    LOVE = "love"
    INCIDENT = "incident"
    CONCERN = "concern"
    HOPE = "hope"
    ASK = "ask"


READ_ALOUD_WORDS_PER_MINUTE = 130
"""A calm reading pace; only for the estimate that a reader is shown beforehand."""


def read_aloud_s(words: int) -> float:
    """About how many seconds it takes to read so many words calmly."""
    return words * 60 / READ_ALOUD_WORDS_PER_MINUTE


class Part(msgspec.Struct, frozen=True):
    name: PartName
    text: str


class Statement(msgspec.Struct, frozen=True):
    parts: tuple[Part, ...]
    words: int
    read_s: int
    hash: str


class Plan(msgspec.Struct, frozen=True):
    """The offer, in words for the room. All of it was agreed beforehand."""

    facility: str
    level: str
    steps: tuple[str, ...]
    leaves: str
    what_to_bring: tuple[str, ...]
    transport: str
    escort: str
    medication: str
    for_family: tuple[str, ...]


class Member(msgspec.Struct, frozen=True):
    id: PersonId
    name: str
    relation: str
    role: Role
    phone: str | None = None
    language: Language | None = None


class CaseFile(msgspec.Struct, frozen=True):
    """One case as the room sees it. Whoever shows any of it decides who may see it: `room.views`."""

    case_id: CaseId
    loved_one_label: str
    safety_contact: str | None
    members: dict[PersonId, Member]
    statements: dict[PersonId, Statement]
    bottom_lines: dict[PersonId, str]
    plan: Plan | None
    language: Language = Language.ENGLISH

    def language_of(self, person: PersonId) -> Language:
        """In which language somebody speaks: their own, or that of the case."""
        member = self.members.get(person)
        return (member and member.language) or self.language
