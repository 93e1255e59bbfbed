"""Who is asking: a member of staff by their sign-in, anybody else by the seats that this browser holds."""

from typing import Any

from flask import request, session
from flask_login import UserMixin, current_user
from sqlalchemy import String, bindparam, or_, select
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto, db, ids
from facilitator.infra.db import Base
from facilitator.infra.ids import CaseId, PersonId, RoomId, SignInId
from facilitator.people import sign_ins
from facilitator.people.service import Part, Principal
from facilitator.people.sign_ins import AtWork
from facilitator.people.tables import Person, SignIn
from facilitator.room import service as room

SEATS_KEPT = 24
"""So many seats fit the cookie of one browser; the oldest makes room."""

_SEATS = "seats"

_parts = Base.metadata.tables["people"].c
_case, _wanted = bindparam("case", type_=String), bindparam("wanted", type_=String)
_OWN = (
    select(_parts.id)
    .where(_parts.account_id == bindparam("account"))
    .where(or_(_case.is_(None), _parts.case_id == _case), or_(_wanted.is_(None), _parts.id == _wanted))
    .order_by(_parts.created_at)
    .limit(1)
)
"""The earliest of their own parts that fits."""
_PART = select(_parts.id, _parts.case_id, _parts.role, _parts.name).where(
    _parts.id == _wanted, _parts.case_id == _case
)
_FIRST_PART = (
    select(_parts.id, _parts.case_id, _parts.role, _parts.name)
    .where(_parts.account_id == bindparam("account"), _parts.case_id == _case)
    .order_by(_parts.created_at)
    .limit(1)
)


class Staff(UserMixin):  # type: ignore[misc]
    """A member of staff for Flask-Login. The cookie carries the secret of the sign-in, never an account's id."""

    def __init__(self, secret: str, known: AtWork) -> None:
        self.id = secret
        self.sign_in_id = known.sign_in_id
        self.account_id = known.account_id
        self.name = crypto.unseal(known.name, f"accounts:{known.account_id}:name")
        self.is_admin = known.is_admin

    def principal(self, person_id: PersonId | None = None) -> Principal:
        return Principal(person_id, self.account_id, self.sign_in_id, self.is_admin)


def load_staff(secret: str) -> Staff | None:
    """Flask-Login asks once a request. Being at work is written down once a minute at most."""
    with db.reading() as tx:
        found = sign_ins.staff(tx, secret)
    if found is None:
        return None
    member = Staff(secret, found)
    if _is_by_hand() and clock.now() - found.last_seen_at > sign_ins.SEEN_EVERY:
        with db.writing() as tx:
            sign_ins.seen(tx, [member.sign_in_id])
    return member


def staff() -> Staff | None:
    """The member of staff who is asking, if it is one."""
    member: Any = current_user
    return member._get_current_object() if member.is_authenticated else None


def current_principal(room_id: RoomId | None, seat: str | None = None) -> Principal | None:
    """Who asks, by HTTP or in a socket's handshake; `seat` is what the handshake named.

    A named seat that is not held answers None rather than becoming somebody else. Raises Refused not_found for a
    room that does not exist.
    """
    member = staff()
    wanted = seat or request.args.get("seat") or request.headers.get("X-Seat")
    with db.reading() as tx:
        case_id = None if room_id is None else room.case_of(tx, room_id)
        if wanted:
            return _seated(tx, case_id, wanted) or _as_staff(tx, member, case_id, wanted)
        in_case = _as_staff(tx, member, case_id)
        if in_case is not None and (case_id is None or in_case.person_id is not None):
            return in_case
        return _seated(tx, case_id) or in_case


def person_for(tx: Session, principal: Principal, case_id: CaseId) -> Part | None:
    """The part that whoever asks has in a case, if any. An admin without one has none."""
    if principal.person_id is not None:
        found = tx.connection().execute(_PART, {"wanted": principal.person_id, "case": case_id}).first()
    elif principal.account_id is not None:
        found = tx.connection().execute(_FIRST_PART, {"account": principal.account_id, "case": case_id}).first()
    else:
        return None
    return None if found is None else Part(*found)


def held_secret(person_id: PersonId) -> str | None:
    """What this browser holds for that seat."""
    return dict(_held()).get(person_id)


def hold_seat(person_id: PersonId, secret: str) -> None:
    """This browser holds the seat from now on, as its most recent one."""
    others = [pair for pair in _held() if pair[0] != person_id]
    session[_SEATS] = [*others, (person_id, secret)][-SEATS_KEPT:]
    session.permanent = True


def give_up_seats(person_id: PersonId | None) -> list[tuple[PersonId, str]]:
    """What this browser held: one seat, or with None every one of them."""
    given_up = [pair for pair in _held() if person_id in (None, pair[0])]
    session[_SEATS] = [pair for pair in _held() if pair not in given_up]
    return given_up


def _is_by_hand() -> bool:
    """A page that refreshes itself on an abandoned laptop is nobody at work."""
    return request.method not in ("GET", "HEAD") or request.headers.get("Sec-Fetch-Mode") in (None, "navigate")


def _held() -> list[tuple[PersonId, str]]:
    """Oldest first. The cookie is signed, so what it says is what we wrote."""
    return [(PersonId(person), secret) for person, secret in session.get(_SEATS, [])]


def _seated(tx: Session, case_id: CaseId | None, wanted: str | None = None) -> Principal | None:
    """The wanted seat, or the most recent one, among the live ones that this browser holds in the case."""
    held = {ids.digest(secret): person for person, secret in _held() if wanted in (None, person)}
    if not held:
        return None
    found = tx.scalars(
        select(SignIn)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.secret_digest.in_(held), SignIn.revoked_at.is_(None), SignIn.expires_at > clock.now())
        .where(Person.case_id == case_id if case_id is not None else Person.id.is_not(None))
    )
    live = {row.secret_digest: row for row in found}
    for digest in reversed(held):
        if digest in live:
            return Principal(held[digest], None, SignInId(live[digest].id), is_admin=False)
    return None


def _as_staff(
    tx: Session, member: Staff | None, case_id: CaseId | None, wanted: str | None = None
) -> Principal | None:
    """`wanted` names one of their own parts; without a case they are nobody in particular."""
    if member is None:
        return None
    if case_id is None and wanted is None:
        return member.principal()
    asked = {"account": member.account_id, "case": case_id, "wanted": wanted}
    person_id = tx.connection().execute(_OWN, asked).scalar()
    if person_id is None:
        return None if wanted is not None else member.principal()
    return member.principal(PersonId(person_id))
