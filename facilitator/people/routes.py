"""The doors: staff sign in, family and friends join; the professional sees the cases and hands out links."""

import msgspec
import segno
from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from facilitator.infra import broadcast, clock, db
from facilitator.infra.bodies import form_body, json_body
from facilitator.infra.ids import CaseId, PersonId, SignInId
from facilitator.infra.limits import neighbourhood
from facilitator.infra.refusal import Refused
from facilitator.language import Language
from facilitator.people import identity, joining, service, sign_in
from facilitator.people.asked import Credentials, Link, WayIn, own_path
from facilitator.people.board import dashboard
from facilitator.people.service import Why
from facilitator.people.tables import Person
from facilitator.room import service as room

blueprint = Blueprint("people", __name__)

SIGN_IN = "/sign-in"
QR_MODULE_PX = 6


class JoinLink(msgspec.Struct, frozen=True):
    """Shown once: only the digest of its secret is kept."""

    join_url: str
    qr_svg: str


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: Language | None


@blueprint.get("/")
def home() -> AnyResponse | str:
    member = identity.staff()
    if member is None:
        return redirect(SIGN_IN)
    seen = dashboard(member.account_id)
    return render_template(
        "people/dashboard.html", cases=seen.cases, alerts=seen.alerts, version=seen.version, now=clock.now()
    )


@blueprint.get(SIGN_IN)
def sign_in_page() -> AnyResponse | str:
    then = own_path(request.args.get("next"))
    if identity.staff() is not None:
        return redirect(then or "/")
    return render_template("people/sign_in.html", error=None, next=then)


@blueprint.post(SIGN_IN)
def sign_in_by_form() -> AnyResponse | tuple[str, int, dict[str, str]]:
    """Works without script: what is refused is said on the form itself."""
    try:
        given = form_body(Credentials)
        sign_in.sign_in(given)
    except Refused as refusal:
        then, email = own_path(request.form.get("next")), request.form.get("email", "")
        page = render_template("people/sign_in.html", error=refusal.message, next=then, email=email)
        wait = {"Retry-After": str(refusal.retry_after_s)} if refusal.retry_after_s else {}
        return page, refusal.status, wait
    return redirect(own_path(given.next) or "/", code=303)


@blueprint.post("/api/sign-in")
def api_sign_in() -> Response:
    sign_in.sign_in(json_body(Credentials))
    return _ok()


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    seat = request.args.get("seat") or request.headers.get("X-Seat")
    sign_in.sign_out(PersonId(seat) if seat else None)
    return _ok() if request.is_json else redirect(SIGN_IN, code=303)


@blueprint.get("/join")
def join_page() -> str:
    """The secret is in the fragment, which browsers keep to themselves: this page never learns it."""
    return render_template("people/join.html")


@blueprint.get("/j")
def join_code_page() -> str:
    return render_template("people/join_code.html")


@blueprint.post("/api/join/look")
def api_look() -> Response:
    return _json(joining.look(json_body(Link).token))


@blueprint.post("/api/join")
def api_join() -> Response:
    way = json_body(WayIn)
    if way.token is not None:
        return _json(joining.by_link(way.token))
    if way.code is None or way.name is None:
        raise Refused("malformed", "Send a token, or a code and a name.")
    sign_in.limits().codes.take(neighbourhood(request.remote_addr))
    return _json(joining.by_code(way.code, way.name))


@blueprint.get("/api/csrf")
def api_csrf() -> Response:
    g.wants_csrf = True
    return Response(status=204)


@blueprint.post("/people/<person_id>/invitation")
def renew_invitation(person_id: str) -> Response:
    """A new link. The old one stops working, and so does every device that came in by it."""
    with db.writing() as tx:
        person = _invitable(tx, person_id)
        ended = service.end_seats(tx, person, Why.REVOKED)
        token = service.invite(tx, person)
    _cut_off(person, ended)
    url = f"{current_app.config['PUBLIC_URL']}/join#{token}"
    code = segno.make(url, error="m", micro=False)
    return _json(JoinLink(url, code.svg_inline(scale=QR_MODULE_PX, omitsize=True)))


@blueprint.delete("/people/<person_id>/invitation")
def revoke_invitation(person_id: str) -> Response:
    with db.writing() as tx:
        person = _invitable(tx, person_id)
        service.revoke_invitations(tx, person)
        ended = service.end_seats(tx, person, Why.REVOKED)
    _cut_off(person, ended)
    return _ok()


@blueprint.post("/people/<person_id>/language")
def choose_language(person_id: str) -> Response:
    """In which language somebody is heard and coached; null is that of the case."""
    chosen = json_body(Spoken).language
    with db.writing() as tx:
        person = _invitable(tx, person_id)
        service.set_language(tx, person, chosen)
        case = CaseId(tx.get_one(Person, person).case_id)
    room.file_changed(case)
    return _ok()


def _invitable(tx: Session, person_id: str) -> PersonId:
    """Somebody of a case that whoever asks leads, and who comes by a link. Raises Refused.

    A stranger's case looks like no case: ids of people cannot be told apart by trying them.
    """
    member = identity.staff()
    if member is None:
        raise Refused("not_signed_in", "Please sign in first.")
    person = tx.get(Person, person_id)
    if person is None or not service.is_professional(tx, member.account_id, CaseId(person.case_id)):
        raise Refused("not_found", "There is nobody here by that name. Reload the page.")
    if person.account_id is not None:
        raise Refused("not_allowed", "Members of staff sign in with their account and need no link.")
    return PersonId(person.id)


def _cut_off(person_id: PersonId, ended: tuple[SignInId, ...]) -> None:
    """Also whoever connected by the bare link, without a sign-in."""
    sign_in.close_sockets(ended, Why.REVOKED)
    broadcast.disconnect(person=person_id, code=Why.REVOKED)


def _json(answer: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(answer), mimetype="application/json")


def _ok() -> Response:
    return Response(b'{"ok":true}', mimetype="application/json")
