"""One command on its way: decided in memory, brought to disk together with others, then shown and answered."""

import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from facilitator.infra import clock, crash, ids, outbox
from facilitator.infra.commits import Row, Stale
from facilitator.infra.entries import Entry
from facilitator.infra.ids import PersonId
from facilitator.infra.wire import Parsed
from facilitator.language import Reading
from facilitator.referral import service as referral
from facilitator.room import commands as ask
from facilitator.room import dictionary, owners, transcript
from facilitator.room import events as did
from facilitator.room.asking import Heard
from facilitator.room.board import Board
from facilitator.room.decide import decide
from facilitator.room.evolve import fold
from facilitator.room.held import Live
from facilitator.room.react import Activate, CallSafetyContact, Effect, StandDown, react
from facilitator.room.speech import is_judged
from facilitator.room.state import RoomState
from facilitator.room.stored import LOG, NOTHING_NEW, REACHES_FURTHER, Moment, around
from facilitator.room.tables import Outcome, Room

NOTHING_READ = Reading()

Answer: TypeAlias = "int | Exception"
"""The room's seq after the command, or why it was not carried out."""


class Ticket:
    """For whoever waits for the answer to a command."""

    __slots__ = ("_answer", "_then")

    def __init__(self) -> None:
        self._answer: Answer | None = None
        self._then: deque[Callable[[Answer], object]] = deque()

    def then(self, call: Callable[[Answer], object]) -> None:
        """`call` gets the answer, now or when it is there; it must not wait for anything."""
        self._then.append(call)
        if self._answer is not None:
            self._tell(self._answer)

    def wait(self) -> int:
        """The seq. Raises what kept the command from being carried out."""
        if self._answer is None:
            there = threading.Event()
            self.then(lambda _: there.set())
            there.wait()
        if isinstance(self._answer, Exception):
            raise self._answer
        assert self._answer is not None
        return self._answer

    def settle(self, answer: Answer) -> None:
        self._answer = answer
        self._tell(answer)

    def _tell(self, answer: Answer) -> None:
        """Each call is taken by one thread only, also where `then` and `settle` meet."""
        while self._then:
            try:
                call = self._then.popleft()
            except IndexError:
                return
            call(answer)


Failed: TypeAlias = "Callable[[Step, Exception], None]"


class Step:
    """A command, from the decision to its end; when it could not be kept, `on_failure` says what becomes of it."""

    def __init__(
        self,
        held: Live,
        asked: Parsed[ask.Command],
        by: PersonId,
        on_failure: Failed,
        reading: Reading = NOTHING_READ,
    ) -> None:
        self.held = held
        self.stream: str = held.room
        self.asked = asked
        self.by = by
        self.on_failure = on_failure
        self.reading = reading
        found = reading.findings
        self._heard = tuple(Heard(f.category, f.severity, f.start, f.end, f.rule) for f in found) if found else ()
        self.superseded = False
        """Another step stands for this command now."""
        self.conflicts = 0
        """How often another writer was there first."""
        self.ticket = Ticket()
        self.digest = ids.digest(f"{by}:{asked.digest}")
        self.rows: list[Row] = []
        self._round = 0
        self._after: Moment | None = None
        self._entry: Entry[did.Event] | None = None
        self._before: RoomState | None = None
        self._effects: list[Effect] = []
        self._reaches_further = False
        self._board = held.board
        self._reopened = False
        self._around = NOTHING_NEW

    def decide(self, now: Moment, reopened: bool) -> None:
        """With the room's lock held. Raises Refused. Afterwards the room is ahead by what happened."""
        self._round, self._before, self._reopened = self.held.round, now.state, reopened
        self._board = self.held.board
        at = max(clock.now(), now.at)  # a clock put back must not undo a turn
        asked, heard = self.asked, self._heard
        happened = decide(now.state, asked.command, self.by, at, asked.id, heard, self.reading.warmth, reopened)
        self.rows, self._entry, self._effects, self._after, self._around = [], None, [], now, NOTHING_NEW
        if not happened:
            return
        self._entry = entry = Entry(now.seq + 1, at, self.by, tuple(happened))
        self._effects = react(now.state, happened)
        self._reaches_further = bool(self._effects) or not REACHES_FURTHER.isdisjoint(map(type, happened))
        said = transcript.texts_of(asked.command, happened, self.reading.findings)
        room = self.held.room
        self.rows = [
            (LOG.insert, LOG.values(room, entry, asked.id, self.digest)),
            *transcript.rows(room, said, asked.command, happened, at),
        ]
        self._after = Moment(entry.seq, at, fold(room, [entry], now.state))
        self.held.advance(self._after, said)
        self.held.unread.extend(
            event.segment
            for event in happened
            if isinstance(event, did.SegmentHeard) and is_judged(now.state, event.speaker)
        )

    # What the group commit asks of a work.

    def is_current(self) -> bool:
        return self._round == self.held.round

    def also(self, tx: Session) -> None:
        """What reaches further than the log, in its transaction."""
        entry = self._entry
        if entry is None or not self._reaches_further:
            return
        assert self._before is not None
        if self._reopened and not is_reopened(tx, self._before, self.asked.command):
            raise Stale
        for effect in self._effects:
            _carry_out(tx, self._before, self._board, effect, entry)
        for event in entry.events:
            _project(tx, self._before, self._board, event, entry)
        self._around = around(tx, self._before, entry.events, referral_moved=bool(self._effects))

    def landed(self) -> None:
        assert self._after is not None
        if self._effects:
            crash.here("outcome_kept")
        if self._entry is not None:
            self.held.arrive(self._after, self.asked.id, self._around)
            owners.tell_if_elsewhere(self.held.room)
        if self._effects:
            outbox.poke()
        self.ticket.settle(self._after.seq)

    def failed(self, error: Exception) -> None:
        if not self.superseded:
            self.on_failure(self, error)

    def anew(self, conflicts: int) -> "Step":
        """The same command and whoever waits for it, to be decided once more."""
        self.superseded = True
        again = Step(self.held, self.asked, self.by, self.on_failure, self.reading)
        again.ticket, again.conflicts = self.ticket, conflicts
        return again


def is_conflict(error: Exception) -> bool:
    """Somebody else was there first, so that the decision has to be made anew."""
    return isinstance(error, Stale | IntegrityError)


def is_reopened(tx: Session, state: RoomState, command: ask.Command) -> bool:
    """Asked only where it matters: how the referral stands is read from its log."""
    return (
        isinstance(command, ask.AmendOutcome)
        and state.referral is not None
        and referral.reopened(tx, state.referral)
    )


def _carry_out(tx: Session, before: RoomState, board: Board, effect: Effect, entry: Entry[did.Event]) -> None:
    by = PersonId(entry.actor)
    match effect:
        case Activate(referral_id, outcome):
            referral.activate(tx, referral_id, outcome, entry.at, by)
        case StandDown(referral_id, outcome):
            referral.stand_down(tx, referral_id, outcome, entry.at, by)
        case CallSafetyContact(signal, _) if board.file.safety_contact:
            body = msgspec.json.encode({"text": "Please call the person leading the meeting now."}).decode()
            to = f"cases:{before.case}"
            outbox.enqueue(tx, [outbox.Message(f"{signal}:safety", "text", to, body, before.id)])


def _project(tx: Session, before: RoomState, board: Board, event: did.Event, entry: Entry[did.Event]) -> None:
    room = before.id
    match event:
        case did.FlagJudged(flag_id, verdict):
            transcript.judge(tx, room, flag_id, verdict)
            flag = next(f for f in before.flags if f.id == flag_id)
            said = board.spoken.flags.get(flag_id)
            if said:  # otherwise its words were purged, and there is nothing to learn from
                spoken = board.file.language_of(flag.speaker)
                dictionary.learn(tx, before.case, before.kind, flag, said, verdict, spoken)
        case did.OutcomeRecorded(outcome, kind):
            values = {"room_id": room, "outcome_id": outcome, "kind": kind, "recorded_at": entry.at}
            tx.execute(insert(Outcome).values(**values))
        case did.OutcomeAmended(outcome, kind):
            values = {"outcome_id": outcome, "kind": kind, "recorded_at": entry.at}
            tx.execute(update(Outcome).where(Outcome.room_id == room).values(**values))
        case did.RoomEnded():
            tx.execute(update(Room).where(Room.id == room).values(waiting_room_open=False))
