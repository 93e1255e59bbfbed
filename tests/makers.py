"""Builds what a test needs and nothing it does not say: `a_person(tx, a_case(tx), role=Role.OBSERVER)`."""

from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto, ids
from facilitator.infra.ids import CaseId, PersonId
from facilitator.people.roles import Role
from facilitator.people.tables import Person
from facilitator.plan.tables import Case


def a_case(tx: Session, label: str = "The Okafor family") -> CaseId:
    """A case with nobody on it."""
    case_id = ids.new_id()
    tx.add(
        Case(
            id=case_id,
            label=crypto.seal(label, f"cases:{case_id}:label"),
            model="johnson",
            invitation="surprise",
            created_at=clock.now(),
        )
    )
    tx.flush()
    return CaseId(case_id)


def a_person(
    tx: Session, case_id: CaseId, name: str = "Ana", role: Role = Role.TEAM_MEMBER, relation: str = "sister"
) -> PersonId:
    """Somebody without an account, not yet invited."""
    person_id = ids.new_id()
    tx.add(
        Person(
            id=person_id,
            case_id=case_id,
            role=role,
            name=crypto.seal(name, f"people:{person_id}:name"),
            relation=relation,
            created_at=clock.now(),
        )
    )
    tx.flush()
    return PersonId(person_id)
