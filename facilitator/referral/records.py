"""The identified record of a referral: composed for one facility, under one consent."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra import clock
from facilitator.infra.ids import CaseId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.referral import arrangements, consents, facilities, options
from facilitator.referral.consents import Kept
from facilitator.referral.record import fhir
from facilitator.referral.record.bundle import bundle
from facilitator.referral.record.cast import cast, someone
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


def facilities_of(tx: Session, referral_id: ReferralId) -> tuple[str, str]:
    """The first and the second. Raises Refused not_found."""
    row = tx.get(Referral, referral_id)
    if row is None:
        raise Refused("not_found", "There is no such hand-off.")
    return row.primary_id, row.fallback_id


def _contents(tx: Session, held: Kept, facility_id: str, key: str, at: datetime) -> Contents:
    referral = tx.get_one(Referral, held.referral)
    case_id = CaseId(referral.case_id)
    arranged = arrangements.unsealed(tx, held.referral)
    card = facilities.card(tx, facility_id)
    people = cast(tx, case_id)
    hold = arranged.hold if facility_id == referral.primary_id else None
    escort = arranged.escort
    return Contents(
        key=key,
        at=at,
        answer_by=at + timedelta(seconds=card.clocks.answer_s),
        patient=people.patient,
        details=people.details,
        lead=Someone(people.lead.id, people.lead.name, arranged.call_back_phone),
        practice=f"Practice of {people.lead.name}",
        desk=Desk(card.id, card.organization, card.service, card.phone),
        consent_id=held.id,
        consent=held.consent,
        steps=_steps(tx, case_id, referral.primary_id),
        hold_number=hold.number if hold else "",
        payer=arranged.payer,
        arrives_at=at + timedelta(minutes=arranged.eta_minutes),
        escort=someone(tx, escort.person) if escort else None,
    )


def _steps(tx: Session, case_id: CaseId, primary_id: str) -> tuple[str, ...]:
    """The kinds of care that a facility is asked for; the second one is asked for the same as the first."""
    return tuple(
        options.KIND_LABELS[each.kind] for each in options.of_case(tx, case_id) if each.facility_id == primary_id
    )
