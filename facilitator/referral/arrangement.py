"""What was arranged for a "yes", and what it still lacks: the go / no-go list. Pure."""

from datetime import datetime, timedelta

import msgspec

from facilitator.infra.ids import PersonId

CHANNEL_TEST_LASTS = timedelta(hours=72)
DRIVER_WORD_LASTS = timedelta(hours=24)


class Hold(msgspec.Struct, frozen=True):
    """A bed kept free: its number, who gave their word, until when (aware UTC)."""

    number: str
    given_by: str
    until: datetime


class Payer(msgspec.Struct, frozen=True):
    """Who pays, and how that was settled: an authorisation, "not required, per NAME", or an amount agreed."""

    name: str
    settled: str


class Drive(msgspec.Struct, frozen=True):
    driver: PersonId
    vehicle: str
    minutes: int
    second_vehicle: str
    confirmed_at: datetime | None


class Companion(msgspec.Struct, frozen=True):
    person: PersonId
    confirmed_at: datetime | None


class Item(msgspec.Struct, frozen=True):
    name: str
    packed: bool


class Arrangement(msgspec.Struct, frozen=True):
    """`leave_within_minutes` is the time from the "yes" to the car; `call_back_phone` reaches the professional."""

    call_back_phone: str
    leave_within_minutes: int
    hold: Hold | None = None
    payer: Payer | None = None
    drive: Drive | None = None
    escort: Companion | None = None
    bag: tuple[Item, ...] = ()
    clearance_answered: bool = False
    naloxone_in_room: bool = False
    naloxone_in_vehicle: bool = False

    @property
    def eta_minutes(self) -> int:
        return self.leave_within_minutes + (self.drive.minutes if self.drive else 0)


class FacilityCard(msgspec.Struct, frozen=True):
    """A facility as the rest of the referral needs to know it."""

    id: str
    organization: str
    service: str
    phone: str
    endpoint: str
    offers_moud: bool | None
    tested_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.organization}, {self.service}"


def lacks(plan: Arrangement, primary: FacilityCard, fallback: FacilityCard, at: datetime) -> tuple[str, ...]:
    """What is missing at `at`, in words that say whom to call. Empty means: may be armed."""
    return (*_facility_lacks(plan, primary, fallback, at), *_journey_lacks(plan, at))


def _facility_lacks(plan: Arrangement, primary: FacilityCard, fallback: FacilityCard, at: datetime) -> list[str]:
    desk = f"Call {primary.service} at {primary.phone}"
    found = []
    if primary.tested_at is None or at - primary.tested_at > CHANNEL_TEST_LASTS:
        found.append(f"The line to {primary.organization} has not answered a test in the last three days. {desk}.")
    if fallback.organization == primary.organization:
        found.append("The second facility belongs to the same organization. Choose one from another.")
    if plan.hold is None:
        found.append(f"No bed is held. {desk}.")
    elif plan.hold.until <= at:
        found.append(f"The bed was held until {_hour(plan.hold.until)} only. {desk} and ask {plan.hold.given_by}.")
    if plan.payer is None:
        found.append(f"It is not settled who pays. {desk} and ask for the billing desk.")
    if primary.offers_moud is None:
        found.append(f"It is not known whether medication for opioid use disorder is offered. {desk}.")
    if not plan.clearance_answered:
        found.append(f"The facility's medical questions are not answered yet. {desk}.")
    return found


def _journey_lacks(plan: Arrangement, at: datetime) -> list[str]:
    found = []
    if plan.drive is None:
        found.append("Nobody has agreed to drive. Ask your second driver, or order a car.")
    elif plan.drive.confirmed_at is None or at - plan.drive.confirmed_at > DRIVER_WORD_LASTS:
        found.append("The driver has not confirmed today. Call the driver.")
    if plan.escort is None or plan.escort.confirmed_at is None:
        found.append("No escort has confirmed. Call the escort.")
    missing = [item.name for item in plan.bag if not item.packed]
    if missing or not plan.bag:
        found.append(f"The bag is not packed: {', '.join(missing) or 'nothing is listed'}.")
    if not (plan.naloxone_in_room and plan.naloxone_in_vehicle):
        found.append("Naloxone must be at hand in the room and in the car. Ask a pharmacy.")
    return found


def _hour(moment: datetime) -> str:
    return f"{moment:%H:%M} UTC"
