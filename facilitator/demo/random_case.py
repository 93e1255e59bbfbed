"""One random case from beginning to end: prepared, met, said yes, signed. All of it through the product itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from facilitator.demo import invented
from facilitator.infra import clock, db, ids, wire
from facilitator.infra.dice import Dice
from facilitator.infra.ids import PersonId, ReferralId, RoomId
from facilitator.people import service as people
from facilitator.people.roles import IN_THE_ROOM, Role
from facilitator.plan import service as plan
from facilitator.plan.prepared import Part, PartName
from facilitator.referral import service as referral
from facilitator.referral.arrangement import (
    MUST_PACK,
    Arrangement,
    Companion,
    Drive,
    Hold,
    HomeCover,
    Item,
    OtherOutcomes,
    Payer,
)
from facilitator.referral.record import service as record
from facilitator.room import service as room
from facilitator.room.phases import Kind

SECRET = "whsec_c2FtcGxlcyBhcmUgc2VudCBub3doZXJl"  # noqa: S105 - signs nothing: no sample is ever sent
OPTIONAL = (record.Scope.COVERAGE, record.Scope.TRAVEL)
REQUIRED = (record.Scope.IDENTITY, record.Scope.CARE)


class RandomCase:
    """Made when it is created. Raises Refused where the product would refuse it."""

    def __init__(self, roll: Dice) -> None:
        self._roll = roll
        self._cast: dict[Role, PersonId] = {}
        self._private: list[str] = []
        with db.writing() as tx:
            self._case = plan.create_case(tx, plan.NewCase(invented.name(roll)))
            self._team = self._people(tx)
            self._statements(tx)
            self.referral = self._referral(tx)
            self._room = self._meeting(tx)
        self._meet()
        self._sign()

    def released(self) -> str:
        """What the first facility gets, as JSON."""
        with db.reading() as tx:
            return record.released(tx, self.referral)[0]

    def private_texts(self) -> Iterator[str]:
        """Statements, bottom lines, captions and notes, and what the flags say."""
        yield from self._private
        sections: Any = room.view(self._room, self._cast[Role.INTERVENTIONIST])["sections"]
        for flag in sections["flags"]:
            yield from filter(None, (flag["text"], flag["why"], flag["redirect"], flag["suggestion"]))

    def _people(self, tx: Session) -> list[PersonId]:
        for role in (Role.INTERVENTIONIST, Role.LOVED_ONE, Role.ESCORT, Role.DRIVER):
            self._cast[role] = self._person(tx, role)
        return [self._person(tx, Role.TEAM_MEMBER) for _ in range(self._roll.randrange(1, 4))]

    def _person(self, tx: Session, role: Role) -> PersonId:
        has_phone = role in (Role.ESCORT, Role.DRIVER) or self._roll.random() < 0.7
        number = invented.phone(self._roll) if has_phone else None
        return people.add_person(tx, people.NewPerson(self._case, role, invented.name(self._roll), phone=number))

    def _statements(self, tx: Session) -> None:
        for person in self._team:
            texts = invented.statement(self._roll)
            plan.save_statement(tx, person, tuple(map(Part, PartName, texts)))
            bottom_line = f"I will no longer pay for {invented.thing(self._roll)}."
            plan.save_bottom_line(tx, person, bottom_line)
            self._private += [*texts, bottom_line]
        plan.save_plan(tx, self._case, invented.plan(self._roll))

    def _referral(self, tx: Session) -> ReferralId:
        at = clock.now()
        primary, fallback = self._facility(tx), self._facility(tx)
        for kind in self._roll.sample(list(referral.OptionKind), self._roll.randrange(1, 7)):
            reason = f"because of {invented.thing(self._roll)}"
            chosen = referral.Chosen(reason, approval=referral.Approval(invented.name(self._roll), "MD", at))
            place = self._roll.choice([primary, None])
            referral.add_option(tx, self._case, referral.NewOption(kind, place, chosen))
        arranged = self._arrangement((primary, fallback))
        made = referral.plan(tx, self._case, primary, fallback, arranged, at)
        assert referral.summary(tx, made).armed, referral.summary(tx, made).gaps
        return made

    def _facility(self, tx: Session) -> str:
        roll = self._roll
        new = referral.NewFacility(
            organization=invented.house(roll),
            service=roll.choice(invented.DESKS),
            phone=invented.phone(roll),
            endpoint="https://facility.example/in",
            secret=SECRET,
            offers_moud=roll.random() < 0.8,
            tested_at=clock.now(),
        )
        return referral.add_facility(tx, new)

    def _arrangement(self, facilities: tuple[str, str]) -> Arrangement:
        roll, at = self._roll, clock.now()
        by, settled = invented.payment(roll)
        hold = Hold(f"B-{roll.randrange(10**6)}", invented.name(roll), at + timedelta(days=2))
        drive = Drive(
            self._cast[Role.DRIVER],
            roll.choice(invented.CARS),
            roll.randrange(10, 240),
            roll.choice(invented.CARS),
            confirmed_at=at,
            pickup="at the back door",
            route=roll.choice(invented.ROUTES),
            stops=tuple(roll.sample(invented.STOPS, roll.randrange(3))),
        )
        return Arrangement(
            call_back_phone=invented.phone(roll),
            leave_within_minutes=roll.randrange(5, 60),
            hold=hold,
            payer=Payer(roll.choice(invented.PAYERS), settled, by, verified_by=invented.name(roll)),
            drive=drive,
            escort=Companion(self._cast[Role.ESCORT], confirmed_at=at),
            bag=tuple(Item(each, packed=True) for each in MUST_PACK),
            clearance_answered=True,
            naloxone_in_room=True,
            naloxone_in_vehicle=True,
            home=HomeCover("none", "none", "none"),
            others=OtherOutcomes("we wait", "we go home", "we stop"),
            consent_names=facilities,
            meeting_at=at,
        )

    def _meeting(self, tx: Session) -> RoomId:
        seats = [(person, role) for role, person in self._cast.items() if role in IN_THE_ROOM]
        team = [(person, Role.TEAM_MEMBER) for person in self._team]
        return room.create(tx, self._case, Kind.LIVE, [*seats, *team], self._team, self.referral)

    def _meet(self) -> None:
        for person in (*self._team, self._cast[Role.LOVED_ONE]):
            self._do("admit", person=person)
        self._do("open_room")
        for _ in range(self._roll.randrange(1, 4)):
            said = invented.remark(self._roll)
            heard = {
                "segment": ids.new_id(),
                "text": said,
                "started_at_ms": 1,
                "ended_at_ms": 2,
                "source": "caption",
            }
            self._do("hear_segment", speaker=self._roll.choice(self._team), **heard)
            self._private.append(said)
        noted = invented.note(self._roll)
        self._do("take_note", text=noted)
        self._private.append(noted)
        self._do("present_plan")
        self._do("record_outcome", kind="accepts")

    def _do(self, name: str, **args: object) -> None:
        asked = wire.parse({"id": ids.new_id(), "name": name, "args": args}, room.KNOWN)
        room.handle(self._room, asked, self._cast[Role.INTERVENTIONIST])

    def _sign(self) -> None:
        patient = self._cast[Role.LOVED_ONE]
        with db.writing() as tx:
            record.save_patient(tx, patient, self._known())
            scope = (*REQUIRED, *self._roll.sample(OPTIONAL, self._roll.randrange(3)))
            asked = record.Asked(
                self._signature(), self._roll.choice(["", invented.name(self._roll)]), scope=scope
            )
            name = people.contact(tx, patient).name
            record.sign(tx, self.referral, asked, record.Signer(patient, Role.LOVED_ONE, name), clock.now())

    def _signature(self) -> record.Signature:
        roll, name = self._roll, invented.name(self._roll)
        if roll.random() < 0.5:
            return record.Signature(record.Kind.TYPED, name)
        points = [(float(roll.randrange(1001)), float(roll.randrange(501))) for _ in range(roll.randrange(1, 30))]
        return record.Signature(record.Kind.DRAWN, name, [points])

    def _known(self) -> record.Patient:
        roll = self._roll
        city, state, code = roll.choice(invented.CITIES)
        whole = {
            "legal_name": invented.name(roll),
            "birth_date": invented.birthday(roll),
            "sex": roll.choice(list(record.Sex)),
            "street": roll.choice(invented.STREETS),
            "city": city,
            "state": state,
            "postal_code": code,
            "member_id": f"M{roll.randrange(10**9)}",
        }
        said: dict[str, Any] = {key: value for key, value in whole.items() if roll.random() < 0.7}
        return record.Patient(**said)
