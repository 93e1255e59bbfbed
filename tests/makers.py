"""Builds what a test needs and nothing it does not say: `a_person(tx, a_case(tx), role=Role.OBSERVER)`,
`a_room(speaking="ruth", queue=["ana"])`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto, ids
from facilitator.infra.entries import Entry
from facilitator.infra.ids import CaseId, CommandId, OutcomeId, PersonId, ReferralId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.people.tables import Person
from facilitator.plan.tables import Case
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.asking import Heard
from facilitator.room.commands import OutcomeKind
from facilitator.room.decide import decide
from facilitator.room.evolve import fold
from facilitator.room.phases import Condition, Kind, Phase, is_before
from facilitator.room.state import RoomState


def a_case(tx: Session, label: str = "The Okafor family") -> CaseId:
    """A case with nobody on it."""
    case_id = ids.new_id()
    tx.add(
        Case(
            id=case_id,
            label=crypto.seal(label, f"cases:{case_id}:label"),
            model="johnson",
            invitation="surprise",
            created_at=clock.now(),
        )
    )
    tx.flush()
    return CaseId(case_id)


def a_person(
    tx: Session, case_id: CaseId, name: str = "Ana", role: Role = Role.TEAM_MEMBER, relation: str = "sister"
) -> PersonId:
    """Somebody without an account, not yet invited."""
    person_id = ids.new_id()
    tx.add(
        Person(
            id=person_id,
            case_id=case_id,
            role=role,
            name=crypto.seal(name, f"people:{person_id}:name"),
            relation=relation,
            created_at=clock.now(),
        )
    )
    tx.flush()
    return PersonId(person_id)


CAST = {
    "ines": Role.INTERVENTIONIST,
    "coop": Role.CO_FACILITATOR,
    "ruth": Role.TEAM_MEMBER,
    "ana": Role.TEAM_MEMBER,
    "ben": Role.TEAM_MEMBER,
    "cara": Role.TEAM_MEMBER,
    "dan": Role.LOVED_ONE,
    "stan": Role.STAND_IN,
    "olive": Role.OBSERVER,
}
"""Who is in the rooms below. Their ids are their names, so that an assertion reads as what happened."""

BEGAN = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)

GONE: dict[str, type[did.PersonDeclined | did.PersonRemoved | did.PersonLeft]] = {
    "declined": did.PersonDeclined,
    "removed": did.PersonRemoved,
    "left": did.PersonLeft,
}

STOPS: dict[Condition, did.Event] = {
    Condition.PAUSED: did.RoomPaused(),
    Condition.SUSPENDED: did.RoomSuspended(),
    Condition.ON_BREAK: did.BreakTaken(BEGAN + timedelta(hours=2)),
    Condition.ENDED: did.RoomEnded(),
}


class Meeting:
    """A room in memory with its log and its own clock: what a test does to it is decided and folded for real."""

    def __init__(self) -> None:
        self.at = BEGAN
        self.state = RoomState(id=RoomId("room"))
        self.log: list[Entry[did.Event]] = []
        self._commands = 0

    def happens(self, *events: did.Event, by: str = "ines") -> None:
        """Puts events into the log as they are."""
        entry = Entry(len(self.log) + 1, self.at, by, events)
        self.log.append(entry)
        self.state = fold(self.state.id, [entry], self.state)

    def asks(
        self,
        who: str,
        command: ask.Command,
        *,
        findings: tuple[Heard, ...] = (),
        warmth: tuple[tuple[str, int], ...] = (),
        reopened: bool = False,
    ) -> list[did.Event]:
        """Decides the command now, folds what follows, and gives it. Raises Refused."""
        self._commands += 1
        command_id = CommandId(f"{self._commands:032x}")
        happened = decide(self.state, command, PersonId(who), self.at, command_id, findings, warmth, reopened)
        if happened:
            self.happens(*happened, by=who)
        return happened

    def refuses(self, who: str, command: ask.Command) -> str | None:
        """The code with which the command is refused, None where it is allowed. Nothing happens either way."""
        try:
            decide(self.state, command, PersonId(who), self.at, CommandId("f" * 32))
        except Refused as refused:
            return refused.code
        return None

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def spoken_s(self) -> float:
        """What the floor's clock shows."""
        assert self.state.floor is not None, "nobody has the floor"
        return self.state.floor.spoken_ms(self.at) / 1000


def a_room(
    *,
    kind: Kind = Kind.LIVE,
    condition: Condition = Condition.LIVE,
    phase: Phase = Phase.STATEMENTS,
    order: Sequence[str] = (),
    waiting: Sequence[str] = (),
    gone: Mapping[str, str] | None = None,
    queue: Sequence[str] = (),
    speaking: str | None = None,
    interrupted: str | None = None,
    limit_s: int = 240,
    presented: bool = False,
    outcome: OutcomeKind | None = None,
    referral: str | None = "referral",
) -> Meeting:
    """A meeting of the whole cast, led by ines, with everybody let in who is neither `waiting` nor `gone`.

    `gone` says how somebody went: {"cara": "left"}. `interrupted` had the floor before `speaking` was interposed.
    """
    meeting = Meeting()
    _seat_everybody(meeting, _planned(kind, order, referral), waiting, gone or {})
    if condition is not Condition.WAITING:
        meeting.happens(did.RoomOpened(), did.PhaseAdvanced(Phase.OPEN))
        meeting.happens(
            *(did.PhaseAdvanced(p) for p in Phase if is_before(Phase.OPEN, p) and not is_before(phase, p))
        )
    if queue:
        meeting.happens(did.QueueReordered(tuple(PersonId(p) for p in queue)))
    if interrupted:
        meeting.happens(did.TurnGranted(PersonId(interrupted), limit_s))
    if speaking:
        turn = did.TurnInterposed if interrupted else did.TurnGranted
        meeting.happens(turn(PersonId(speaking), limit_s))
    if presented:
        meeting.happens(did.PlanPresented())
    if outcome:
        meeting.happens(did.OutcomeRecorded(OutcomeId("room-0"), outcome))
    if condition in STOPS:
        meeting.happens(STOPS[condition])
    return meeting


def _planned(kind: Kind, order: Sequence[str], referral: str | None) -> did.RoomPlanned:
    """Only a rehearsal has somebody who stands in for the loved one."""
    seats = tuple((PersonId(p), role) for p, role in CAST.items() if kind is Kind.REHEARSAL or p != "stan")
    arranged = ReferralId(referral) if referral else None
    return did.RoomPlanned(CaseId("case"), kind, seats, tuple(map(PersonId, order)), arranged)


def _seat_everybody(
    meeting: Meeting, planned: did.RoomPlanned, waiting: Sequence[str], gone: Mapping[str, str]
) -> None:
    meeting.happens(planned)
    for person, role in planned.seats:
        if role not in PROFESSIONALS and person not in waiting:
            meeting.happens(did.PersonAdmitted(person))
    for person, how in gone.items():
        meeting.happens(GONE[how](PersonId(person)))
