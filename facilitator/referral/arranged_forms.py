"""The sections of the arranged referral as forms: what was typed becomes a change of the arrangement. Pure."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import msgspec

from facilitator.infra.refusal import Refused
from facilitator.referral.arrangement import (
    Arrangement,
    Companion,
    Drive,
    Hold,
    HomeCover,
    Item,
    OtherOutcomes,
    PaidBy,
    Payer,
    Question,
)
from facilitator.referral.gates import GateName
from facilitator.referral.typed import Form

LONG = 1000
DAY_MINUTES = 24 * 60


class Section(StrEnum):
    """What is saved together."""

    MEETING = "meeting"
    BED = "bed"
    PAYER = "payer"
    CLEARANCE = "clearance"
    TRANSPORT = "transport"
    ESCORT = "escort"
    BAG = "bag"
    DOCUMENTS = "documents"
    NALOXONE = "naloxone"
    CONSENT = "consent"
    OTHERS = "others"
    HOME = "home"
    OWNERS = "owners"


Change = Callable[[Arrangement, Form], Arrangement]


def changed(section: Section, plan: Arrangement, form: Form) -> Arrangement:
    """The arrangement with one section as it was typed. Raises Refused malformed."""
    return _SECTIONS[section](plan, form)


def _meeting(plan: Arrangement, form: Form) -> Arrangement:
    return msgspec.structs.replace(
        plan,
        call_back_phone=form.text("call_back_phone", "The number to call back", 40, needed=True),
        leave_within_minutes=form.whole("leave_within_minutes", "Minutes until you leave", DAY_MINUTES),
        meeting_at=form.moment("meeting_at", "When the meeting begins"),
        meeting_minutes=form.whole("meeting_minutes", "How long the meeting takes", DAY_MINUTES),
    )


def _bed(plan: Arrangement, form: Form) -> Arrangement:
    until = form.moment("until", "Held until")
    number, given_by = form.text("number", "Hold number"), form.text("given_by", "Who holds it")
    if until is None:
        if number or given_by:
            raise Refused("malformed", "Say until when the bed is held.")
        return msgspec.structs.replace(plan, hold=None)
    return msgspec.structs.replace(plan, hold=Hold(number, given_by, until))


def _payer(plan: Arrangement, form: Form) -> Arrangement:
    name, by = form.text("name", "Who pays"), form.text("by", "How it was settled")
    if by not in set(PaidBy):
        raise Refused("malformed", "Choose how the payment was settled.")
    payer = Payer(
        name,
        form.text("settled", "Number, name or amount", 200),
        PaidBy(by),
        form.text("verified_by", "Who confirmed the coverage"),
    )
    return msgspec.structs.replace(plan, payer=payer if name or payer.settled else None)


def _clearance(plan: Arrangement, form: Form) -> Arrangement:
    asked, answered = form.texts("question", "Question", 300), form.texts("answer", "Answer", 300)
    if len(asked) != len(answered):
        raise Refused("malformed", "Each question needs a field for its answer. Load the page again.")
    rows = tuple(Question(q, a) for q, a in zip(asked, answered, strict=True) if q)
    return msgspec.structs.replace(plan, clearance=rows, clearance_answered=form.ticked("clearance_answered"))


def _transport(plan: Arrangement, form: Form) -> Arrangement:
    driver = form.person("driver", "Driver")
    if driver is None:
        return msgspec.structs.replace(plan, drive=None)
    before = plan.drive if plan.drive and plan.drive.driver == driver else None
    drive = Drive(
        driver=driver,
        vehicle=form.text("vehicle", "Vehicle"),
        minutes=form.whole("minutes", "Minutes on the road", DAY_MINUTES),
        second_vehicle=form.text("second_vehicle", "Second vehicle"),
        confirmed_at=_word(form, before.confirmed_at if before else None, form.known.at),
        pickup=form.text("pickup", "Where the car waits"),
        route=form.text("route", "Route", LONG),
        stops=tuple(line for line in form.text("stops", "Stops", LONG).splitlines() if line.strip()),
        medication=form.text("medication", "Medication on the road", LONG),
    )
    return msgspec.structs.replace(plan, drive=drive)


def _escort(plan: Arrangement, form: Form) -> Arrangement:
    person = form.person("escort", "Escort")
    if person is None:
        return msgspec.structs.replace(plan, escort=None)
    before = plan.escort.confirmed_at if plan.escort and plan.escort.person == person else None
    return msgspec.structs.replace(plan, escort=Companion(person, _word(form, before, form.known.at)))


def _word(form: Form, before: datetime | None, at: datetime) -> datetime | None:
    """Somebody's yes: given now, as it was, or taken back."""
    said = form.text("confirmed", "Confirmed")
    return {"now": at, "no": None}.get(said, before)


def _bag(plan: Arrangement, form: Form) -> Arrangement:
    return msgspec.structs.replace(plan, bag=_items(form))


def _documents(plan: Arrangement, form: Form) -> Arrangement:
    return msgspec.structs.replace(plan, documents=_items(form))


def _items(form: Form) -> tuple[Item, ...]:
    names, reasons = form.texts("item", "Name"), form.texts("not_needed", "Why not needed", 200)
    if len(names) != len(reasons):
        raise Refused("malformed", "The list could not be read. Load the page again.")
    ready = form.rows_ticked("ready")
    rows = enumerate(zip(names, reasons, strict=True))
    return tuple(Item(name, str(number) in ready, reason) for number, (name, reason) in rows if name)


def _naloxone(plan: Arrangement, form: Form) -> Arrangement:
    return msgspec.structs.replace(
        plan,
        naloxone_in_room=form.ticked("naloxone_in_room"),
        naloxone_in_vehicle=form.ticked("naloxone_in_vehicle"),
    )


def _consent(plan: Arrangement, form: Form) -> Arrangement:
    return msgspec.structs.replace(plan, consent_names=form.known.facilities if form.ticked("consent") else ())


def _others(plan: Arrangement, form: Form) -> Arrangement:
    others = OtherOutcomes(
        form.text("needs_time", "If they need time", LONG),
        form.text("reacts_negatively", "If they refuse", LONG),
        form.text("backs_out", "If they turn back on the way", LONG),
    )
    return msgspec.structs.replace(plan, others=others)


def _home(plan: Arrangement, form: Form) -> Arrangement:
    home = HomeCover(
        form.text("children", "Children", 300),
        form.text("pets", "Pets", 300),
        form.text("employer", "Employer", 300),
    )
    return msgspec.structs.replace(plan, home=home)


def _owners(plan: Arrangement, form: Form) -> Arrangement:
    gate = form.text("gate", "Item")
    if gate not in set(GateName):
        raise Refused("malformed", "This item is not on the list. Load the page again.")
    who = form.person("owner", "Who sees to it")
    others = {name: person for name, person in plan.owners.items() if name != gate}
    return msgspec.structs.replace(plan, owners=others | {gate: who} if who else others)


_SECTIONS: dict[Section, Change] = {
    Section.MEETING: _meeting,
    Section.BED: _bed,
    Section.PAYER: _payer,
    Section.CLEARANCE: _clearance,
    Section.TRANSPORT: _transport,
    Section.ESCORT: _escort,
    Section.BAG: _bag,
    Section.DOCUMENTS: _documents,
    Section.NALOXONE: _naloxone,
    Section.CONSENT: _consent,
    Section.OTHERS: _others,
    Section.HOME: _home,
    Section.OWNERS: _owners,
}
