"""What was arranged for a "yes": who takes the person where, with what, and who pays. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from facilitator.infra.ids import PersonId

MEETING_MINUTES = 120
MUST_PACK = ("identity card", "insurance card", "medication in original containers")
"""What every bag holds, unless somebody wrote down why this one does not need it."""


class Hold(msgspec.Struct, frozen=True):
    """A bed kept free: its number, who gave their word, until when (aware UTC)."""

    number: str
    given_by: str
    until: datetime


class PaidBy(StrEnum):
    AUTHORIZATION = "authorization"
    NOT_REQUIRED = "not_required"
    SELF_PAY = "self_pay"


class Payer(msgspec.Struct, frozen=True):
    """Who pays. `settled` is the authorization's number, who said that none is required, or the amount agreed.

    `verified_by` says who at the payer confirmed the coverage; whoever pays themselves needs none.
    """

    name: str
    settled: str
    by: PaidBy = PaidBy.NOT_REQUIRED
    verified_by: str = ""


class Drive(msgspec.Struct, frozen=True):
    """`pickup` is where the car stands; `medication` says what travels along, and who keeps it."""

    driver: PersonId
    vehicle: str
    minutes: int
    second_vehicle: str
    confirmed_at: datetime | None
    pickup: str = ""
    route: str = ""
    stops: tuple[str, ...] = ()
    medication: str = ""


class Companion(msgspec.Struct, frozen=True):
    person: PersonId
    confirmed_at: datetime | None


class Item(msgspec.Struct, frozen=True):
    """Something for the bag, or a paper. `not_needed` says why it may stay behind."""

    name: str
    packed: bool
    not_needed: str = ""

    @property
    def ready(self) -> bool:
        return self.packed or bool(self.not_needed)


class Question(msgspec.Struct, frozen=True):
    """What the facility's medical desk asks before it takes somebody in."""

    question: str
    answer: str = ""


class HomeCover(msgspec.Struct, frozen=True):
    """Who looks after what is left behind; "none" where there is nothing to look after."""

    children: str = ""
    pets: str = ""
    employer: str = ""


class OtherOutcomes(msgspec.Struct, frozen=True):
    """What happens if the answer is not "yes"."""

    needs_time: str = ""
    reacts_negatively: str = ""
    backs_out: str = ""


class Arrangement(msgspec.Struct, frozen=True):
    """`leave_within_minutes` is the time from the "yes" to the car; `call_back_phone` reaches the professional.

    `consent_names` are the facilities that the prepared consent text names; `owners` has whoever sees to an item
    of the go / no-go list, by its name.
    """

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
    clearance: tuple[Question, ...] = ()
    documents: tuple[Item, ...] = ()
    home: HomeCover = HomeCover()
    others: OtherOutcomes = OtherOutcomes()
    consent_names: tuple[str, ...] = ()
    meeting_at: datetime | None = None
    meeting_minutes: int = MEETING_MINUTES
    owners: dict[str, PersonId] = {}

    @property
    def eta_minutes(self) -> int:
        return self.leave_within_minutes + (self.drive.minutes if self.drive else 0)

    def arrives_by(self, at: datetime) -> datetime:
        """When they are there at the latest, if the meeting takes as long as planned."""
        ends = at if self.meeting_at is None else self.meeting_at + timedelta(minutes=self.meeting_minutes)
        return max(at, ends) + timedelta(minutes=self.eta_minutes)


def anew(plan: Arrangement) -> Arrangement:
    """The same people and places for another day; nobody's word of the first day counts any more."""
    return msgspec.structs.replace(
        plan,
        hold=None,
        drive=plan.drive and msgspec.structs.replace(plan.drive, confirmed_at=None),
        escort=plan.escort and msgspec.structs.replace(plan.escort, confirmed_at=None),
        bag=tuple(msgspec.structs.replace(item, packed=False) for item in plan.bag),
        clearance_answered=False,
        naloxone_in_room=False,
        naloxone_in_vehicle=False,
        documents=tuple(msgspec.structs.replace(item, packed=False) for item in plan.documents),
        consent_names=(),
        meeting_at=None,
    )


class Channel(StrEnum):
    """How a facility's own system is reached; `link` where it has none, and its people open a page."""

    WEBHOOK = "webhook"
    FHIR = "fhir"
    LINK = "link"


class Clocks(msgspec.Struct, frozen=True):
    """How long a facility is waited for: until a second way is tried, a reminder, and the next facility's turn.

    `confirm_s` is the moderator's time to agree to that turn before it comes by itself. With
    `ask_before_fallback` they are asked even after a plain "no".
    """

    receipt_s: int = 60
    reminder_s: int = 300
    answer_s: int = 900
    confirm_s: int = 120
    ask_before_fallback: bool = False


class FacilityCard(msgspec.Struct, frozen=True):
    """A facility as the rest of the referral needs to know it. `banned_items` must not be in the bag."""

    id: str
    organization: str
    service: str
    phone: str
    endpoint: str
    offers_moud: bool | None
    tested_at: datetime | None
    required_documents: tuple[str, ...] = ()
    banned_items: tuple[str, ...] = ()
    channel: Channel = Channel.WEBHOOK
    email: str | None = None
    clocks: Clocks = Clocks()

    @property
    def name(self) -> str:
        return f"{self.organization}, {self.service}"
