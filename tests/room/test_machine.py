"""Everybody taps everything in any order: what must hold of a room after every step, whatever came before."""

from typing import get_args

import hypothesis
import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused
from facilitator.people.roles import PROFESSIONALS, SPEAKERS, Role
from facilitator.room import commands as ask
from facilitator.room import desk
from facilitator.room import events as did
from facilitator.room.asking import Heard
from facilitator.room.evolve import fold
from facilitator.room.phases import Condition, Kind
from facilitator.room.state import Seat
from facilitator.room.viewing import view_for
from tests.makers import a_room
from tests.room import strategies
from tests.room.canaries import a_board

BOARD = a_board()
WRITTEN = msgspec.json.Decoder(tuple[did.Event, ...])
FINDINGS = (Heard("label", 2, 0, 4, "label.addict"), Heard("absolute", 1, 5, 6, "absolute.always"))


class Room(RuleBasedStateMachine):
    """Counts the time spoken by itself, step by step, against the timestamps that the room keeps."""

    @initialize(kind=st.sampled_from(Kind), order=st.permutations(strategies.FAMILY), late=st.integers(0, 2))
    def an_open_meeting(self, kind: Kind, order: list[PersonId], late: int) -> None:
        """The second in the order was interrupted by the first; the last may still be on their way."""
        here, waiting = order[: len(order) - late], order[len(order) - late :]
        first, second = here[:2]
        self.meeting = a_room(kind=kind, order=order, waiting=waiting, interrupted=second, speaking=first)
        self.running_ms: dict[PersonId, int] = {first: 0, second: 0}
        self.ended_ms: dict[PersonId, int] = {}

    @rule(ms=st.integers(1, 90_000))
    def time_passes(self, ms: int) -> None:
        state = self.meeting.state
        if state.holder and state.condition is Condition.LIVE:
            self.running_ms[state.holder] += ms
        self.meeting.wait(ms / 1000)

    @rule(command=strategies.floor)
    def the_lead_gives_and_takes_the_floor(self, command: ask.Command) -> None:
        self.ask(self.meeting.state.controller, command)

    @rule(command=strategies.queue | strategies.words)
    def the_lead_does_the_rest(self, command: ask.Command) -> None:
        self.ask(self.meeting.state.controller, command)

    @rule(command=strategies.course)
    def the_lead_conducts(self, command: ask.Command) -> None:
        self.ask(self.meeting.state.controller, command)

    @precondition(lambda self: self.meeting.state.condition is not Condition.LIVE)
    @rule()
    def the_meeting_goes_on(self) -> None:
        for command in (ask.OpenRoom(), ask.Resume()):
            self.ask(self.meeting.state.controller, command)

    @rule(command=strategies.seats)
    def the_lead_is_at_the_door(self, command: ask.Command) -> None:
        self.ask(self.meeting.state.controller, command)

    @rule(who=strategies.family, command=strategies.own_turn)
    def the_family_asks(self, who: PersonId, command: ask.Command) -> None:
        self.ask(who, command)

    @precondition(lambda self: self.meeting.state.floor)
    @rule(command=strategies.own_turn | strategies.own_turn | strategies.words | st.just(ask.Leave()))
    def whoever_speaks_asks(self, command: ask.Command) -> None:
        assert self.meeting.state.holder
        self.ask(self.meeting.state.holder, command)

    @rule(who=strategies.anybody, command=strategies.anything)
    def anybody_asks(self, who: PersonId, command: ask.Command) -> None:
        self.ask(who, command)

    def ask(self, who: PersonId, command: ask.Command) -> None:
        before = self.meeting.state
        code = self.meeting.refuses(who, command)
        if code:
            assert 400 <= Refused(code, "").status < 500
            assert self.meeting.state == before
            return
        happened = self.meeting.asks(who, command)
        if isinstance(command, ask.HearSegment):
            read = ask.ReadSegment(command.segment, command.text)
            self.meeting.asks(who, read, findings=FINDINGS, warmth=(("love", 1),))
        for event in happened:
            self.count(event)
        if isinstance(command, ask.Leave) and who != before.controller:
            assert not self.meeting.state.is_admitted(who), "leaving was not honoured"

    def count(self, event: did.Event) -> None:
        match event:
            case did.TurnGranted(person) | did.TurnInterposed(person):
                self.running_ms[person] = 0
            case did.TurnEnded(person, spoken_ms):
                assert spoken_ms == self.running_ms.pop(person)
                self.ended_ms[person] = self.ended_ms.get(person, 0) + spoken_ms

    @invariant()
    def one_person_speaks_and_is_here(self) -> None:
        state = self.meeting.state
        turns = [floor.holder for floor in (state.floor, state.interrupted) if floor]
        assert set(turns) == set(self.running_ms)
        assert len(set(turns)) == len(turns)
        assert all(may_speak(state.seats[person]) for person in turns)
        assert state.floor or not state.interrupted
        assert not (state.floor and state.condition in (Condition.WAITING, Condition.ENDED))

    @invariant()
    def the_queue_holds_each_waiting_speaker_once(self) -> None:
        state = self.meeting.state
        assert len(set(state.queue)) == len(state.queue)
        assert all(may_speak(state.seats[person]) for person in state.queue)
        assert not any(state.has_turn(person) for person in state.queue)
        hands = {person for person, seat in state.seats.items() if seat.hand_since}
        assert hands <= set(state.queue)

    @invariant()
    def the_clock_counts_what_was_spoken_and_nothing_else(self) -> None:
        state = self.meeting.state
        for floor in (state.floor, state.interrupted):
            assert floor is None or floor.spoken_ms(self.meeting.at) == self.running_ms[floor.holder]
        assert state.totals == self.ended_ms

    @invariant()
    def only_the_team_is_judged_by_its_words(self) -> None:
        state = self.meeting.state
        judged = {flag.speaker for flag in state.flags} | set(state.warmth)
        assert {state.seats[person].role for person in judged} <= {Role.TEAM_MEMBER}

    @invariant()
    def one_professional_who_is_here_leads(self) -> None:
        state = self.meeting.state
        leads = state.seats[state.controller]
        assert leads.admitted
        assert leads.role in PROFESSIONALS
        assert state.offered_to is None or state.is_admitted(state.offered_to)

    @invariant()
    def the_log_gives_the_same_state(self) -> None:
        assert fold(self.meeting.state.id, self.meeting.log) == self.meeting.state

    @invariant()
    def there_is_one_outcome_and_none_of_a_rehearsal(self) -> None:
        state = self.meeting.state
        events = [event for entry in self.meeting.log for event in entry.events]
        recorded = [event for event in events if isinstance(event, did.OutcomeRecorded)]
        amended = [event for event in events if isinstance(event, did.OutcomeAmended)]
        assert len(recorded) <= (state.kind is Kind.LIVE)
        assert len(amended) == (len(state.outcome.history) if state.outcome else 0)

    @invariant()
    def nobody_sees_more_than_their_part(self) -> None:
        for person, seat in self.meeting.state.seats.items():
            shown = set(view_for(person, self.meeting.state, BOARD))
            assert seat.admitted or shown == {"me"}
            assert seat.role in PROFESSIONALS or not shown & set(desk.SECTIONS)

    def teardown(self) -> None:
        for entry in self.meeting.log:
            assert WRITTEN.decode(msgspec.json.encode(entry.events)) == entry.events


def may_speak(seat: Seat) -> bool:
    return seat.admitted and seat.role in SPEAKERS


Room.TestCase.settings = settings(
    max_examples=150, stateful_step_count=60, derandomize=True, deadline=None, database=None
)
TestRoom = Room.TestCase


@pytest.mark.parametrize("kind", get_args(ask.Command))
def test_chance_can_ask_every_command(kind: type[ask.Command]):
    """Or else the machine would prove less than it says."""
    without_shrinking = settings(
        max_examples=2_000, phases=[hypothesis.Phase.generate], derandomize=True, database=None
    )
    hypothesis.find(strategies.anything, lambda command: isinstance(command, kind), settings=without_shrinking)
