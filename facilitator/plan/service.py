"""What was prepared for a case: kept sealed here, and handed to the room as one plain case file."""

import hashlib
import math
from typing import TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto, ids
from facilitator.infra.ids import CaseId, PersonId
from facilitator.infra.refusal import Refused
from facilitator.language import Language
from facilitator.people import service as people
from facilitator.plan import tables
from facilitator.plan.prepared import CaseFile, Member, Part, Plan, Statement, read_aloud_s

T = TypeVar("T", bound=tables.Statement | tables.BottomLine)


class NewCase(msgspec.Struct, frozen=True):
    """`label` is for the professional's own list; `safety_contact` is whom to call when somebody is in danger."""

    label: str
    model: str = "johnson"
    invitation: str = "surprise"
    loved_one_label: str = "loved one"
    safety_contact: str | None = None


class CaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`shares_verdicts`: what was flagged and what became of it may be exported to tune the engine."""

    language: Language
    shares_verdicts: bool


def create_case(tx: Session, new: NewCase) -> CaseId:
    case_id = CaseId(ids.new_id())
    contact = new.safety_contact
    tx.add(
        tables.Case(
            id=case_id,
            label=crypto.seal(new.label, f"cases:{case_id}:label"),
            model=new.model,
            invitation=new.invitation,
            loved_one_label=new.loved_one_label,
            safety_contact=crypto.seal(contact, f"cases:{case_id}:safety_contact") if contact else None,
            created_at=clock.now(),
        )
    )
    tx.flush()
    return case_id


def save_statement(tx: Session, person_id: PersonId, parts: tuple[Part, ...]) -> str:
    """Keeps what the person has approved to read; the answer is its hash, which names exactly this wording."""
    body = _json(parts)
    body_hash = hashlib.sha256(body.encode()).hexdigest()
    tx.merge(
        tables.Statement(
            person_id=person_id,
            body=crypto.seal(body, f"statements:{person_id}:body"),
            body_hash=body_hash,
            approved_at=clock.now(),
        )
    )
    return body_hash


def save_bottom_line(tx: Session, person_id: PersonId, text: str) -> None:
    """What the person will no longer do if help is refused; apart from the statement."""
    tx.merge(tables.BottomLine(person_id=person_id, body=crypto.seal(text, f"bottom_lines:{person_id}:body")))


def save_plan(tx: Session, case_id: CaseId, plan: Plan) -> None:
    """What will be offered in the room."""
    body = crypto.seal(_json(plan), f"treatment_plans:{case_id}:body")
    tx.merge(tables.TreatmentPlan(case_id=case_id, body=body))


def casefile(tx: Session, case_id: CaseId) -> CaseFile:
    """Everything at once, for whoever decides what of it to show to whom. Raises Refused not_found."""
    case = tx.get(tables.Case, case_id)
    if case is None:
        raise Refused("not_found", "There is no such case.")
    members = {each.person: _member(each) for each in people.contacts_of_case(tx, case_id)}
    return CaseFile(
        case_id=case_id,
        loved_one_label=case.loved_one_label,
        safety_contact=_safety_contact(case),
        members=members,
        statements={PersonId(row.person_id): _statement(row) for row in _of(tx, tables.Statement, members)},
        bottom_lines={
            PersonId(row.person_id): crypto.unseal(row.body, f"bottom_lines:{row.person_id}:body")
            for row in _of(tx, tables.BottomLine, members)
        },
        plan=_plan(tx, case_id),
        language=Language(case.language),
    )


def language_of(tx: Session, person_id: PersonId) -> Language:
    """In which somebody speaks and writes: their own language, or that of their case."""
    own = people.contact(tx, person_id).language
    return Language(own) if own else settings_of(tx, people.case_of(tx, person_id)).language


def settings_of(tx: Session, case_id: CaseId) -> CaseSettings:
    case = tx.get_one(tables.Case, case_id)
    return CaseSettings(Language(case.language), case.shares_verdicts)


def change_settings(tx: Session, case_id: CaseId, to: CaseSettings) -> None:
    case = tx.get_one(tables.Case, case_id)
    case.language, case.shares_verdicts = to.language, to.shares_verdicts


def cases_that_share(tx: Session) -> set[CaseId]:
    """The cases whose verdicts may be used to tune the engine."""
    return {CaseId(case) for case in tx.scalars(select(tables.Case.id).where(tables.Case.shares_verdicts))}


def case_label(tx: Session, case_id: CaseId) -> str:
    """What the professional's own list calls the case."""
    return crypto.unseal(tx.get_one(tables.Case, case_id).label, f"cases:{case_id}:label")


def _member(contact: people.Contact) -> Member:
    spoken = Language(contact.language) if contact.language else None
    return Member(contact.person, contact.name, contact.relation, contact.role, contact.phone, spoken)


def _of(tx: Session, table: type[T], members: dict[PersonId, Member]) -> list[T]:
    return list(tx.scalars(select(table).where(table.person_id.in_(members))))


def _statement(row: tables.Statement) -> Statement:
    body = crypto.unseal(row.body, f"statements:{row.person_id}:body")
    parts = msgspec.json.decode(body, type=tuple[Part, ...])
    words = sum(len(part.text.split()) for part in parts)
    return Statement(parts, words, math.ceil(read_aloud_s(words)), row.body_hash)


def _plan(tx: Session, case_id: CaseId) -> Plan | None:
    row = tx.get(tables.TreatmentPlan, case_id)
    if row is None:
        return None
    return msgspec.json.decode(crypto.unseal(row.body, f"treatment_plans:{case_id}:body"), type=Plan)


def _safety_contact(case: tables.Case) -> str | None:
    sealed = case.safety_contact
    return crypto.unseal(sealed, f"cases:{case.id}:safety_contact") if sealed else None


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
