"""The consent: its page, on the phone or on a device handed over; signing it, taking it back, a copy to keep."""

import msgspec
from flask import Blueprint, Response, jsonify, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from facilitator.infra import clock, db, outbox
from facilitator.infra.bodies import json_body
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import identity
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.people.service import name_of
from facilitator.referral import consent_page, patients, service, signing
from facilitator.referral.record.cast import cast
from facilitator.referral.record.patient import Patient
from facilitator.referral.signing import Signer

blueprint = Blueprint("consent", __name__)

THEIRS = PROFESSIONALS | {Role.LOVED_ONE}
NOT_YOURS = "This page is for the person whom it is about, and for the professional."


@blueprint.get("/consent/<referral_id>")
def consent_page_for(referral_id: str) -> AnyResponse | str:
    own, at = ReferralId(referral_id), clock.now()
    if identity.current_principal(None) is None:
        return redirect(f"/sign-in?next=/consent/{referral_id}")
    with db.reading() as tx:
        page = consent_page.page_for(tx, own, _asker(tx, own), at, request.args.get("room", ""))
    return render_template("referral/consent.html", page=page)


@blueprint.get("/consent/<referral_id>/copy")
def copy_page(referral_id: str) -> AnyResponse | str:
    own = ReferralId(referral_id)
    if identity.current_principal(None) is None:
        return redirect(f"/sign-in?next=/consent/{referral_id}/copy")
    with db.reading() as tx:
        asker = _asker(tx, own)
        copy = consent_page.copy_for(tx, own)
        if copy is None:
            raise Refused("not_found", "Nothing was signed yet, so there is no copy.")
        return render_template("referral/consent_copy.html", copy=copy, referral=own, asker=asker)


@blueprint.post("/api/referrals/<referral_id>/consent")
def sign(referral_id: str) -> Response:
    asked = json_body(signing.Asked)
    own, at = ReferralId(referral_id), clock.now()
    with db.writing() as tx:
        consent_id = signing.sign(tx, own, asked, _asker(tx, own), at)
    outbox.poke()
    return jsonify(consent=consent_id)


@blueprint.delete("/api/referrals/<referral_id>/consent")
def take_back(referral_id: str) -> Response:
    own, at = ReferralId(referral_id), clock.now()
    with db.writing() as tx:
        consent_id = signing.take_back(tx, own, _asker(tx, own), at)
    outbox.poke()
    return jsonify(consent=consent_id, revoked=True)


@blueprint.put("/api/referrals/<referral_id>/patient")
def save_patient(referral_id: str) -> Response:
    """What a treatment center asks about the loved one. It replaces what was kept; empty means not said."""
    own, known = ReferralId(referral_id), json_body(Patient)
    with db.writing() as tx:
        _asker(tx, own)
        about = cast(tx, service.case_of(tx, own)).patient
        patients.save(tx, PersonId(about.id), known, clock.now().date())
    return Response(msgspec.json.encode(known), mimetype="application/json")


def _asker(tx: Session, referral_id: ReferralId) -> Signer:
    """Raises Refused: not_signed_in, not_found for a stranger, not_allowed for the others of the case."""
    principal = identity.current_principal(None)
    if principal is None:
        raise Refused("not_signed_in", "Please sign in, or open your personal link again.")
    person = identity.person_for(tx, principal, service.case_of(tx, referral_id))
    if person is None:
        raise Refused("not_found", service.UNKNOWN)
    if Role(person.role) not in THEIRS:
        raise Refused("not_allowed", NOT_YOURS)
    return Signer(PersonId(person.id), Role(person.role), name_of(person))
