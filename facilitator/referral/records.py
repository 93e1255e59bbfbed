"""The identified record of a referral: composed for one facility, under one consent."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import clock
from facilitator.infra.ids import CaseId, PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import service as people
from facilitator.people.roles import Role
from facilitator.referral import arrangements, consents, facilities, options, patients
from facilitator.referral.arrangement import Arrangement
from facilitator.referral.consents import Kept
from facilitator.referral.record import fhir
from facilitator.referral.record.bundle import bundle
from facilitator.referral.record.contents import Contents, Desk, Someone
from facilitator.referral.tables import Referral


class Record(msgspec.Struct, frozen=True):
    """The body of a message of kind "record"."""

    consent: str
    bundle: fhir.Bundle


def compose(
    tx: Session, referral_id: ReferralId, consent_id: str, facility_id: str, key: str, at: datetime
) -> str:
    """JSON of `Record`, for the message `key`. Raises Refused not_allowed where the consent does not cover it."""
    held = consents.kept(tx, consent_id)
    if held.referral != referral_id or not held.covers(facility_id, at):
        raise Refused("not_allowed", "The consent does not cover this treatment center, or it has ended.")
    contents = _contents(tx, held, facility_id, key, at)
    return msgspec.json.encode(Record(consent_id, bundle(contents))).decode()


def may_send(tx: Session, consent_id: str, facility_id: str) -> bool:
    """Whether the consent is in force this moment and names the facility: to be asked right before sending."""
    return consents.kept(tx, consent_id).covers(facility_id, clock.now())


def _contents(tx: Session, held: Kept, facility_id: str, key: str, at: datetime) -> Contents:
    referral = tx.get_one(Referral, held.referral)
    arranged = arrangements.unsealed(tx, held.referral)
    card = facilities.card(tx, facility_id)
    loved_one = _first(tx, CaseId(referral.case_id), Role.LOVED_ONE)
    lead = _first(tx, CaseId(referral.case_id), Role.INTERVENTIONIST)
    hold = arranged.hold if facility_id == referral.primary_id else None
    return Contents(
        key=key,
        at=at,
        answer_by=at + timedelta(seconds=card.clocks.answer_s),
        patient=loved_one,
        details=patients.of_person(tx, PersonId(loved_one.id)),
        lead=Someone(lead.id, lead.name, arranged.call_back_phone),
        practice=f"Practice of {lead.name}",
        desk=Desk(card.id, card.organization, card.service, card.phone),
        consent_id=held.id,
        consent=held.consent,
        steps=_steps(tx, CaseId(referral.case_id), referral.primary_id),
        hold_number=hold.number if hold else "",
        payer=arranged.payer,
        arrives_at=at + timedelta(minutes=arranged.eta_minutes),
        escort=_escort(tx, arranged),
    )


def _steps(tx: Session, case_id: CaseId, primary_id: str) -> tuple[str, ...]:
    """The kinds of care that a facility is asked for; the second one is asked for the same as the first."""
    return tuple(
        options.KIND_LABELS[each.kind] for each in options.of_case(tx, case_id) if each.facility_id == primary_id
    )


def _first(tx: Session, case_id: CaseId, role: Role) -> Someone:
    for each in people.contacts_of_case(tx, case_id):
        if each.role is role:
            return Someone(each.person, each.name, each.phone or "")
    raise Refused("not_found", f"Nobody on this case is the {role.replace('_', ' ')}.")


def _escort(tx: Session, arranged: Arrangement) -> Someone | None:
    if arranged.escort is None:
        return None
    who = people.contact(tx, arranged.escort.person)
    return Someone(who.person, who.name, who.phone or "")
