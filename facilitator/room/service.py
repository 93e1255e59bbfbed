"""The way into a room for everything else: one command, one transaction, one broadcast."""

from collections.abc import Callable
from typing import get_args

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from facilitator import language
from facilitator.infra import clock, crypto, db, ids, logs, notices, offload
from facilitator.infra.entries import Entry
from facilitator.infra.ids import CaseId, CommandId, PersonId, ReferralId, RoomId, SegmentId
from facilitator.infra.refusal import Refused
from facilitator.infra.wire import Parsed
from facilitator.people.roles import Role
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room import live, owners
from facilitator.room.held import Live
from facilitator.room.listening import speech_of
from facilitator.room.meetings import Meeting as Meeting
from facilitator.room.meetings import meeting_by_code as meeting_by_code
from facilitator.room.meetings import meetings_of as meetings_of
from facilitator.room.meetings import open_to as open_to
from facilitator.room.owners import ANY_PATH as ANY_PATH
from facilitator.room.owners import socket_path as socket_path
from facilitator.room.phases import Kind
from facilitator.room.state import RoomState, Standing
from facilitator.room.steps import Answer, Step, Ticket, is_conflict, is_reopened
from facilitator.room.stored import LOG, Around, Moment, reading_id, seen_anew
from facilitator.room.tables import Room

LOGGER = logs.get(__name__)

ATTEMPTS = 5
"""How often a command is decided anew when another worker appended first."""

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


def submit(room: RoomId, asked: Parsed[ask.Command], by: PersonId, answer: Callable[[Answer], object]) -> None:
    """Decide on one command now; `answer` gets the seq once what happened is on disk and on its way to all.

    Raises Refused for an unknown room. Commands are decided in the order of these calls, and answered in it. Words
    are kept and answered first, and then read; this returns when they have been.
    """
    held = live.of(room)
    step = Step(held, asked, by, _failed)
    step.ticket.then(answer)
    _decide(step)
    if isinstance(asked.command, ask.HearSegment):
        read_on(held)


def handle(room: RoomId, asked: Parsed[ask.Command], by: PersonId) -> int:
    """The same, waited for: the seq. Raises Refused, and db.Busy where it could not be saved."""
    ticket = Ticket()
    submit(room, asked, by, ticket.settle)
    return ticket.wait()


def read_on(held: Live) -> None:
    """What was heard and not read yet goes before the language engine, and what it finds into the log."""
    while held.unread:
        try:
            segment = held.unread.popleft()
        except IndexError:
            return
        try:
            _read(held, segment)
        except Exception:  # the words are kept; they are read when the next are, or when the room is read anew
            LOGGER.exception("a segment was not read")
            held.unread.append(segment)
            return


def ask_for_seat(room: RoomId, person: PersonId) -> None:
    """Somebody came in by the room code, or comes back after leaving, and waits to be let in."""
    command = ask.AskForSeat(person, Role.TEAM_MEMBER)
    handle(room, Parsed(CommandId(ids.new_id()), command, ""), person)


def view(room: RoomId, person: PersonId) -> dict[str, object]:
    """The person's whole view. Raises Refused for a stranger to the room."""
    held, present = live.of(room), owners.present(room)
    with held.lock:
        return held.view_of(person, present)


def standing(room: RoomId, person: PersonId) -> Standing:
    """How the person stands to the room. Raises Refused for a stranger to it."""
    return live.of(room).seat(person).standing


def case_of(tx: Session | Connection, room: RoomId) -> CaseId:
    """Raises Refused not_found."""
    known = live.case(room)
    if known is not None:
        return known
    case = tx.scalar(select(Room.case_id).where(Room.id == room))
    if case is None:
        raise Refused("not_found", "There is no such meeting. Check the link, or ask the professional.")
    return CaseId(case)


def show(room: RoomId) -> None:
    """Bring every connected client up to date, e.g. with who is connected."""
    held = live.of(room)
    with held.lock:
        held.push()
    read_on(held)


def welcome(room: RoomId) -> None:
    """Whole views to those who have just come. The others are shown who is there by the next `show`."""
    held = live.of(room)
    with held.lock:
        held.welcome()
    read_on(held)


def left(room: RoomId) -> None:
    """The last one who was connected has gone."""
    live.left(room)


def show_to_all(room: RoomId) -> None:
    """The same, with what did not come by a command to this process."""
    held = live.of(room)
    with db.reading() as tx:
        with held.lock:
            held.catch_up(tx)
        _surround(held, seen_anew(tx, held.now().state))


def file_changed(case: CaseId) -> None:
    """What was prepared for a case is another now: its rooms go by it from here on, wherever they are served."""
    read_file_anew(case)
    notices.tell(notices.Kind.CASE, case)


def read_file_anew(case: CaseId) -> None:
    """The same in this process alone."""
    with db.reading() as tx:
        rooms = rooms_of_case(tx, case)
    for room in set(rooms) & set(live.here()):
        held = live.of(room)
        with db.reading() as tx:
            _surround(held, seen_anew(tx, held.now().state, file=True))


def _surround(held: Live, around: Around) -> None:
    with held.lock:
        held.surround(around)
        held.push()


def rooms_of_case(tx: Session, case: CaseId) -> list[RoomId]:
    return [RoomId(i) for i in tx.scalars(select(Room.id).where(Room.case_id == case))]


def _decide(step: Step) -> None:
    with step.held.lock:
        _decide_locked(step)


def _decide_locked(step: Step) -> None:
    held = step.held
    try:
        now = held.ahead or _level(held)
        if _is_repeat(step):
            return
        step.decide(now, _reopened(now.state, step.asked.command))
    except Exception as error:
        step.ticket.settle(db.Busy() if db.is_trouble(error) else error)
        return
    if step.rows:
        held.under_way[step.asked.id] = step
    if held.under_way:
        live.GROUP.put(step)  # also where nothing happened: the answer is true once what it was decided on is kept
    else:
        step.ticket.settle(now.seq)


def _read(held: Live, segment: SegmentId) -> None:
    now = held.ahead or held.now()
    speech = speech_of(segment, now.state, held.board)
    if speech is None:
        return
    reading = offload.compute(language.read, speech)  # some milliseconds of arithmetic
    if reading.findings or reading.warmth:
        speaker = next(heard.speaker for heard in now.state.heard if heard.id == segment)
        command = ask.ReadSegment(segment, speech.text)
        step = Step(held, Parsed(reading_id(segment), command, ""), speaker, _failed, reading)
        _decide(step)
        step.ticket.wait()


def _failed(step: Step, error: Exception) -> None:
    """What the room was ahead by is void with it, and decided anew in the same order before anything else is."""
    held = step.held
    with held.lock:
        if not step.is_current():
            _decide_locked(step.anew(step.conflicts))
            return
        held.give_up()
        void = [each for each in held.under_way.values() if isinstance(each, Step)]
        held.under_way.clear()
        for each in void if step in void else [step, *void]:
            again = each.anew(each.conflicts + (each is step))
            reason = _end_of(again, step, error)
            if reason:
                again.ticket.settle(reason)
            else:
                _decide_locked(again)


def _end_of(again: Step, failed: Step, error: Exception) -> Exception | None:
    """Why a command is over now that `failed` was not kept. None where it is to be decided anew."""
    if db.is_trouble(error):
        return db.Busy()
    if again.ticket is not failed.ticket:
        return None
    if not is_conflict(error):
        return error
    if again.conflicts >= ATTEMPTS:
        return Refused("conflict", "Somebody else changed the meeting at the same moment. Please try again.")
    return None


def _level(held: Live) -> Moment:
    """What was ahead was not kept: begin again with what is."""
    with db.reading() as tx:
        if held.catch_up(tx):
            held.push()
        return held.read(tx)


def _is_repeat(step: Step) -> bool:
    """Whether the same was asked before; then it gets the same answer, and nothing happens twice."""
    held, asked = step.held, step.asked
    earlier = held.under_way.get(asked.id)
    if isinstance(earlier, Step):
        earlier.ticket.then(lambda answer: step.ticket.settle(_same(step, earlier.digest, answer)))
    elif asked.id in held.answered:
        with db.reading() as tx:
            found = LOG.answer(tx, held.room, asked.id)
        assert found is not None, "an answered command is in the log"
        step.ticket.settle(_same(step, found[1], found[0]))
    else:
        return False
    return True


def _same(step: Step, earlier_digest: str, answer: Answer) -> Answer:
    if step.digest != earlier_digest:
        return Refused("id_reused", "This command id was used for something else. Send a new id.")
    return answer


def _reopened(state: RoomState, command: ask.Command) -> bool:
    if not isinstance(command, ask.AmendOutcome):
        return False
    with db.reading() as tx:
        return is_reopened(tx, state, command)
