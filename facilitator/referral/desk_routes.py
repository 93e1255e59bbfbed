"""What a professional does about the lines to facilities: tick off a call, end the links."""

from typing import Annotated

import msgspec
from flask import Blueprint, Response, redirect, request
from msgspec import Meta
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from facilitator.infra import db
from facilitator.infra.bodies import form_body, json_body
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import identity
from facilitator.people.roles import PROFESSIONALS
from facilitator.referral import links, service
from facilitator.referral.channels import phone
from facilitator.referral.routes import page_query

blueprint = Blueprint("desk", __name__)


class Made(msgspec.Struct, frozen=True):
    """The call with this key."""

    key: Annotated[str, Meta(max_length=100)]


@blueprint.post("/api/referrals/<referral_id>/calls/done")
def call_made(referral_id: str) -> AnyResponse:
    """By form from the hand-off page, or as JSON. A repeat changes nothing."""
    made = json_body(Made) if request.is_json else form_body(Made)
    own = ReferralId(referral_id)
    with db.writing() as tx:
        phone.done(tx, own, made.key, by=_professional(tx, own))
    return _ok() if request.is_json else redirect(f"/handoff/{own}{page_query()}", code=303)


@blueprint.delete("/api/referrals/<referral_id>/links")
def end_links(referral_id: str) -> Response:
    """Every link that a facility got for this referral opens nothing from now on."""
    own = ReferralId(referral_id)
    with db.writing() as tx:
        _professional(tx, own)
        links.revoke(tx, own)
    return _ok()


def _professional(tx: Session, referral_id: ReferralId) -> PersonId:
    """A stranger is told the same of a referral that exists and one that does not."""
    principal = identity.current_principal(None)
    if principal is None:
        raise Refused("not_signed_in", "Please sign in first.")
    person = identity.person_for(tx, principal, service.case_of(tx, referral_id))
    if person is None:
        raise Refused("not_found", service.UNKNOWN)
    if person.role not in PROFESSIONALS:
        raise Refused("not_allowed", "Only the professionals of this case can do this.")
    return PersonId(person.id)


def _ok() -> Response:
    return Response(b'{"ok":true}', mimetype="application/json")
