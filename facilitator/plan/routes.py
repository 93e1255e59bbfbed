"""My statement: the page on which somebody of the team writes, the coach that reads along, and what is kept."""

from typing import Annotated

import msgspec
from flask import Blueprint, Response, render_template, request

from facilitator.infra import db, offload
from facilitator.infra.bodies import json_body
from facilitator.infra.ids import CaseId, PersonId
from facilitator.infra.limits import TryLimit
from facilitator.infra.refusal import Refused
from facilitator.infra.times import iso
from facilitator.people import identity
from facilitator.people import service as people
from facilitator.people.roles import Role
from facilitator.plan import coach, drafts, service
from facilitator.plan.prepared import Part, PartName
from facilitator.room import service as room

blueprint = Blueprint("plan", __name__)

LONGEST_PART = 10_000
READS_A_MINUTE = 120

_pace = TryLimit("coach", READS_A_MINUTE, 60)


class Passage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_PART)]


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: PartName
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_PART)]


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`based_on` is the version that the writer saw."""

    parts: Annotated[tuple[Written, ...], msgspec.Meta(max_length=20)]
    based_on: Annotated[int, msgspec.Meta(ge=0)]


class Kept(msgspec.Struct, frozen=True):
    version: int
    parts: tuple[Part, ...]
    saved_at: str | None


class Conflict(msgspec.Struct, frozen=True):
    """Both are shown to the writer, who decides; nothing was replaced."""

    error: dict[str, str]
    theirs: Kept
    ok: bool = False


@blueprint.get("/statement")
def statement_page() -> str:
    person, name = _writer()
    with db.reading() as tx:
        draft = _kept(drafts.load(tx, person))
    return render_template("plan/statement.html", draft=msgspec.to_builtins(draft), person=person, name=name)


@blueprint.post("/api/coach")
def read_along() -> Response:
    """Long texts take some milliseconds a sentence, so they are read beside the event loop."""
    person, _ = _writer()
    _pace.take(person)
    with db.reading() as tx:
        spoken = service.language_of(tx, person)
    return _json(offload.compute(coach.advise, json_body(Passage).text, spoken))


@blueprint.post("/cases/<case_id>/settings")
def change_case_settings(case_id: str) -> Response:
    """The language of a case and what its verdicts may be used for; for the professionals who lead it."""
    member, case = identity.staff(), CaseId(case_id)
    if member is None:
        raise Refused("not_signed_in", "Please sign in first.")
    to = json_body(service.CaseSettings)
    with db.writing() as tx:
        if not people.is_professional(tx, member.account_id, case):
            raise Refused("not_found", "There is no such case here. Reload the page.")
        service.change_settings(tx, case, to)
    room.file_changed(case)
    return Response(b'{"ok":true}', mimetype="application/json")


@blueprint.put("/api/statement")
def save_draft() -> Response:
    person, _ = _writer()
    sheet = json_body(Sheet)
    parts = tuple(Part(part.name, part.text) for part in sheet.parts)
    if any("\0" in part.text for part in parts):
        raise Refused("malformed", "Text must not contain the NUL character.")
    try:
        with db.writing() as tx:
            return _json(_kept(drafts.save(tx, person, parts, sheet.based_on)))
    except drafts.Overtaken as overtaken:
        error = {
            "code": "edited_elsewhere",
            "message": "This was also changed on another screen. Choose what to keep.",
        }
        return _json(Conflict(error, _kept(overtaken.theirs)), status=409)


def _writer() -> tuple[PersonId, str]:
    """Somebody of the team, by their seat. Raises Refused: nobody else has a statement to write."""
    principal = identity.current_principal(None, seat=request.args.get("seat"))
    if principal is None or principal.person_id is None:
        raise Refused("not_signed_in", "Open your own join link first.")
    with db.reading() as tx:
        person = people.contact(tx, principal.person_id)
    if person.role != Role.TEAM_MEMBER:
        raise Refused("not_allowed", "Only family and friends write a statement.")
    return principal.person_id, person.name


def _kept(draft: drafts.Draft) -> Kept:
    return Kept(draft.version, draft.parts, iso(draft.saved_at) if draft.saved_at else None)


def _json(answer: msgspec.Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status=status, mimetype="application/json")
