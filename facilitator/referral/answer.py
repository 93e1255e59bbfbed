"""What a facility may say about a referral that it was asked to take. Pure."""

from datetime import datetime
from enum import StrEnum

import msgspec


class AnswerState(StrEnum):
    RECEIVED = "received"
    NEED_MORE = "need_more"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ARRIVED = "arrived"
    ADMITTED = "admitted"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class DeclineReason(StrEnum):
    NO_CAPACITY = "no_capacity"
    INSURANCE = "insurance"
    CLINICAL = "clinical"
    OTHER = "other"


class Answer(msgspec.Struct, frozen=True):
    """One answer. `id` is the sender's own for it, `at` when it was given (aware UTC, not later than now).

    `by` is whom the facility names, where it names somebody. Only a decline has a reason, and it always has one.
    """

    id: str
    state: AnswerState
    at: datetime
    reason: DeclineReason | None = None
    by: str = ""
