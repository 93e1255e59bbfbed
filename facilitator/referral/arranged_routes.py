"""The arranged referral (screen 8): the go / no-go list with a form under each item, and the test of the lines."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from facilitator.infra import clock, db, outbox
from facilitator.infra.ids import CaseId, PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import identity
from facilitator.people.roles import PROFESSIONALS
from facilitator.plan import service as plan
from facilitator.referral import arranging, directory, editor, options, service, simulate
from facilitator.referral.arranged_forms import Section
from facilitator.referral.arrangement import MUST_PACK, FacilityCard
from facilitator.referral.gates import GateName
from facilitator.referral.offers import MoudPolicy, Offer
from facilitator.referral.option_forms import read_approval, read_option
from facilitator.referral.typed import Form, Known

blueprint = Blueprint("arranged", __name__)

UNKNOWN = "There is no such case. Go back to your cases."
EMPTY_ROWS = 3

Answer = AnyResponse | str | tuple[str, int]


class Desk(msgspec.Struct, frozen=True):
    """A facility of this referral, with what the page says about it."""

    id: str
    name: str
    offer: Offer
    tests: tuple[simulate.Tested, ...]
    tested_at: datetime | None


@blueprint.get("/cases/<case_id>/referral")
def page(case_id: str) -> Answer:
    if identity.current_principal(None) is None:
        return redirect(f"/sign-in?next=/cases/{case_id}/referral")
    with db.reading() as tx:
        _professional(tx, case_id)
        return _shown(tx, CaseId(case_id), at=request.args.get("at", ""))


@blueprint.post("/cases/<case_id>/referral/facilities")
def choose_facilities(case_id: str) -> Answer:
    def choose(tx: Session, at: datetime, _: PersonId) -> None:
        form = Form(request.form.to_dict(flat=False), Known(at))
        primary, fallback = form.text("primary", "First facility"), form.text("fallback", "Second facility")
        if not primary or not fallback:
            raise Refused("malformed", "Choose both facilities.")
        arranging.choose(tx, CaseId(case_id), primary, fallback, at)

    return _changed(case_id, "fallback", choose)


@blueprint.post("/cases/<case_id>/referral/again")
def begin_anew(case_id: str) -> Answer:
    def begin(tx: Session, at: datetime, _: PersonId) -> None:
        arranging.begin_anew(tx, CaseId(case_id), at)

    return _changed(case_id, "bed", begin)


@blueprint.post("/cases/<case_id>/referral/sections/<section>")
def save_section(case_id: str, section: str) -> Answer:
    if section not in set(Section):
        raise Refused("not_found", "There is no such part of the plan.")

    def save(tx: Session, at: datetime, _: PersonId) -> None:
        arranging.save(tx, CaseId(case_id), Section(section), request.form.to_dict(flat=False), at)

    gate = request.form.get("gate", "")
    return _changed(case_id, gate if gate in set(GateName) else section, save)


@blueprint.post("/cases/<case_id>/referral/options")
def add_option(case_id: str) -> Answer:
    def add(tx: Session, at: datetime, _: PersonId) -> None:
        options.add(tx, CaseId(case_id), read_option(_options_form(tx, at)))

    return _changed(case_id, "treatment", add)


@blueprint.post("/cases/<case_id>/referral/options/approve")
def approve_options(case_id: str) -> Answer:
    def approve(tx: Session, at: datetime, by: PersonId) -> None:
        form = _options_form(tx, at)
        chosen = sorted(form.rows_ticked("option"))
        if not chosen:
            raise Refused("malformed", "Tick the steps that the clinician has approved.")
        options.approve(tx, CaseId(case_id), chosen, read_approval(form, by))

    return _changed(case_id, "treatment", approve)


@blueprint.post("/cases/<case_id>/referral/options/<option_id>/<any(save, remove, up):what>")
def change_option(case_id: str, option_id: str, what: str) -> Answer:
    def change(tx: Session, at: datetime, _: PersonId) -> None:
        if what == "remove":
            options.remove(tx, CaseId(case_id), option_id)
        elif what == "up":
            options.move_up(tx, CaseId(case_id), option_id)
        else:
            options.change(tx, CaseId(case_id), option_id, read_option(_options_form(tx, at)))

    return _changed(case_id, "treatment", change)


@blueprint.post("/cases/<case_id>/referral/test")
def begin_tests(case_id: str) -> Answer:
    """Nothing of the referral itself is touched."""
    with db.writing() as tx:
        _professional(tx, case_id)
        found = editor.editor(tx, _referral(tx, case_id), clock.now())
        for facility in (found.primary, found.fallback):
            simulate.begin(tx, facility.id, clock.now())
    outbox.poke()
    return redirect(f"/cases/{case_id}/referral/test", code=303)


@blueprint.get("/cases/<case_id>/referral/test")
def tests_page(case_id: str) -> Answer:
    if identity.current_principal(None) is None:
        return redirect(f"/sign-in?next=/cases/{case_id}/referral/test")
    with db.reading() as tx:
        _professional(tx, case_id)
        found = editor.editor(tx, _referral(tx, case_id), clock.now())
        desks = [_desk(tx, each) for each in (found.primary, found.fallback)]
    return render_template("referral/tests.html", case_id=case_id, referral=found, desks=desks)


def _changed(case_id: str, at_item: str, change: Callable[[Session, datetime, PersonId], None]) -> Answer:
    """What is refused is said on the page itself, with what was typed still there."""
    try:
        with db.writing() as tx:
            by = _professional(tx, case_id)
            change(tx, clock.now(), by)
            _review(tx, case_id)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        with db.reading() as tx:
            return _shown(tx, CaseId(case_id), at_item, refused.message), refused.status
    return redirect(f"/cases/{case_id}/referral?at={at_item}#{at_item}", code=303)


def _review(tx: Session, case_id: str) -> None:
    """A clinician's word counts for arming as much as a section of the plan."""
    referral_id = service.of_case(tx, CaseId(case_id))
    if referral_id is not None:
        service.review(tx, referral_id, clock.now())


def _shown(tx: Session, case_id: CaseId, at: str = "", error: str = "") -> str:
    referral_id = service.of_case(tx, case_id)
    found = editor.editor(tx, referral_id, clock.now()) if referral_id else None
    desks = [_desk(tx, each) for each in (found.primary, found.fallback)] if found else []
    return render_template(
        "referral/arranged.html" if found else "referral/arranged_begin.html",
        case_id=case_id,
        case_label=plan.case_label(tx, case_id),
        referral=found,
        desks=desks,
        people=editor.people_of(tx, case_id),
        facilities=editor.facilities_of(tx),
        options=options.of_case(tx, case_id),
        kinds=options.KIND_LABELS,
        must_pack=MUST_PACK,
        policies=MoudPolicy,
        empty_rows=EMPTY_ROWS,
        at=at,
        error=error,
        typed=request.form if error else None,
    )


def _desk(tx: Session, card: FacilityCard) -> Desk:
    offer = directory.details(tx, card.id).offer
    return Desk(card.id, card.name, offer, tuple(simulate.latest(tx, card.id)), card.tested_at)


def _options_form(tx: Session, at: datetime) -> Form:
    known = tuple(each.id for each in editor.facilities_of(tx))
    return Form(request.form.to_dict(flat=False), Known(at, facilities=known))


def _referral(tx: Session, case_id: str) -> ReferralId:
    referral_id = service.of_case(tx, CaseId(case_id))
    if referral_id is None:
        raise Refused("not_found", "Choose the two facilities first.")
    return referral_id


def _professional(tx: Session, case_id: str) -> PersonId:
    """Who asks, if it is a professional of the case. A stranger cannot tell whether the case exists."""
    principal = identity.current_principal(None)
    if principal is None:
        raise Refused("not_signed_in", "Please sign in first.")
    person = identity.person_for(tx, principal, CaseId(case_id))
    if person is None:
        raise Refused("not_found", UNKNOWN)
    if person.role not in PROFESSIONALS:
        raise Refused("not_allowed", "Only the professionals of this case can see the arranged referral.")
    return PersonId(person.id)
