"""Makes fresh demonstration families, ready for a rehearsal and for the meeting itself."""

import base64
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from facilitator.config import Settings, settings
from facilitator.demo import arranged, family
from facilitator.demo.statements import STATEMENTS
from facilitator.infra import clock, db, ids
from facilitator.infra.ids import CaseId, PersonId, ReferralId, RoomId
from facilitator.people import service as people
from facilitator.people.roles import IN_THE_ROOM, Role
from facilitator.plan import service as plan
from facilitator.plan.prepared import Part, PartName
from facilitator.referral import service as referral
from facilitator.referral.record import service as record
from facilitator.room import service as room
from facilitator.room.phases import Kind

STAFF = "staff"


class StaffLine(msgspec.Struct, frozen=True):
    email: str
    password: str
    totp_secret: str | None


class PersonLine(msgspec.Struct, frozen=True):
    id: PersonId
    name: str
    role: Role
    token: str
    join_url: str


class FacilityLine(msgspec.Struct, frozen=True):
    name: str
    endpoint: str


class ReferralLine(msgspec.Struct, frozen=True):
    id: ReferralId
    primary: FacilityLine
    fallback: FacilityLine
    webhook_secret: str


class Seeded(msgspec.Struct, frozen=True):
    """One family as `seed demo --json` prints it. `others` have a part outside the meeting itself."""

    base_url: str
    case: CaseId
    staff: StaffLine
    rooms: dict[Kind, RoomId]
    people: tuple[PersonLine, ...]
    referral: ReferralLine
    others: tuple[PersonLine, ...]


def families(count: int, totp: bool) -> list[Seeded]:
    """`count` families, each with a professional of its own; they share a password, because hashing it is slow."""
    password = ids.new_secret()
    password_hash = people.hash_password(password)
    made = []
    for _ in range(count):
        staff = StaffLine(_fresh_email(), password, people.new_totp_secret() if totp else None)
        with db.writing() as tx:
            made.append(_family(tx, staff, password_hash, clock.now()))
    return made


def _family(tx: Session, staff: StaffLine, password_hash: str, at: datetime) -> Seeded:
    case_id = plan.create_case(tx, plan.NewCase(family.CASE_LABEL, safety_contact=family.SAFETY_CONTACT))
    cast = _people(tx, case_id, staff, password_hash)
    _preparation(tx, case_id, cast)
    referral_line = _referral(tx, case_id, cast, at)
    order = [cast[key] for key in family.READING_ORDER]
    rooms = {
        kind: room.create(
            tx, case_id, kind, _seats(cast, kind), order, referral_line.id if kind is Kind.LIVE else None
        )
        for kind in (Kind.REHEARSAL, Kind.LIVE)
    }
    return Seeded(
        base_url=settings().public_url,
        case=case_id,
        staff=staff,
        rooms=rooms,
        people=_lines(tx, cast, listed=True),
        referral=referral_line,
        others=_lines(tx, cast, listed=False),
    )


def _people(tx: Session, case_id: CaseId, staff: StaffLine, password_hash: str) -> dict[str, PersonId]:
    name = family.PROFESSIONAL
    account = people.create_account(tx, people.NewAccount(staff.email, name, password_hash, staff.totp_secret))
    lead = people.NewPerson(
        case_id,
        Role.INTERVENTIONIST,
        name,
        family.PROFESSIONAL_RELATION,
        account,
        family.CALL_BACK_PHONE,
        staff.email,
    )
    cast = {STAFF: people.add_person(tx, lead)}
    for each in family.CHARACTERS:
        order = family.READING_ORDER.index(each.key) + 1 if each.key in family.READING_ORDER else None
        new = people.NewPerson(case_id, each.role, each.name, each.relation, phone=each.phone, reading_order=order)
        cast[each.key] = people.add_person(tx, new)
    return cast


def _preparation(tx: Session, case_id: CaseId, cast: dict[str, PersonId]) -> None:
    for key, texts in STATEMENTS.items():
        parts = tuple(Part(name, text) for name, text in zip(PartName, texts, strict=True))
        plan.save_statement(tx, cast[key], parts)
    for key, text in family.BOTTOM_LINES.items():
        plan.save_bottom_line(tx, cast[key], text)
    plan.save_plan(tx, case_id, family.PLAN)
    record.save_patient(tx, cast["caleb"], _caleb())


def _caleb() -> record.Patient:
    """As far as his family could tell the professional."""
    street, city, state, postal_code = family.LIVES
    name = next(each.name for each in family.CHARACTERS if each.key == "caleb")
    return record.Patient(
        legal_name=name,
        birth_date=family.BORN,
        sex=record.Sex.MALE,
        street=street,
        city=city,
        state=state,
        postal_code=postal_code,
        member_id=family.MEMBER_ID,
    )


def _referral(tx: Session, case_id: CaseId, cast: dict[str, PersonId], at: datetime) -> ReferralLine:
    secret = _webhook_secret()
    config = settings()
    primary = _facility(tx, family.PRIMARY, config.facility_primary_url, secret, at)
    fallback = _facility(tx, family.FALLBACK, config.facility_fallback_url, secret, at)
    arranged.choose_treatment(tx, case_id, primary, at)
    arrangement = arranged.arrangement(cast, (primary, fallback), at)
    referral_id = referral.plan(tx, case_id, primary, fallback, arrangement, at)
    return ReferralLine(referral_id, _facility_line(tx, primary), _facility_line(tx, fallback), secret)


def _facility(tx: Session, place: family.Place, endpoint: str, secret: str, at: datetime) -> str:
    new = referral.NewFacility(
        organization=place.organization,
        service=place.service,
        phone=place.phone,
        endpoint=endpoint or _own_endpoint(settings(), place.which),
        secret=secret,
        offers_moud=True,
        tested_at=at,
    )
    facility_id = referral.add_facility(tx, new)
    referral.describe_facility(tx, facility_id, arranged.described(place))
    return facility_id


def _facility_line(tx: Session, facility_id: str) -> FacilityLine:
    card = referral.facility_card(tx, facility_id)
    return FacilityLine(card.name, card.endpoint)


def _own_endpoint(config: Settings, which: str) -> str:
    """This very server plays the facility, so the message goes by the loopback whatever its public name is."""
    return f"http://127.0.0.1:{config.port}/demo/facility/{which}"


def _seats(cast: dict[str, PersonId], kind: Kind) -> list[tuple[PersonId, Role]]:
    """The loved one has no seat in a rehearsal; who plays them has none in the meeting."""
    absent = Role.LOVED_ONE if kind is Kind.REHEARSAL else Role.STAND_IN
    others = [
        (cast[each.key], each.role)
        for each in family.CHARACTERS
        if each.role in IN_THE_ROOM and each.role is not absent
    ]
    return [(cast[STAFF], Role.INTERVENTIONIST), *others]


def _lines(tx: Session, cast: dict[str, PersonId], listed: bool) -> tuple[PersonLine, ...]:
    return tuple(_line(tx, each, cast[each.key]) for each in family.CHARACTERS if each.listed is listed)


def _line(tx: Session, each: family.Character, person: PersonId) -> PersonLine:
    token = people.invite(tx, person, replace_earlier=False)
    return PersonLine(person, each.name, each.role, token, settings().join_url(token))


def _fresh_email() -> str:
    return f"dana.{ids.new_id()[:8]}@practice.example"


def _webhook_secret() -> str:
    return "whsec_" + base64.b64encode(ids.new_secret().encode()).decode()
