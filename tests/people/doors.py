"""Members of staff, a family with links and a room, and sockets that write down what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from facilitator.infra import broadcast, crypto, db
from facilitator.infra.broadcast import Connection
from facilitator.infra.ids import AccountId, CaseId, PersonId, RoomId, SignInId
from facilitator.people import service as people
from facilitator.people.roles import Role
from facilitator.people.tables import SignIn
from facilitator.room import service as room
from facilitator.room.phases import Kind
from facilitator.room.tables import Room
from tests.makers import a_case

EMAIL = "dana@practice.test"
PASSWORD = "correct horse battery staple"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HTML = {"Accept": "text/html,application/xhtml+xml"}


@dataclass
class Family:
    """One case: Dana leads it, Ana and Ben are of the family, Rosa is the loved one, Sam drives her."""

    case: CaseId
    people: dict[str, PersonId]
    tokens: dict[str, str]
    live: RoomId
    rehearsal: RoomId
    code: str


def a_member_of_staff(email: str = EMAIL, totp_secret: str | None = None, is_admin: bool = False) -> AccountId:
    hashed = people.hash_password(PASSWORD)
    with db.writing() as tx:
        return people.create_account(tx, people.NewAccount(email, "Dana Reyes", hashed, totp_secret, is_admin))


def a_family(leader: AccountId) -> Family:
    roles = {
        "Dana": Role.INTERVENTIONIST,
        "Ana": Role.TEAM_MEMBER,
        "Ben": Role.TEAM_MEMBER,
        "Rosa": Role.LOVED_ONE,
        "Sam": Role.DRIVER,
    }
    staff = {"Dana": leader}
    with db.writing() as tx:
        case = a_case(tx)
        added = {
            name: people.add_person(tx, people.NewPerson(case, role, name, "sister", account_id=staff.get(name)))
            for name, role in roles.items()
        }
        tokens = {name: people.invite(tx, person) for name, person in added.items() if name not in staff}
        seats = [(added[name], role) for name, role in roles.items() if role is not Role.DRIVER]
        rehearsal = room.create(tx, case, Kind.REHEARSAL, seats, [])
        live = room.create(tx, case, Kind.LIVE, seats, [])
        return Family(case, added, tokens, live, rehearsal, code_of(tx, live))


def code_of(tx: Any, room_id: RoomId) -> str:
    row = tx.get_one(Room, room_id)
    return crypto.unseal(row.code, f"rooms:{room_id}:code")


def sign_in(client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **more: str) -> TestResponse:
    given = {"email": email, "password": password, **more}
    return client.post("/api/sign-in", json=given, headers=SAME_ORIGIN)


def join(client: FlaskClient, **how: str) -> TestResponse:
    return client.post("/api/join", json=how, headers=SAME_ORIGIN)


def is_signed_in(client: FlaskClient) -> bool:
    answer = client.get("/")
    assert answer.status_code in (200, 302)
    return answer.status_code == 200


def may_see(client: FlaskClient, room_id: RoomId, seat: str | None = None) -> bool:
    answer = client.get(f"/rooms/{room_id}/view", headers={"X-Seat": seat} if seat else {})
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


def error_code(answer: TestResponse) -> str:
    code: str = answer.get_json()["error"]["code"]
    return code


def seat_of(person: PersonId) -> SignIn:
    """The one sign-in that is in force for this person."""
    with db.reading() as tx:
        rows = tx.query(SignIn).where(SignIn.person_id == person, SignIn.revoked_at.is_(None)).all()
    assert len(rows) == 1
    return rows[0]


class Sockets:
    """Stands in for the socket server: connections, and what each was told before it closed."""

    def __init__(self, app: Flask) -> None:
        self.told: list[tuple[str, str, Any]] = []
        self.closed: list[str] = []
        assert app.wsgi_app is not None
        broadcast.install(self._tell, self._close)

    def open(self, sid: str, room_id: RoomId, person: PersonId, sign_in: SignInId | None) -> None:
        broadcast.enter(Connection(sid, room_id, person, sign_in))

    def _tell(self, sids: Sequence[str], event: str, payload: Any) -> None:
        self.told.extend((sid, event, payload) for sid in sids)

    def _close(self, sid: str) -> None:
        self.closed.append(sid)
        broadcast.leave(sid)
