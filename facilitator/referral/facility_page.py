"""The page of one facility: what it is told, what it may answer now, and the papers once consent was given."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto
from facilitator.referral import disclosures, papers, records
from facilitator.referral.channels.tables import PaperRow
from facilitator.referral.links import Opened
from facilitator.referral.moves import Stage
from facilitator.referral.opened import OpenReferral
from facilitator.referral.state import Bid
from facilitator.referral.summary import Consent, Which

HEADLINES = {
    Stage.SENT: "Somebody is on the way to you. Can you take them?",
    Stage.RECEIVED: "Somebody is on the way to you. Can you take them?",
    Stage.UNDELIVERABLE: "Somebody is on the way to you. Can you take them?",
    Stage.ACCEPTED: "You said yes. Thank you.",
    Stage.EN_ROUTE: "You said yes. They are on the road.",
    Stage.ARRIVED: "They are with you.",
    Stage.ADMITTED: "Admitted. Thank you for all that you did.",
    Stage.DECLINED: "You said that you cannot take them. Thank you for saying so.",
    Stage.NO_SHOW: "Nobody came.",
    Stage.REFUSED_ON_THE_WAY: "They turned back on the way.",
    Stage.CANCEL_ASKED: "Nobody is coming for now.",
    Stage.CANCELLED: "Nobody is coming for now.",
}
NOT_ASKED = "Nobody is coming for now."
EXPECTED = frozenset(
    {Stage.SENT, Stage.RECEIVED, Stage.UNDELIVERABLE, Stage.ACCEPTED, Stage.EN_ROUTE},
)
"""While somebody may still come through the door."""
WAITS = frozenset({Stage.SENT, Stage.RECEIVED, Stage.UNDELIVERABLE})
HAS_YES = frozenset({Stage.ACCEPTED, Stage.EN_ROUTE, Stage.ARRIVED})


class Papers(msgspec.Struct, frozen=True):
    """`key` names the newest papers that may be shown; None where there are none. `withdrawn`: consent was."""

    key: str | None
    withdrawn: bool


class FacilityPage(msgspec.Struct, frozen=True):
    """What `referral/facility.html` shows; times are aware UTC."""

    headline: str
    stage: Stage | None
    hold_number: str
    call_back_phone: str
    expected_at: datetime | None
    answer_by: datetime | None
    asked_more: bool
    papers: Papers

    @property
    def waits(self) -> bool:
        return self.stage in WAITS

    @property
    def has_yes(self) -> bool:
        return self.stage in HAS_YES


def page_for(tx: Session, link: Opened) -> FacilityPage:
    """Nobody's name: who it is about comes only when somebody asks for the papers."""
    opened = OpenReferral(tx, link.referral, clock.now(), lock=False)
    which = Which.PRIMARY if opened.primary.id == link.facility else Which.FALLBACK
    bid = opened.state.bids.get(which)
    stage = bid.stage if bid else None
    hold = opened.arrangement.hold if which is Which.PRIMARY else None
    card = opened.primary if which is Which.PRIMARY else opened.fallback
    waits = bid is not None and stage in WAITS and not bid.timed_out
    return FacilityPage(
        headline=HEADLINES.get(stage, NOT_ASKED) if stage else NOT_ASKED,
        stage=stage,
        hold_number=hold.number if hold else "",
        call_back_phone=opened.arrangement.call_back_phone,
        expected_at=_expected_at(opened, bid) if bid and stage in EXPECTED else None,
        answer_by=bid.sent_at + timedelta(seconds=card.clocks.answer_s) if bid and waits else None,
        asked_more=bool(bid and bid.asked_more),
        papers=_papers(tx, link, opened),
    )


def open_papers(tx: Session, link: Opened) -> tuple[papers.Line, ...]:
    """What the record says, where consent holds; keeps when the facility first saw it."""
    row = _newest(tx, link)
    if row is None or not records.may_send(tx, row.consent_id, link.facility):
        return ()
    row.opened_at = row.opened_at or clock.now()
    disclosures.note(tx, row.key, row.consent_id, link.facility, row.opened_at)
    return papers.lines(crypto.unseal(row.body, papers_place(row.key)).encode())


def papers_place(key: str) -> str:
    return f"facility_papers:{key}:body"


def _expected_at(opened: OpenReferral, bid: Bid) -> datetime:
    """From when the car left, once that is known; else from when the facility was asked."""
    drive = opened.arrangement.drive
    if bid.stage is Stage.EN_ROUTE and opened.state.moments.left and drive:
        return opened.state.moments.left + timedelta(minutes=drive.minutes)
    return bid.sent_at + timedelta(minutes=opened.arrangement.eta_minutes)


def _papers(tx: Session, link: Opened, opened: OpenReferral) -> Papers:
    row = _newest(tx, link)
    good = row is not None and records.may_send(tx, row.consent_id, link.facility)
    withdrawn = opened.state.consent_state is Consent.REVOKED
    return Papers(row.key if row and good else None, withdrawn)


def _newest(tx: Session, link: Opened) -> PaperRow | None:
    own = select(PaperRow).where(PaperRow.referral_id == link.referral, PaperRow.facility_id == link.facility)
    return tx.scalars(own.order_by(PaperRow.at.desc(), PaperRow.key).limit(1)).first()
