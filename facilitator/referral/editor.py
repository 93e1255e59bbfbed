"""The arranged referral as the professional sees it: what is ready, what is not, whom to call, who sees to it."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.infra.ids import CaseId, PersonId, ReferralId
from facilitator.people import service as people
from facilitator.people.roles import Role
from facilitator.referral import directory
from facilitator.referral.arrangement import Arrangement, FacilityCard
from facilitator.referral.gates import GateName, Light, Whom, gates
from facilitator.referral.opened import OpenReferral

GATE_LABELS = {
    GateName.TREATMENT: "Treatment steps, approved",
    GateName.LINE: "Line to the first facility",
    GateName.FALLBACK: "Second facility",
    GateName.BED: "Bed held",
    GateName.PAYER: "Payment settled",
    GateName.MOUD: "Medication for opioid use disorder",
    GateName.CLEARANCE: "Medical questions",
    GateName.TRANSPORT: "Driver and car",
    GateName.ESCORT: "Escort",
    GateName.BAG: "Packed bag",
    GateName.DOCUMENTS: "Papers",
    GateName.NALOXONE: "Naloxone at hand",
    GateName.CONSENT: "Consent text",
    GateName.OTHERS: "If the answer is not yes",
    GateName.HOME: "Home looked after",
}
EDITABLE = frozenset({"planned", "armed", "cancelled"})
"""Once a "yes" is under way, the hand-off board is the place: what was sent cannot be unsaid here."""


CLOSED = frozenset({"withdrawn", "admitted"})
"""Nothing more comes of it; a new one may begin."""


class Call(msgspec.Struct, frozen=True):
    name: str
    phone: str


class GateCard(msgspec.Struct, frozen=True):
    """One item of the list. `section` is where on the page it is put right."""

    name: GateName
    label: str
    light: Light
    reason: str
    call: Call | None
    owner: str
    section: str


class Choice(msgspec.Struct, frozen=True):
    id: str
    label: str


class Editor(msgspec.Struct, frozen=True):
    """What `referral/arranged.html` shows of a referral."""

    id: ReferralId
    state: str
    armed: bool
    editable: bool
    closed: bool
    gates: tuple[GateCard, ...]
    plan: Arrangement
    primary: FacilityCard
    fallback: FacilityCard

    def count(self, light: str) -> int:
        return sum(gate.light == light for gate in self.gates)


def editor(tx: Session, referral_id: ReferralId, at: datetime) -> Editor:
    """Raises Refused not_found."""
    opened = OpenReferral(tx, referral_id, at, lock=False)
    state = opened.summary().state
    names = {each.person: each.name for each in people.contacts_of_case(tx, opened.case_id)}
    cards = []
    for gate in gates(opened.checked):
        owner = names.get(opened.arrangement.owners.get(gate.name, PersonId("")), "")
        call = _call(tx, opened, gate.whom)
        section = _SECTION_OF.get(gate.name, gate.name.value)
        cards.append(GateCard(gate.name, GATE_LABELS[gate.name], gate.light, gate.reason, call, owner, section))
    return Editor(
        id=referral_id,
        state=state,
        armed=state == "armed",
        editable=state in EDITABLE,
        closed=state in CLOSED,
        gates=tuple(cards),
        plan=opened.arrangement,
        primary=opened.primary,
        fallback=opened.fallback,
    )


def alarms(tx: Session, referral_id: ReferralId, at: datetime) -> tuple[GateCard, ...]:
    """What is red while nothing has been sent yet; afterwards the board tells what is open."""
    found = editor(tx, referral_id, at)
    return tuple(gate for gate in found.gates if gate.light is Light.RED) if found.editable else ()


def people_of(tx: Session, case_id: CaseId) -> tuple[Choice, ...]:
    """Who can be given something to do: everybody but the loved one, and whoever plays them."""
    return tuple(
        Choice(each.person, f"{each.name} ({each.relation})" if each.relation else each.name)
        for each in people.contacts_of_case(tx, case_id)
        if each.role not in (Role.LOVED_ONE, Role.STAND_IN)
    )


def facilities_of(tx: Session) -> tuple[Choice, ...]:
    """By name."""
    return tuple(Choice(row.id, f"{row.organization}, {row.service}") for row in directory.everything(tx))


def _call(tx: Session, opened: OpenReferral, whom: Whom) -> Call | None:
    plan = opened.arrangement
    if whom is Whom.PRIMARY:
        return Call(opened.primary.name, opened.primary.phone)
    if whom is Whom.FALLBACK:
        return Call(opened.fallback.name, opened.fallback.phone)
    if whom is Whom.DRIVER and plan.drive:
        return _person(tx, plan.drive.driver)
    if whom is Whom.ESCORT and plan.escort:
        return _person(tx, plan.escort.person)
    return None


def _person(tx: Session, person: PersonId) -> Call | None:
    contact = people.contact(tx, person)
    return Call(contact.name, contact.phone) if contact.phone else None


_SECTION_OF = {GateName.LINE: "facilities", GateName.FALLBACK: "facilities", GateName.MOUD: "facilities"}
