"""An arrangement grows old by itself: a timer looks at it again at the moment when something in it runs out."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import outbox
from facilitator.infra.outbox import Message
from facilitator.referral.channels.timer import Due
from facilitator.referral.gates import next_look
from facilitator.referral.moves import Stage
from facilitator.referral.opened import OpenReferral

MARGIN_S = 1.0
"""What lasts until a moment is over right after it."""


def again(tx: Session, opened: OpenReferral, at: datetime) -> None:
    """One timer for each such moment, however often this is asked."""
    due = next_look(opened.checked) if opened.state.stage in (Stage.PLANNED, Stage.ARMED) else None
    if due is None:
        return
    after_s = (due - at).total_seconds() + MARGIN_S
    key = f"{_prefix(opened.id)}{int(due.timestamp() * 1000)}"
    body = msgspec.json.encode(Due(at=due)).decode()
    outbox.enqueue(tx, [Message(key, "clock", f"referrals:{opened.id}", body, opened.id, after_s=after_s)])


def is_look(key: str, referral_id: str) -> bool:
    """Whether the timer with this key is one of ours."""
    return key.startswith(_prefix(referral_id))


def _prefix(referral_id: str) -> str:
    return f"{referral_id}:look:"
