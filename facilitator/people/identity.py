"""Who is asking: a member of staff by their sign-in, anybody else by the seats that this browser holds."""

from typing import Any

from flask import request, session
from flask_login import UserMixin, current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, db, ids
from facilitator.infra.ids import AccountId, CaseId, PersonId, RoomId, SignInId
from facilitator.people import sign_ins
from facilitator.people.service import Principal, name_of
from facilitator.people.tables import Account, Person, SignIn
from facilitator.room import service as room

SEATS_KEPT = 24
"""So many seats fit the cookie of one browser; the oldest makes room."""

_SEATS = "seats"


class Staff(UserMixin):  # type: ignore[misc]
    """A member of staff for Flask-Login. The cookie carries the secret of the sign-in, never an account's id."""

    def __init__(self, secret: str, sign_in_id: SignInId, account: Account) -> None:
        self.id = secret
        self.sign_in_id = sign_in_id
        self.account_id = AccountId(account.id)
        self.name = name_of(account)
        self.is_admin = account.is_admin

    def principal(self, person_id: PersonId | None = None) -> Principal:
        return Principal(person_id, self.account_id, self.sign_in_id, self.is_admin)


def load_staff(secret: str) -> Staff | None:
    """Flask-Login asks once a request. Being at work is written down once a minute at most."""
    with db.reading() as tx:
        found = sign_ins.staff(tx, secret)
    if found is None:
        return None
    row, account = found
    member = Staff(secret, SignInId(row.id), account)
    if _is_by_hand() and clock.now() - row.last_seen_at > sign_ins.SEEN_EVERY:
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


def person_for(tx: Session, principal: Principal, case_id: CaseId) -> Person | None:
    """The part that whoever asks has in a case, if any. An admin without one has none."""
    if principal.person_id is not None:
        person = tx.get(Person, principal.person_id)
        return person if person is not None and person.case_id == case_id else None
    if principal.account_id is None:
        return None
    own = select(Person).where(Person.account_id == principal.account_id, Person.case_id == case_id)
    return tx.scalars(own.order_by(Person.created_at)).first()


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
    own = select(Person.id).where(Person.account_id == member.account_id).order_by(Person.created_at)
    if case_id is not None:
        own = own.where(Person.case_id == case_id)
    if wanted is not None:
        own = own.where(Person.id == wanted)
    person_id = tx.scalars(own).first()
    if person_id is None:
        return None if wanted is not None else member.principal()
    return member.principal(PersonId(person_id))
