"""Which facility a signed answer comes from: the signature says it, and nothing else is believed."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from facilitator.infra.ids import ReferralId
from facilitator.infra.refusal import Refused
from facilitator.referral import lines
from facilitator.referral.opened import OpenReferral
from facilitator.referral.summary import Which
from facilitator.referral.tables import Referral

UNSIGNED = (
    "The signature, its time or its id does not fit. Sign each answer anew, with the secret of your facility."
)
NOT_YOURS = "This referral was not sent to your facility."


def sender(tx: Session, referral_id: ReferralId, body: bytes, headers: Mapping[str, str], at: datetime) -> str:
    """The facility of this referral whose secret signed `body`; of two with the same secret, the one in play.

    Raises Refused bad_signature, or not_found for a facility that was not asked to take this referral.
    """
    row = tx.get(Referral, referral_id)
    asked = [] if row is None else [row.primary_id, row.fallback_id]
    signed = [each for each in asked if _signed_by(tx, each, body, headers, at)]
    if len(signed) > 1:
        return _in_play(tx, referral_id, at)
    if signed:
        return signed[0]
    if any(_signed_by(tx, each, body, headers, at) for each in _all_ever_asked(tx) if each not in asked):
        raise Refused("not_found", NOT_YOURS)
    raise Refused("bad_signature", UNSIGNED)


def _in_play(tx: Session, referral_id: ReferralId, at: datetime) -> str:
    """Two desks of one system sign alike: it is the one that is being asked now that answers."""
    opened = OpenReferral(tx, referral_id, at, lock=False)
    bid = opened.state.in_play
    return opened.fallback.id if bid and bid.which is Which.FALLBACK else opened.primary.id


def _signed_by(tx: Session, facility_id: str, body: bytes, headers: Mapping[str, str], at: datetime) -> bool:
    return any(_fits(secret, body, headers) for secret in lines.line(tx, facility_id, at).secrets)


def _fits(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Also false for a signature that is older, or newer, than five minutes."""
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):
        return False
    return True


def _all_ever_asked(tx: Session) -> Iterable[str]:
    """Facilities that nobody ever referred to have nothing to answer."""
    asked = select(Referral.primary_id).union(select(Referral.fallback_id))
    return list(tx.scalars(asked))
