"""The one place that makes ids and secrets."""

import hashlib
import secrets
import uuid
from typing import NewType

AccountId = NewType("AccountId", str)
CaseId = NewType("CaseId", str)
CommandId = NewType("CommandId", str)
CueId = NewType("CueId", str)
FlagId = NewType("FlagId", str)
NoteId = NewType("NoteId", str)
OutcomeId = NewType("OutcomeId", str)
PersonId = NewType("PersonId", str)
ReferralId = NewType("ReferralId", str)
RoomId = NewType("RoomId", str)
SegmentId = NewType("SegmentId", str)
SignalId = NewType("SignalId", str)
SignInId = NewType("SignInId", str)


def new_id() -> str:
    """A fresh id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def new_secret() -> str:
    """A bearer secret of 192 random bits, safe in a URL."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """A room code that a person can read out: eight digits."""
    return f"{secrets.randbelow(10**8):08d}"


def digest(secret: str) -> str:
    """How a random secret is kept: a plain SHA-256 suffices, because it cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
