"""What the demonstration's professional has arranged: where to, by which steps, with whom and with what."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from facilitator.demo import family
from facilitator.infra import ids
from facilitator.infra.ids import CaseId, PersonId
from facilitator.referral import service as referral
from facilitator.referral.arrangement import (
    Arrangement,
    Companion,
    Drive,
    Hold,
    HomeCover,
    Item,
    OtherOutcomes,
    Payer,
    Question,
)
from facilitator.referral.offers import MoudPolicy, Offer, Setting

HOLD_LASTS = timedelta(days=7)


def described(place: family.Place) -> referral.FacilityDetails:
    """What the directory says of a facility of the story."""
    return referral.FacilityDetails(
        organization=place.organization,
        service=place.service,
        phone=place.phone,
        description=place.description,
        fees=family.FEES,
        hours=family.HOURS,
        offer=Offer(
            settings=tuple(Setting(each) for each in place.settings),
            moud=MoudPolicy.OFFERED,
            medications=family.MEDICATIONS,
            insurance=family.INSURANCE,
            banned_items=family.BANNED_ITEMS,
            asam_levels=place.levels,
        ),
        documents=family.DOCUMENTS,
    )


def choose_treatment(tx: Session, case_id: CaseId, primary: str, at: datetime) -> None:
    """The steps, with the reason of each, as the clinician approved them."""
    approval = referral.Approval(*family.CLINICIAN, at)
    for kind, at_facility, reason in family.TREATMENT:
        chosen = referral.Chosen(reason, *(family.LEVEL if kind in family.WITH_LEVEL else ("", "", "")), approval)
        new = referral.NewOption(referral.OptionKind(kind), primary if at_facility else None, chosen)
        referral.add_option(tx, case_id, new)


def arrangement(cast: dict[str, PersonId], facilities: tuple[str, str], at: datetime) -> Arrangement:
    """Everything ready, at `at`. The meeting begins now, because the demonstration does."""
    payer, settled = family.PAYER
    return Arrangement(
        call_back_phone=family.CALL_BACK_PHONE,
        leave_within_minutes=family.LEAVE_WITHIN_MINUTES,
        hold=Hold(f"HR-{ids.new_code()}", family.HOLD_GIVEN_BY, at + HOLD_LASTS),
        payer=Payer(payer, settled, verified_by=family.HOLD_GIVEN_BY),
        drive=_drive(cast["ray"], at),
        escort=Companion(cast["walter"], confirmed_at=at),
        bag=tuple(Item(name, packed=True) for name in family.BAG),
        clearance_answered=True,
        naloxone_in_room=True,
        naloxone_in_vehicle=True,
        clearance=tuple(Question(*each) for each in family.CLEARANCE),
        documents=tuple(Item(name, packed=True) for name in family.DOCUMENTS),
        home=HomeCover(*family.HOME_COVER),
        others=OtherOutcomes(*family.OTHER_OUTCOMES),
        consent_names=facilities,
        meeting_at=at,
        owners={"bag": cast["maggie"], "transport": cast["ray"], "home": cast["tom"]},
    )


def _drive(driver: PersonId, at: datetime) -> Drive:
    return Drive(
        driver,
        family.VEHICLE,
        family.DRIVE_MINUTES,
        family.SECOND_VEHICLE,
        confirmed_at=at,
        pickup=family.PICKUP,
        route=family.ROUTE,
        stops=family.STOPS,
        medication=family.TRAVELS_ALONG,
    )
