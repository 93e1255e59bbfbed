"""A room over HTTP: its page, its view, and commands where a socket is not to be had."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from facilitator.infra import bodies, db, wire
from facilitator.infra.ids import CaseId, PersonId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.people import identity, roles
from facilitator.people.roles import Role
from facilitator.room import live, owners, service
from facilitator.room.views import Audience, audience_of

blueprint = Blueprint("room", __name__)

SCREENS = {
    Audience.CONSOLE: "console",
    Audience.FAMILY: "phone",
    Audience.LOVED_ONE: "loved_one",
    Audience.OBSERVER: "observer",
}


@blueprint.after_app_request
def look_again(response: Response) -> Response:
    """Whatever a page changes, an option of treatment or a facility, may surround some room."""
    if request.method not in ("GET", "HEAD") and request.blueprint != blueprint.name:
        live.doubt_all()
    return response


@blueprint.get("/rooms/<room_id>")
def page(room_id: str) -> ResponseReturnValue:
    """The screen for whoever asks, with the first view in it: no round trip before something useful shows."""
    room = RoomId(room_id)
    if identity.current_principal(room) is None and "seat" not in request.args:
        return redirect(url_for("people.sign_in_page", next=request.path))
    person, role = _asker(room)
    view = service.view(room, person)
    boot = {
        "room": room,
        "seat": person,
        "socket_path": owners.socket_path(room),
        "screen": SCREENS[audience_of(role)],
        "csrf_cookie": "csrf",
        "kind": view["sections"]["me"]["kind"],  # type: ignore[index]
    }
    return render_template("room/live.html", view=view, boot=boot)


@blueprint.get("/rooms/<room_id>/view")
def view(room_id: str) -> ResponseReturnValue:
    room = RoomId(room_id)
    person, _ = _asker(room)
    return jsonify({**service.view(room, person), "socket_path": owners.socket_path(room)})


@blueprint.post("/rooms/<room_id>/commands")
def commands(room_id: str) -> ResponseReturnValue:
    room = RoomId(room_id)
    person, _ = _asker(room)
    asked = wire.parse(bodies.json_value(), service.KNOWN)
    return jsonify(ok=True, seq=service.handle(room, asked, person))


def _asker(room: RoomId) -> tuple[PersonId, Role]:
    """Raises Refused for somebody who has no place in this room."""
    principal = identity.current_principal(room)  # in a transaction of its own, so not within ours
    with db.reading() as tx:
        case: CaseId = service.case_of(tx, room)
        if principal is None:
            raise Refused("not_signed_in", "Open your join link again, or sign in.")
        person = identity.person_for(tx, principal, case)
        if person is None or person.role not in roles.IN_THE_ROOM:
            raise Refused("not_allowed", "You are not part of this meeting.")
        return PersonId(person.id), Role(person.role)
