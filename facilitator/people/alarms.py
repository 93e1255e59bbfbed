"""What runs out before the meeting: alarms of the arranged referral, for the professional's first page."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra.ids import CaseId
from facilitator.referral import service as referral
from facilitator.referral.gates import GateName

RUNS_OUT = (GateName.BED, GateName.TRANSPORT, GateName.LINE)
"""These turn red by time alone, so each is told by itself. The others are counted."""


class Alarm(msgspec.Struct, frozen=True):
    text: str
    href: str


def alarms(tx: Session, case_id: CaseId, label: str, at: datetime) -> list[Alarm]:
    """The gravest first: a bed that is lost, a driver who has not confirmed, a line that nobody answers."""
    referral_id = referral.of_case(tx, case_id)
    red = {} if referral_id is None else {gate.name: gate for gate in referral.alarms(tx, referral_id, at)}
    told = [Alarm(f"{label}: {red[name].reason}", _where(case_id, name)) for name in RUNS_OUT if name in red]
    others = [gate for name, gate in red.items() if name not in RUNS_OUT]
    if len(others) == 1:
        told.append(Alarm(f"{label}: {others[0].reason}", _where(case_id, others[0].name)))
    elif others:
        count = f"{len(others)} items of the arranged referral are not ready."
        told.append(Alarm(f"{label}: {count}", _where(case_id, others[0].name)))
    return told


def _where(case_id: CaseId, name: GateName) -> str:
    return f"/cases/{case_id}/referral?at={name}#{name}"
