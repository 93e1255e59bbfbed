"""The treatment that is planned for a case, step by step: chosen with a reason, approved by a named clinician.

The order is the order in which the steps follow one another. Nothing here ranks or suggests.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from facilitator.infra import crypto, ids
from facilitator.infra.ids import CaseId, PersonId
from facilitator.infra.refusal import Refused
from facilitator.referral.gates import Treatment
from facilitator.referral.tables import TreatmentOption


class Kind(StrEnum):
    DETOX = "detox"
    RESIDENTIAL = "residential"
    OUTPATIENT = "outpatient"
    MOUD = "moud"
    COUNSELLING = "counselling"
    SUPPORT_GROUP = "support_group"


KIND_LABELS = {
    Kind.DETOX: "Withdrawal care (detox)",
    Kind.RESIDENTIAL: "Residential treatment",
    Kind.OUTPATIENT: "Outpatient treatment",
    Kind.MOUD: "Medication (MOUD)",
    Kind.COUNSELLING: "Counseling",
    Kind.SUPPORT_GROUP: "Support group",
}


class Approval(msgspec.Struct, frozen=True):
    """A clinician's word; `noted_by` is who wrote it down here."""

    name: str
    credential: str
    at: datetime
    noted_by: PersonId | None = None


class Chosen(msgspec.Struct, frozen=True):
    """Why this step. `asam_level` records what a named professional decided, in the words of that edition."""

    reason: str
    asam_level: str = ""
    asam_edition: str = ""
    asam_decided_by: str = ""
    approval: Approval | None = None


class Option(msgspec.Struct, frozen=True):
    id: str
    kind: Kind
    facility_id: str | None
    chosen: Chosen


class NewOption(msgspec.Struct, frozen=True):
    kind: Kind
    facility_id: str | None
    chosen: Chosen


def of_case(tx: Session, case_id: CaseId) -> tuple[Option, ...]:
    """In the order in which they follow one another."""
    own = select(TreatmentOption).where(TreatmentOption.case_id == case_id)
    rows = tx.scalars(own.order_by(TreatmentOption.place, TreatmentOption.id))
    return tuple(Option(row.id, Kind(row.kind), row.facility_id, _chosen(row)) for row in rows)


def treatment(tx: Session, case_id: CaseId) -> Treatment:
    """How far the list is."""
    listed = of_case(tx, case_id)
    return Treatment(len(listed), tuple(KIND_LABELS[each.kind] for each in listed if each.chosen.approval is None))


def add(tx: Session, case_id: CaseId, new: NewOption) -> str:
    """At the end of the list. Raises Refused malformed."""
    _refuse_half_a_level(new.chosen)
    option_id = ids.new_id()
    place = max((row.place for row in _rows(tx, case_id)), default=0) + 1
    tx.add(
        TreatmentOption(
            id=option_id,
            case_id=case_id,
            place=place,
            kind=new.kind,
            facility_id=new.facility_id,
            body=_sealed(option_id, new.chosen),
        )
    )
    tx.flush()
    return option_id


def change(tx: Session, case_id: CaseId, option_id: str, new: NewOption) -> None:
    """What was approved was something else, so a change takes the approval away. Raises Refused."""
    row = _row(tx, case_id, option_id)
    _refuse_half_a_level(new.chosen)
    before = _chosen(row)
    same = (row.kind, row.facility_id, _without_approval(before)) == (
        new.kind,
        new.facility_id,
        _without_approval(new.chosen),
    )
    if same:
        return
    row.kind, row.facility_id = new.kind, new.facility_id
    row.body = _sealed(option_id, _without_approval(new.chosen))
    tx.flush()


def approve(tx: Session, case_id: CaseId, option_ids: Sequence[str], approval: Approval) -> None:
    """A clinician has looked at these steps and agrees. Raises Refused."""
    if not approval.name.strip() or not approval.credential.strip():
        raise Refused(
            "malformed", "Say which clinician approved it: the name, and the credential such as MD or LCSW."
        )
    for option_id in option_ids:
        row = _row(tx, case_id, option_id)
        row.body = _sealed(option_id, msgspec.structs.replace(_chosen(row), approval=approval))
    tx.flush()


def remove(tx: Session, case_id: CaseId, option_id: str) -> None:
    """Raises Refused not_found."""
    _row(tx, case_id, option_id)
    tx.execute(delete(TreatmentOption).where(TreatmentOption.id == option_id))


def move_up(tx: Session, case_id: CaseId, option_id: str) -> None:
    """One place earlier; the first one stays. The steps agreed to are the same, so their approvals hold."""
    rows = _rows(tx, case_id)
    index = next((i for i, row in enumerate(rows) if row.id == option_id), None)
    if index is None:
        raise Refused("not_found", "This step is no longer on the list. Reload the page.")
    if index:
        rows[index - 1].place, rows[index].place = rows[index].place, rows[index - 1].place
        tx.flush()


def _refuse_half_a_level(chosen: Chosen) -> None:
    if not chosen.reason.strip():
        raise Refused("malformed", "Say why this step was chosen.")
    if chosen.asam_level and not (chosen.asam_edition and chosen.asam_decided_by):
        told = (
            "A level of care needs the edition of the criteria, and the name of the professional who decided it."
        )
        raise Refused("malformed", told)


def _rows(tx: Session, case_id: CaseId) -> list[TreatmentOption]:
    own = select(TreatmentOption).where(TreatmentOption.case_id == case_id)
    return list(tx.scalars(own.order_by(TreatmentOption.place, TreatmentOption.id)))


def _row(tx: Session, case_id: CaseId, option_id: str) -> TreatmentOption:
    row = tx.get(TreatmentOption, option_id)
    if row is None or row.case_id != case_id:
        raise Refused("not_found", "This step is no longer on the list. Reload the page.")
    return row


def _without_approval(chosen: Chosen) -> Chosen:
    return msgspec.structs.replace(chosen, approval=None)


def _chosen(row: TreatmentOption) -> Chosen:
    return msgspec.json.decode(crypto.unseal(row.body, _place(row.id)), type=Chosen)


def _sealed(option_id: str, chosen: Chosen) -> bytes:
    return crypto.seal(msgspec.json.encode(chosen).decode(), _place(option_id))


def _place(option_id: str) -> str:
    return f"treatment_options:{option_id}:body"
