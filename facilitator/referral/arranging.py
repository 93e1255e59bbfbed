"""Changes to the arranged referral of a case: its two facilities, and each section as somebody typed it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from facilitator.infra.ids import CaseId, PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import service as people
from facilitator.people.roles import PROFESSIONALS
from facilitator.referral import facilities, service
from facilitator.referral.arranged_forms import Section, changed
from facilitator.referral.arrangement import Arrangement, anew
from facilitator.referral.editor import CLOSED, EDITABLE, people_of
from facilitator.referral.opened import OpenReferral
from facilitator.referral.typed import Form, Known

UNDER_WAY = "The hand-off is under way, so the plan stays as it was sent. Use the hand-off board."
LEAVE_WITHIN_MINUTES = 15


def save(
    tx: Session, case_id: CaseId, section: Section, fields: Mapping[str, Sequence[str]], at: datetime
) -> ReferralId:
    """One section as it was typed; armed or disarmed accordingly. Raises Refused."""
    referral_id = service.of_case(tx, case_id)
    if referral_id is None:
        raise Refused("not_found", "Choose the two facilities first.")
    opened = OpenReferral(tx, referral_id, at)
    _refuse_if_under_way(opened)
    team = frozenset(PersonId(each.id) for each in people_of(tx, case_id))
    known = Known(at, team, (opened.primary.id, opened.fallback.id))
    service.rearrange(tx, referral_id, changed(section, opened.arrangement, Form(fields, known)), at)
    return referral_id


def choose(tx: Session, case_id: CaseId, primary: str, fallback: str, at: datetime) -> ReferralId:
    """The two facilities: the referral begins with them, and is reviewed when they change. Raises Refused."""
    for facility_id in (primary, fallback):
        facilities.row(tx, facility_id)
    referral_id = service.of_case(tx, case_id)
    if referral_id is None:
        return service.plan(tx, case_id, primary, fallback, _beginning(tx, case_id), at)
    _refuse_if_under_way(OpenReferral(tx, referral_id, at))
    service.replan(tx, referral_id, primary, fallback, at)
    return referral_id


def begin_anew(tx: Session, case_id: CaseId, at: datetime) -> ReferralId:
    """After one that is closed: the same places and people, of whom each has to say yes again. Raises Refused."""
    before = service.of_case(tx, case_id)
    if before is None:
        raise Refused("not_found", "Choose the two facilities first.")
    opened = OpenReferral(tx, before, at)
    if opened.summary().state not in CLOSED:
        raise Refused("conflict", "The last hand-off is not closed yet. Use the hand-off board.")
    plan = anew(opened.arrangement)
    return service.plan(tx, case_id, opened.primary.id, opened.fallback.id, plan, at)


def _beginning(tx: Session, case_id: CaseId) -> Arrangement:
    """Nothing is settled yet but whom to call back."""
    leads = [each for each in people.contacts_of_case(tx, case_id) if each.role in PROFESSIONALS]
    phone = next((each.phone for each in leads if each.phone), None)
    return Arrangement(call_back_phone=phone or "", leave_within_minutes=LEAVE_WITHIN_MINUTES)


def _refuse_if_under_way(opened: OpenReferral) -> None:
    if opened.summary().state not in EDITABLE:
        raise Refused("conflict", UNDER_WAY)
