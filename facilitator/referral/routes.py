"""Pages and calls about a referral: the hand-off page, and the record for the staff of the case."""

import msgspec
from flask import Blueprint, Response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from facilitator.infra import clock, db
from facilitator.infra.ids import ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import identity
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.referral import service
from facilitator.referral.handoff import HANDS, handoff_for
from facilitator.referral.summary import ReferralSummary

blueprint = Blueprint("referral", __name__)


class Line(msgspec.Struct, frozen=True):
    """One thing that happened: `event` is its name, `at` ISO 8601 UTC. `key` names the message it is about."""

    seq: int
    at: str
    by: str
    event: str
    key: str | None = None


class Record(msgspec.Struct, frozen=True):
    """What `GET /api/referrals/<id>` answers."""

    referral: ReferralSummary
    state: str
    gaps: tuple[str, ...]
    timeline: tuple[Line, ...]


@blueprint.get("/handoff/<referral_id>")
def handoff_page(referral_id: str) -> AnyResponse | str:
    own = ReferralId(referral_id)
    if identity.current_principal(None) is None:
        return redirect(f"/sign-in?next=/handoff/{referral_id}")
    with db.reading() as tx:
        role = _role_of_whoever_asks(tx, own)
        if role not in HANDS:
            raise Refused("not_allowed", "This page is for those who bring your loved one to the facility.")
        return render_template("referral/handoff.html", referral=handoff_for(tx, own, role))


@blueprint.get("/api/referrals/<referral_id>")
def referral_record(referral_id: str) -> Response:
    own = ReferralId(referral_id)
    with db.reading() as tx:
        if _role_of_whoever_asks(tx, own) not in PROFESSIONALS:
            raise Refused("not_allowed", "Only the professionals of this case can see its record.")
        record = _record(tx, own)
    return Response(msgspec.json.encode(record), mimetype="application/json")


def _record(tx: Session, referral_id: ReferralId) -> Record:
    summary = service.summary(tx, referral_id)
    lines = tuple(
        Line(entry.seq, clock.iso(entry.at), entry.actor, type(event).__name__, getattr(event, "key", None))
        for entry in service.timeline(tx, referral_id)
        for event in entry.events
    )
    return Record(summary, summary.state, summary.gaps, lines)


def _role_of_whoever_asks(tx: Session, referral_id: ReferralId) -> Role:
    """Their role on the referral's case. A stranger is told the same of one that exists and one that does not."""
    principal = identity.current_principal(None)
    if principal is None:
        raise Refused("not_signed_in", "Please sign in, or open your personal link again.")
    person = identity.person_for(tx, principal, service.case_of(tx, referral_id))
    if person is None:
        raise Refused("not_found", service.UNKNOWN)
    return Role(person.role)
