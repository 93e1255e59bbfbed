"""What a treatment center asks about the loved one, as far as somebody has said it. Pure; nothing is guessed."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)")
"""What looks like a social security number: no desk needs it to keep a bed, so none is taken or sent."""

Short = Annotated[str, msgspec.Meta(max_length=120)]


class Sex(StrEnum):
    """In the words of FHIR's administrative gender."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Patient(msgspec.Struct, frozen=True):
    """Empty means that nobody has said it. `legal_name` is how an identity card has it."""

    legal_name: Short = ""
    birth_date: date | None = None
    sex: Sex | None = None
    street: Short = ""
    city: Short = ""
    state: Short = ""
    postal_code: Short = ""
    member_id: Short = ""

    @property
    def holds_a_forbidden_number(self) -> bool:
        return any(
            isinstance(said, str) and SOCIAL_SECURITY.search(said) for said in msgspec.structs.astuple(self)
        )

    @property
    def address(self) -> str:
        """On one line."""
        region = " ".join(part for part in (self.state, self.postal_code) if part)
        return ", ".join(part for part in (self.street, self.city, region) if part)
