"""The way into a room for everything else: one command, one transaction, one broadcast."""

from typing import get_args

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from facilitator import language
from facilitator.infra import broadcast, clock, crash, crypto, db, ids, offload, outbox
from facilitator.infra.entries import Entry
from facilitator.infra.ids import CaseId, CommandId, PersonId, ReferralId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.infra.wire import Parsed
from facilitator.people.roles import Role
from facilitator.referral import service as referral
from facilitator.room import commands as ask
from facilitator.room import dictionary, transcript
from facilitator.room import events as did
from facilitator.room.asking import Heard
from facilitator.room.decide import decide
from facilitator.room.listening import Listened, listen
from facilitator.room.live import LOG, Live, Moment, holding, seen, whole_view
from facilitator.room.meetings import Meeting as Meeting
from facilitator.room.meetings import meeting_by_code as meeting_by_code
from facilitator.room.meetings import meetings_of as meetings_of
from facilitator.room.meetings import open_to as open_to
from facilitator.room.phases import Kind
from facilitator.room.react import Activate, CallSafetyContact, Effect, StandDown, react
from facilitator.room.state import Seat, Standing
from facilitator.room.tables import Outcome, Room

ATTEMPTS = 5
"""How often a command is decided anew when another worker appended first."""

SOCKET_PATH = "/socket.io"
"""Where this room's sockets are served; with several workers it will depend on the room."""

NO_WAY_BACK = frozenset({Standing.REMOVED, Standing.DECLINED})

KNOWN: dict[str, type[ask.Command]] = {
    kind.__struct_config__.tag: kind for kind in get_args(ask.Command) if kind not in ask.INTERNAL
}
"""Commands by their name on the wire."""


def create(
    tx: Session,
    case: CaseId,
    kind: Kind,
    seats: list[tuple[PersonId, Role]],
    order: list[PersonId],
    referral_id: ReferralId | None = None,
) -> RoomId:
    """A new meeting, with its waiting room open. `order` is who reads after whom."""
    room, code, at = RoomId(ids.new_id()), ids.new_code(), clock.now()
    tx.execute(
        insert(Room).values(
            id=room,
            case_id=case,
            kind=kind,
            code=crypto.seal(code, f"rooms:{room}:code"),
            code_lookup=crypto.lookup(code),
            waiting_room_open=True,
            created_at=at,
        )
    )
    lead = next(person for person, role in seats if role is Role.INTERVENTIONIST)
    planned = did.RoomPlanned(case, kind, tuple(seats), tuple(order), referral_id)
    LOG.append(tx, room, Entry(1, at, lead, (planned,)), ids.new_id(), "")
    return room


def handle(room: RoomId, asked: Parsed[ask.Command], by: PersonId) -> int:
    """Carry out one command; the answer is the room's seq after it. Raises Refused, and db.Busy.

    When this returns, what happened is on disk and on its way to every client.
    """
    with holding(room) as held:
        now = _present(held)
        listened = Listened()
        if isinstance(asked.command, ask.HearSegment):  # some milliseconds of arithmetic, beside the event loop
            listened = offload.run(listen, asked.command, by, now.state, now.board)
        for _ in range(ATTEMPTS):
            try:
                return _once(held, asked, by, listened)
            except IntegrityError:
                held.moment = None
    raise Refused("conflict", "Somebody else changed the meeting at the same moment. Please try again.")


def ask_for_seat(room: RoomId, person: PersonId) -> None:
    """Somebody came in by the room code, or comes back after leaving, and waits to be let in."""
    command = ask.AskForSeat(person, Role.TEAM_MEMBER)
    handle(room, Parsed(CommandId(ids.new_id()), command, ""), person)


def view(room: RoomId, person: PersonId) -> dict[str, object]:
    """The person's whole view. Raises Refused for a stranger to the room."""
    with db.reading() as tx:
        now = seen(tx, room)
    _seat(now, person)
    return whole_view(room, now, person)


def standing(room: RoomId, person: PersonId) -> Standing:
    """How the person stands to the room. Raises Refused for a stranger to it."""
    with db.reading() as tx:
        return _seat(seen(tx, room), person).standing


def case_of(tx: Session, room: RoomId) -> CaseId:
    """Raises Refused not_found."""
    case = tx.scalar(select(Room.case_id).where(Room.id == room))
    if case is None:
        raise Refused("not_found", "There is no such meeting. Check the link, or ask the professional.")
    return CaseId(case)


def show_to_all(room: RoomId) -> None:
    """Bring every connected client up to date with what did not come by a command to this process."""
    with holding(room) as held:
        with db.reading() as tx:
            held.catch_up(tx)
            held.refresh_referral(tx)
        held.push()


def file_changed(case: CaseId) -> None:
    """What was prepared for a case is another now: its rooms in this process go by it from here on."""
    with db.reading() as tx:
        rooms = rooms_of_case(tx, case)
    for room in set(rooms) & set(broadcast.rooms()):
        with holding(room) as held:
            with db.reading() as tx:
                held.catch_up(tx)
                held.refresh_file(tx)
            held.push()


def rooms_of_case(tx: Session, case: CaseId) -> list[RoomId]:
    return [RoomId(i) for i in tx.scalars(select(Room.id).where(Room.case_id == case))]


def _once(held: Live, asked: Parsed[ask.Command], by: PersonId, listened: Listened) -> int:
    with db.writing() as tx:
        now = held.catch_up(tx)
        digest = ids.digest(f"{by}:{asked.digest}")
        earlier = LOG.answer(tx, held.room, asked.id)
        if earlier:
            return _same_answer(earlier, digest)
        at = max(clock.now(), now.at)  # a clock put back must not undo a turn
        heard = tuple(_heard(f) for f in listened.findings)
        reopened = _reopened(tx, now, asked.command)
        happened = decide(now.state, asked.command, by, at, asked.id, heard, listened.warmth, reopened)
        if not happened:
            return now.seq
        entry = Entry(now.seq + 1, at, by, tuple(happened))
        LOG.append(tx, held.room, entry, asked.id, digest)
        said = transcript.keep(tx, held.room, asked.command, happened, listened.findings, at)
        effects = react(now.state, happened)
        for effect in effects:
            _carry_out(tx, now, effect, entry)
        _project(tx, now, entry)
        after = held.after(tx, entry, said)
    if effects:
        crash.here("outcome_kept")
    held.moment = after
    if effects:
        outbox.poke()
    held.push()
    return entry.seq


def _seat(now: Moment, person: PersonId) -> Seat:
    seat = now.state.seats.get(person)
    if seat is None:
        raise Refused("not_allowed", "You are not part of this meeting.")
    return seat


def _same_answer(earlier: tuple[int, str], digest: str) -> int:
    seq, earlier_digest = earlier
    if earlier_digest != digest:
        raise Refused("id_reused", "This command id was used for something else. Send a new id.")
    return seq


def _present(held: Live) -> Moment:
    """The room as this process knows it; `_once` catches up before it decides."""
    if held.moment:
        return held.moment
    with db.reading() as tx:
        return held.catch_up(tx)


def _heard(f: language.Finding) -> Heard:
    return Heard(f.category, f.severity, f.start, f.end, f.rule)


def _reopened(tx: Session, now: Moment, command: ask.Command) -> bool:
    """Asked only where it matters: how the referral stands is read from its log."""
    return (
        isinstance(command, ask.AmendOutcome)
        and now.state.referral is not None
        and referral.reopened(tx, now.state.referral)
    )


def _carry_out(tx: Session, now: Moment, effect: Effect, entry: Entry[did.Event]) -> None:
    by = PersonId(entry.actor)
    match effect:
        case Activate(referral_id, outcome):
            referral.activate(tx, referral_id, outcome, entry.at, by)
        case StandDown(referral_id, outcome):
            referral.stand_down(tx, referral_id, outcome, entry.at, by)
        case CallSafetyContact(signal, _) if now.board.file.safety_contact:
            body = msgspec.json.encode({"text": "Please call the person leading the meeting now."}).decode()
            to = f"cases:{now.state.case}"
            outbox.enqueue(tx, [outbox.Message(f"{signal}:safety", "text", to, body, now.state.id)])


def _project(tx: Session, now: Moment, entry: Entry[did.Event]) -> None:
    room = now.state.id
    for event in entry.events:
        match event:
            case did.FlagJudged(flag_id, verdict):
                flag = next(f for f in now.state.flags if f.id == flag_id)
                said = now.board.spoken.flags.get(flag_id)
                if said:  # otherwise its words were purged, and there is nothing to learn from
                    spoken = now.board.file.language_of(flag.speaker)
                    dictionary.learn(tx, now.state.case, now.state.kind, flag, said, verdict, spoken)
            case did.OutcomeRecorded(outcome, kind):
                values = {"room_id": room, "outcome_id": outcome, "kind": kind, "recorded_at": entry.at}
                tx.execute(insert(Outcome).values(**values))
            case did.OutcomeAmended(outcome, kind):
                values = {"outcome_id": outcome, "kind": kind, "recorded_at": entry.at}
                tx.execute(update(Outcome).where(Outcome.room_id == room).values(**values))
            case did.RoomEnded():
                tx.execute(update(Room).where(Room.id == room).values(waiting_room_open=False))
