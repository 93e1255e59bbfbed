"""Pages and calls about a referral: the hand-off page, and the record for the staff of the case."""

from typing import Annotated

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from msgspec import Meta
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from facilitator.infra import bodies, clock, db, ids, outbox
from facilitator.infra.entries import Entry
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import identity
from facilitator.people import service as people
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.referral import disclosures, news, service
from facilitator.referral.disclosures import Disclosure
from facilitator.referral.events import Event
from facilitator.referral.handoff import HANDS, handoff_for
from facilitator.referral.summary import ReferralSummary

blueprint = Blueprint("referral", __name__)

LONGEST_AGO_S = 24 * 60 * 60

CommandId = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\Z")]
MoveName = Annotated[str, Meta(max_length=40)]
Reason = Annotated[str, Meta(max_length=500)]


class AskedMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id` makes a repeat known; see service.move for the names.

    `ago_s` is how long it waited on a phone without a network.
    """

    id: CommandId
    move: MoveName
    reason: Reason | None = None
    ago_s: Annotated[float, Meta(ge=0, le=LONGEST_AGO_S)] = 0


class Pressed(msgspec.Struct, frozen=True):
    """A move by a form, without script."""

    id: CommandId
    move: MoveName
    reason: Reason | None = None


class Line(msgspec.Struct, frozen=True):
    """One thing that happened: `event` is its name, `at` ISO 8601 UTC, `by` an id or "system".

    `key` names the message that it is about, `which` the facility; `words` are what was said with it.
    """

    seq: int
    at: str
    by: str
    event: str
    key: str | None = None
    which: str | None = None
    to: str | None = None
    reason: str | None = None
    words: str | None = None


class Record(msgspec.Struct, frozen=True):
    """What `GET /api/referrals/<id>` answers."""

    referral: ReferralSummary
    state: str
    gaps: tuple[str, ...]
    timeline: tuple[Line, ...]
    accounting: tuple[Disclosure, ...]
    """Which facility got what of the loved one's data, when, and under which consent."""


@blueprint.get("/handoff/<referral_id>")
def handoff_page(referral_id: str) -> AnyResponse | str:
    own = ReferralId(referral_id)
    if identity.current_principal(None) is None:
        return redirect(f"/sign-in?next=/handoff/{referral_id}")
    with db.reading() as tx:
        return render_template("referral/handoff.html", **_shown(tx, own, _one_of_the_hands(tx, own)))


@blueprint.get("/handoff/<referral_id>/news")
def handoff_news(referral_id: str) -> AnyResponse:
    """What the page shows, if it shows something else by now than `version`."""
    own = ReferralId(referral_id)
    with db.reading() as tx:
        role = _one_of_the_hands(tx, own)
        if request.args.get("version") == news.version(tx, own):
            return Response(status=204)
        under_way = news.is_under_way(tx, own)
        page = render_template("referral/handoff_parts.html", **_shown(tx, own, role))
    if under_way:
        _keep_awake()
    return Response(page)


@blueprint.post("/api/referrals/<referral_id>/moves")
def move(referral_id: str) -> AnyResponse:
    """How far it is, from those who travel; a second facility, or another try, from a professional.

    As JSON, or by a form of the hand-off page.
    """
    own, asked = ReferralId(referral_id), _asked_move()
    with db.writing() as tx:
        person, role = _whoever_asks(tx, own)
        if role not in HANDS:
            raise Refused("not_allowed", "This is not yours to say. Please tell the professional of the case.")
        own_id = asked.id.replace("-", "").lower()
        moved = service.move(tx, own, asked.move, person, asked.reason, own_id, asked.ago_s)
    outbox.poke()
    if not request.is_json:
        return redirect(f"/handoff/{own}{page_query()}", code=303)
    return Response(msgspec.json.encode({"ok": True, "state": moved.state}), mimetype="application/json")


@blueprint.get("/api/referrals/<referral_id>")
def referral_record(referral_id: str) -> Response:
    own = ReferralId(referral_id)
    with db.reading() as tx:
        if _role_of_whoever_asks(tx, own) not in PROFESSIONALS:
            raise Refused("not_allowed", "Only the professionals of this case can see its record.")
        record = _record(tx, own)
    return Response(msgspec.json.encode(record), mimetype="application/json")


def _keep_awake() -> None:
    """Whoever watches a journey is at work, as whoever sits in a room is, however long nothing is clicked."""
    principal = identity.current_principal(None)
    if principal is not None and principal.sign_in_id is not None:
        with db.writing() as tx:
            people.seen(tx, [principal.sign_in_id])


def page_query() -> str:
    """What the page's address carries on: the seat, where a browser holds several, and the room to go back to."""
    given = {name: request.args.get(name, "") for name in ("seat", "room")}
    kept = "&".join(f"{name}={value}" for name, value in given.items() if value.isalnum())
    return f"?{kept}" if kept else ""


def _shown(tx: Session, referral_id: ReferralId, role: Role) -> dict[str, object]:
    """For the templates of the page. The version is read first: what changes meanwhile is then shown once more."""
    room = request.args.get("room", "")
    return {
        "version": news.version(tx, referral_id),
        "referral": handoff_for(tx, referral_id, role),
        "query": page_query(),
        "room": room if room.isalnum() else "",
        "new_id": ids.new_id,
    }


def _one_of_the_hands(tx: Session, referral_id: ReferralId) -> Role:
    role = _role_of_whoever_asks(tx, referral_id)
    if role not in HANDS:
        raise Refused("not_allowed", "This page is for those who bring your loved one to the facility.")
    return role


def _record(tx: Session, referral_id: ReferralId) -> Record:
    summary = service.summary(tx, referral_id)
    words = service.words(tx, referral_id)
    lines = tuple(
        _line(entry, event, words.get(entry.seq))
        for entry in service.timeline(tx, referral_id)
        for event in entry.events
    )
    return Record(summary, summary.state, summary.gaps, lines, disclosures.of_referral(tx, referral_id))


def _line(entry: Entry[Event], event: Event, words: str | None) -> Line:
    about = {name: getattr(event, name, None) for name in ("key", "which", "to", "reason")}
    return Line(entry.seq, clock.iso(entry.at), entry.actor, type(event).__name__, words=words, **about)


def _asked_move() -> AskedMove:
    if not request.is_json and request.form:
        pressed = bodies.form_body(Pressed)
        return AskedMove(pressed.id, pressed.move, pressed.reason)
    try:
        return msgspec.convert(bodies.json_value(), AskedMove)
    except (msgspec.ValidationError, RecursionError) as wrong:
        hint = "Send an id (a UUID), a move, and a reason if there is one."
        raise Refused("malformed", f"{wrong}. {hint}") from wrong


def _role_of_whoever_asks(tx: Session, referral_id: ReferralId) -> Role:
    return _whoever_asks(tx, referral_id)[1]


def _whoever_asks(tx: Session, referral_id: ReferralId) -> tuple[PersonId, Role]:
    """Who they are on its case. A stranger is told the same of one that exists and one that does not."""
    principal = identity.current_principal(None)
    if principal is None:
        raise Refused("not_signed_in", "Please sign in, or open your personal link again.")
    person = identity.person_for(tx, principal, service.case_of(tx, referral_id))
    if person is None:
        raise Refused("not_found", service.UNKNOWN)
    return PersonId(person.id), Role(person.role)
