"""The go / no-go list: what of an arrangement is ready, what is not, why, and whom to call about it. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from facilitator.referral.arrangement import MUST_PACK, Arrangement, FacilityCard, Hold, PaidBy, Payer

CHANNEL_TEST_LASTS = timedelta(hours=72)
DRIVER_WORD_LASTS = timedelta(hours=24)


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class GateName(StrEnum):
    TREATMENT = "treatment"
    LINE = "line"
    FALLBACK = "fallback"
    BED = "bed"
    PAYER = "payer"
    MOUD = "moud"
    CLEARANCE = "clearance"
    TRANSPORT = "transport"
    ESCORT = "escort"
    BAG = "bag"
    DOCUMENTS = "documents"
    NALOXONE = "naloxone"
    CONSENT = "consent"
    OTHERS = "others"
    HOME = "home"


class Whom(StrEnum):
    """Whom to call about an item; nobody in particular where it is the professional's own to do."""

    PRIMARY = "primary"
    FALLBACK = "fallback"
    DRIVER = "driver"
    ESCORT = "escort"
    NOBODY = "nobody"


class Gate(msgspec.Struct, frozen=True):
    """One item. `reason` is empty where it is ready."""

    name: GateName
    light: Light
    reason: str
    whom: Whom = Whom.NOBODY


class Treatment(msgspec.Struct, frozen=True):
    """How far the list of treatment options is: how many there are, and which no clinician has approved."""

    listed: int
    unapproved: tuple[str, ...]


class _Found(msgspec.Struct, frozen=True):
    """Something wrong with an item; amber does not stop anything."""

    name: GateName
    reason: str
    whom: Whom = Whom.NOBODY
    light: Light = Light.RED


class Checked(msgspec.Struct, frozen=True):
    """Everything that the list is made from, at one moment."""

    plan: Arrangement
    primary: FacilityCard
    fallback: FacilityCard
    treatment: Treatment
    at: datetime

    @property
    def desk(self) -> str:
        return f"Call {self.primary.service} at {self.primary.phone}"


def gates(checked: Checked) -> tuple[Gate, ...]:
    """Every item, in the order of the list; the gravest trouble of each."""
    worst: dict[GateName, _Found] = {}
    for check in _CHECKS:
        for found in check(checked):
            if found.name not in worst or (worst[found.name].light, found.light) == (Light.AMBER, Light.RED):
                worst[found.name] = found
    return tuple(_gate(name, worst.get(name)) for name in GateName)


def lacks(checked: Checked) -> tuple[str, ...]:
    """What keeps it from being armed, in words that say whom to call. Empty means: may be armed."""
    return tuple(gate.reason for gate in gates(checked) if gate.light is Light.RED)


def next_look(checked: Checked) -> datetime | None:
    """When time alone makes something red next; None where nothing that is green can run out."""
    plan, line = checked.plan, checked.primary.tested_at
    ends = [] if line is None else [line + CHANNEL_TEST_LASTS]
    if plan.hold is not None:
        ends.append(plan.hold.until - timedelta(minutes=plan.eta_minutes))
    if plan.drive is not None and plan.drive.confirmed_at is not None:
        ends.append(plan.drive.confirmed_at + DRIVER_WORD_LASTS)
    return min((each for each in ends if each >= checked.at), default=None)


def _gate(name: GateName, found: _Found | None) -> Gate:
    return Gate(name, found.light, found.reason, found.whom) if found else Gate(name, Light.GREEN, "")


def _treatment(c: Checked) -> Iterator[_Found]:
    if not c.treatment.listed:
        yield _Found(GateName.TREATMENT, "No treatment is chosen yet. List what is planned, step by step.")
    elif c.treatment.unapproved:
        named = ", ".join(c.treatment.unapproved)
        yield _Found(GateName.TREATMENT, f"A clinician has not approved this yet: {named}. Ask your clinician.")


def _lines(c: Checked) -> Iterator[_Found]:
    if _is_stale(c.primary, c.at):
        told = f"The line to {c.primary.organization} has not answered a test in the last three days."
        yield _Found(GateName.LINE, f"{told} Test it again. {c.desk}.", Whom.PRIMARY)
    if c.fallback.organization == c.primary.organization:
        told = "The second facility belongs to the same organization. Choose one from another."
        yield _Found(GateName.FALLBACK, told)
    elif _is_stale(c.fallback, c.at):
        told = f"The line to {c.fallback.organization} has not answered a test in the last three days. Test it."
        yield _Found(GateName.FALLBACK, told, Whom.FALLBACK, Light.AMBER)


def _is_stale(facility: FacilityCard, at: datetime) -> bool:
    return facility.tested_at is None or at - facility.tested_at > CHANNEL_TEST_LASTS


def _bed(c: Checked) -> Iterator[_Found]:
    hold = c.plan.hold
    if hold is None or not hold.number or not hold.given_by:
        yield _Found(GateName.BED, f"No bed is held. {c.desk} and note the number and the name.", Whom.PRIMARY)
    elif hold.until <= c.at:
        told = f"The bed was held until {_hour(hold.until)} only. {c.desk} and ask {hold.given_by}."
        yield _Found(GateName.BED, told, Whom.PRIMARY)
    elif hold.until < c.plan.arrives_by(c.at):
        yield _Found(GateName.BED, _too_short(c, hold), Whom.PRIMARY)
    elif c.plan.meeting_at is None:
        told = "Say when the meeting begins: only then is it clear whether the bed is held long enough."
        yield _Found(GateName.BED, told, light=Light.AMBER)


def _too_short(c: Checked, hold: Hold) -> str:
    arrival = _hour(c.plan.arrives_by(c.at))
    return (
        f"The bed is held until {_hour(hold.until)}, but you may arrive only at {arrival}."
        f" {c.desk} and ask {hold.given_by} for more time."
    )


def _payer(c: Checked) -> Iterator[_Found]:
    payer = c.plan.payer
    if payer is None or not payer.name or not payer.settled:
        yield _Found(
            GateName.PAYER, f"It is not settled who pays. {c.desk} and ask for the billing desk.", Whom.PRIMARY
        )
    elif not _is_verified(payer):
        told = f"Nobody at {payer.name} has confirmed the coverage. Call {payer.name} and note who says so."
        yield _Found(GateName.PAYER, told)


def _is_verified(payer: Payer) -> bool:
    return payer.by is PaidBy.SELF_PAY or bool(payer.verified_by)


def _medical(c: Checked) -> Iterator[_Found]:
    if c.primary.offers_moud is None:
        told = f"It is not known whether medication for opioid use disorder is offered. {c.desk}."
        yield _Found(GateName.MOUD, told, Whom.PRIMARY)
    elif not c.primary.offers_moud:
        told = (
            f"{c.primary.organization} begins no medication for opioid use disorder. Ask the clinician about it."
        )
        yield _Found(GateName.MOUD, told, Whom.PRIMARY, Light.AMBER)
    open_ones = [each.question for each in c.plan.clearance if not each.answer]
    if open_ones:
        told = f"Medical questions without an answer: {'; '.join(open_ones)}. {c.desk} once you know."
        yield _Found(GateName.CLEARANCE, told, Whom.PRIMARY)
    elif not c.plan.clearance_answered:
        told = f"The facility's medical questions are not answered yet. {c.desk}."
        yield _Found(GateName.CLEARANCE, told, Whom.PRIMARY)


def _journey(c: Checked) -> Iterator[_Found]:
    drive, escort = c.plan.drive, c.plan.escort
    if drive is None:
        yield _Found(GateName.TRANSPORT, "Nobody has agreed to drive. Ask your second driver, or order a car.")
    elif drive.confirmed_at is None or c.at - drive.confirmed_at > DRIVER_WORD_LASTS:
        yield _Found(GateName.TRANSPORT, "The driver has not confirmed today. Call the driver.", Whom.DRIVER)
    elif not (drive.vehicle and drive.pickup and drive.second_vehicle and drive.minutes > 0):
        told = "The vehicle, where it waits, how long it takes, or a second vehicle is missing. Call the driver."
        yield _Found(GateName.TRANSPORT, told, Whom.DRIVER)
    if escort is None or escort.confirmed_at is None:
        yield _Found(GateName.ESCORT, "No escort has confirmed. Call the escort.", Whom.ESCORT)


def _bag(c: Checked) -> Iterator[_Found]:
    packed = {_plain(item.name): item for item in c.plan.bag}
    missing = [name for name in MUST_PACK if name not in packed]
    missing += [item.name for item in c.plan.bag if not item.ready]
    banned = [item.name for item in c.plan.bag if item.packed and _is_banned(item.name, c.primary)]
    if missing:
        yield _Found(GateName.BAG, f"The bag is not packed: {', '.join(missing)}.")
    elif banned:
        told = f"{c.primary.organization} does not allow this in the bag: {', '.join(banned)}. Take it out."
        yield _Found(GateName.BAG, told)


def _is_banned(name: str, facility: FacilityCard) -> bool:
    return _plain(name) in {_plain(each) for each in facility.banned_items}


def _documents(c: Checked) -> Iterator[_Found]:
    ready = {_plain(each.name) for each in c.plan.documents if each.ready}
    missing = [name for name in c.primary.required_documents if _plain(name) not in ready]
    missing += [each.name for each in c.plan.documents if not each.ready and each.name not in missing]
    if missing:
        yield _Found(GateName.DOCUMENTS, f"These papers are not ready: {', '.join(missing)}.", Whom.PRIMARY)


def _safety(c: Checked) -> Iterator[_Found]:
    if not (c.plan.naloxone_in_room and c.plan.naloxone_in_vehicle):
        told = "Naloxone must be at hand in the room and in the car. Ask a pharmacy."
        yield _Found(GateName.NALOXONE, told)


def _words(c: Checked) -> Iterator[_Found]:
    if not {c.primary.id, c.fallback.id} <= set(c.plan.consent_names):
        told = "The consent text does not name both facilities. Read it through and confirm it again."
        yield _Found(GateName.CONSENT, told)
    others = c.plan.others
    if not (others.needs_time and others.reacts_negatively and others.backs_out):
        yield _Found(GateName.OTHERS, "Say what happens if the answer is not yes: all three plans are needed.")


def _home(c: Checked) -> Iterator[_Found]:
    home = c.plan.home
    named = {"children": home.children, "pets": home.pets, "the employer": home.employer}
    open_ones = [name for name, cover in named.items() if not cover]
    if open_ones:
        told = f'Not settled at home: {", ".join(open_ones)}. Write "none" where there is nothing to settle.'
        yield _Found(GateName.HOME, told, light=Light.AMBER)


_CHECKS = (_treatment, _lines, _bed, _payer, _medical, _journey, _bag, _documents, _safety, _words, _home)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _hour(moment: datetime) -> str:
    return f"{moment:%b %-d, %H:%M} UTC"
