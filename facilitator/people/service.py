"""What other features may ask about people: accounts, parts in a case, invitations, who is let in."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto, ids
from facilitator.infra.db import Base
from facilitator.infra.ids import AccountId, CaseId, PersonId, SignInId
from facilitator.infra.refusal import Refused
from facilitator.people.passwords import hash_password, new_totp_secret
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.people.sign_ins import Why, end, end_seats, revoked_since, seen, why_ended
from facilitator.people.tables import Account, Invitation, Person

__all__ = [
    "Contact",
    "NewAccount",
    "NewPerson",
    "Principal",
    "Why",
    "account_by_email",
    "add_person",
    "case_of",
    "contact",
    "contacts_of_case",
    "create_account",
    "end",
    "end_seats",
    "hash_password",
    "invitation_by_token",
    "invite",
    "is_professional",
    "leads_any",
    "links_ended_since",
    "name_of",
    "new_totp_secret",
    "person_by_token",
    "revoke_invitations",
    "revoked_since",
    "seen",
    "set_language",
    "why_ended",
]


class Principal(msgspec.Struct, frozen=True):
    """Who is asking, as the rest of the product sees them."""

    person_id: PersonId | None
    account_id: AccountId | None
    sign_in_id: SignInId | None
    is_admin: bool


class NewAccount(msgspec.Struct, frozen=True):
    """`password_hash` comes from `hash_password`, made before the transaction begins."""

    email: str
    name: str
    password_hash: str
    totp_secret: str | None = None
    is_admin: bool = False


class NewPerson(msgspec.Struct, frozen=True):
    """`account_id` for staff only: they sign in, everybody else has a join link."""

    case_id: CaseId
    role: Role
    name: str
    relation: str = ""
    account_id: AccountId | None = None
    phone: str | None = None
    email: str | None = None
    reading_order: int | None = None


class Part(msgspec.Struct, frozen=True):
    """Somebody's part in a case."""

    id: PersonId
    case_id: CaseId
    role: str
    name: bytes
    """Sealed; see `name_of`."""


class Contact(msgspec.Struct, frozen=True):
    """How one person is reached outside the room."""

    person: PersonId
    name: str
    role: Role
    relation: str
    phone: str | None
    email: str | None
    language: str | None = None


_people, _links = Base.metadata.tables["people"].c, Base.metadata.tables["invitations"].c
_BY_TOKEN = (
    select(_people.id, _people.case_id, _people.role, _people.name)
    .join_from(_links.person_id.table, _people.id.table)
    .where(_links.token_digest == bindparam("digest"), _links.revoked_at.is_(None))
)


def create_account(tx: Session, new: NewAccount) -> AccountId:
    """Raises Refused already_exists."""
    account_id = AccountId(ids.new_id())
    row = Account(
        id=account_id,
        email_lookup=_email_lookup(new.email),
        email=crypto.seal(new.email, f"accounts:{account_id}:email"),
        name=crypto.seal(new.name, f"accounts:{account_id}:name"),
        password_hash=new.password_hash,
        totp_secret=_sealed(new.totp_secret, f"accounts:{account_id}:totp_secret"),
        is_admin=new.is_admin,
        created_at=clock.now(),
    )
    try:
        with tx.begin_nested():
            tx.add(row)
    except IntegrityError as taken:
        raise Refused("already_exists", "There is an account with this e-mail address already.") from taken
    return account_id


def account_by_email(tx: Session, email: str) -> Account | None:
    """Disabled accounts included: whoever signs somebody in looks at `disabled_at`."""
    return tx.scalars(select(Account).where(Account.email_lookup == _email_lookup(email))).first()


def add_person(tx: Session, new: NewPerson) -> PersonId:
    """Give somebody a part in a case."""
    person_id = PersonId(ids.new_id())
    tx.add(
        Person(
            id=person_id,
            case_id=new.case_id,
            account_id=new.account_id,
            role=new.role,
            name=crypto.seal(new.name, f"people:{person_id}:name"),
            relation=new.relation,
            phone=_sealed(new.phone, f"people:{person_id}:phone"),
            email=_sealed(new.email, f"people:{person_id}:email"),
            reading_order=new.reading_order,
            created_at=clock.now(),
        )
    )
    tx.flush()
    return person_id


def contact(tx: Session, person_id: PersonId) -> Contact:
    """How to reach somebody. Raises Refused not_found."""
    row = tx.get(Person, person_id)
    if row is None:
        raise Refused("not_found", "There is no such person.")
    return _contact(row)


def set_language(tx: Session, person_id: PersonId, language: str | None) -> None:
    """In which language they are heard; None is that of the case."""
    tx.execute(update(Person).where(Person.id == person_id).values(language=language))


def case_of(tx: Session, person_id: PersonId) -> CaseId:
    """The case that somebody has a part in. Raises Refused not_found."""
    row = tx.get(Person, person_id)
    if row is None:
        raise Refused("not_found", "There is no such person.")
    return CaseId(row.case_id)


def contacts_of_case(tx: Session, case_id: CaseId) -> list[Contact]:
    """Everybody on a case, staff included, in the order in which they were added."""
    rows = tx.scalars(select(Person).where(Person.case_id == case_id).order_by(Person.created_at, Person.id))
    return [_contact(row) for row in rows]


def name_of(row: Person | Part | Account) -> str:
    """What they are called."""
    table = Account.__tablename__ if isinstance(row, Account) else Person.__tablename__
    return crypto.unseal(row.name, f"{table}:{row.id}:name")


def is_professional(tx: Session, account_id: AccountId, case_id: CaseId) -> bool:
    """Whether this member of staff leads the case, alone or with another."""
    own = select(Person.id).where(
        Person.account_id == account_id, Person.case_id == case_id, Person.role.in_(PROFESSIONALS)
    )
    return tx.scalars(own).first() is not None


def leads_any(tx: Session, account_id: AccountId) -> bool:
    """Whether this member of staff leads a case, whichever it is."""
    own = select(Person.id).where(Person.account_id == account_id, Person.role.in_(PROFESSIONALS))
    return tx.scalars(own.limit(1)).first() is not None


def invite(tx: Session, person_id: PersonId, replace_earlier: bool = True) -> str:
    """The secret of a fresh join link, told only this once; an earlier link stops working, or stays beside it."""
    if replace_earlier:
        revoke_invitations(tx, person_id)
    token = ids.new_secret()
    tx.add(
        Invitation(id=ids.new_id(), person_id=person_id, token_digest=ids.digest(token), created_at=clock.now())
    )
    return token


def revoke_invitations(tx: Session, person_id: PersonId) -> None:
    """Their links stop working. The devices already let in are `end_seats`' business."""
    tx.execute(
        update(Invitation)
        .where(Invitation.person_id == person_id, Invitation.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def links_ended_since(tx: Session, at: datetime, of: Collection[PersonId]) -> dict[str, PersonId]:
    """Which links of these people stopped working at or after `at`, and whose they were."""
    wanted = select(Invitation.id, Invitation.person_id)
    ended = wanted.where(Invitation.revoked_at >= at, Invitation.person_id.in_(of))
    return {link: PersonId(person) for link, person in tx.execute(ended)}


def invitation_by_token(tx: Session, token: str) -> Invitation | None:
    """Unless it was revoked. Looking spends nothing."""
    wanted = select(Invitation).where(
        Invitation.token_digest == ids.digest(token), Invitation.revoked_at.is_(None)
    )
    return tx.scalars(wanted).first()


def person_by_token(tx: Session | Connection, token: str) -> Part | None:
    """Whom a join link that was not revoked is for. Asked by every phone at every connection."""
    found = tx.execute(_BY_TOKEN, {"digest": ids.digest(token)}).first()
    return None if found is None else Part(*found)


def _email_lookup(email: str) -> str:
    return crypto.lookup(email.strip().casefold())


def _contact(row: Person) -> Contact:
    return Contact(
        person=PersonId(row.id),
        name=name_of(row),
        role=Role(row.role),
        relation=row.relation,
        phone=_opened(row.phone, f"people:{row.id}:phone"),
        email=_opened(row.email, f"people:{row.id}:email"),
        language=row.language,
    )


def _opened(blob: bytes | None, place: str) -> str | None:
    return None if blob is None else crypto.unseal(blob, place)


def _sealed(text: str | None, place: str) -> bytes | None:
    return None if text is None else crypto.seal(text, place)
