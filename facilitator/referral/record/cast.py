"""Who of a case a consent and a record speak of."""

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra.ids import CaseId, PersonId
from facilitator.infra.refusal import Refused
from facilitator.people import service as people
from facilitator.people.roles import Role
from facilitator.referral import patients
from facilitator.referral.record.contents import Someone
from facilitator.referral.record.patient import Patient


class Cast(msgspec.Struct, frozen=True):
    """The loved one with what is known of them, and the professional who leads the case."""

    patient: Someone
    details: Patient
    lead: Someone

    @property
    def name(self) -> str:
        """The loved one's, as a paper has it."""
        return self.details.legal_name or self.patient.name


def cast(tx: Session, case_id: CaseId) -> Cast:
    """Raises Refused not_found for a case without one of them."""
    patient = _first(tx, case_id, Role.LOVED_ONE)
    details = patients.of_person(tx, PersonId(patient.id))
    return Cast(patient, details, _first(tx, case_id, Role.INTERVENTIONIST))


def someone(tx: Session, person: PersonId) -> Someone:
    contact = people.contact(tx, person)
    return Someone(contact.person, contact.name, contact.phone or "")


def _first(tx: Session, case_id: CaseId, role: Role) -> Someone:
    for each in people.contacts_of_case(tx, case_id):
        if each.role is role:
            return Someone(each.person, each.name, each.phone or "")
    raise Refused("not_found", f"Nobody on this case is the {role.replace('_', ' ')}. Add them to the case first.")
