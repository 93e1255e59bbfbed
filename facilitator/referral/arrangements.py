"""Where what was arranged is kept: sealed, one body for each referral."""

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import crypto
from facilitator.infra.ids import ReferralId
from facilitator.referral.arrangement import Arrangement
from facilitator.referral.tables import ArrangementRow


def seal(tx: Session, referral_id: ReferralId, arranged: Arrangement) -> None:
    """Keeps what was arranged, or what it was changed to."""
    body = crypto.seal(msgspec.json.encode(arranged).decode(), _place(referral_id))
    tx.merge(ArrangementRow(referral_id=referral_id, body=body))
    tx.flush()


def unsealed(tx: Session, referral_id: ReferralId) -> Arrangement:
    row = tx.get(ArrangementRow, referral_id)
    assert row is not None, "a referral is written together with its arrangement"
    return msgspec.json.decode(crypto.unseal(row.body, _place(referral_id)), type=Arrangement)


def _place(referral_id: ReferralId) -> str:
    return f"arrangements:{referral_id}:body"
