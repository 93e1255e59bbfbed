"""What every decision about a room is given: the state, who asks, when, and under which command id."""

from datetime import datetime

import msgspec

from facilitator.infra.ids import CommandId, PersonId
from facilitator.infra.refusal import Refused
from facilitator.room.phases import STOPPED, Condition
from facilitator.room.state import RoomState, Seat


class Heard(msgspec.Struct, frozen=True):
    """What the language engine found in the words of a `hear_segment`; the words themselves stay outside."""

    category: str
    severity: int
    start: int
    end: int
    rule: str


class Asking(msgspec.Struct, frozen=True):
    state: RoomState
    by: PersonId
    at: datetime
    id: CommandId
    findings: tuple[Heard, ...] = ()
    warmth: tuple[tuple[str, int], ...] = ()
    reopened: bool = False
    """Help was accepted, and then it did not come to it: nobody arrived, or they turned back."""

    @property
    def seat(self) -> Seat:
        return self.state.seats[self.by]


def seat_of(state: RoomState, person: PersonId) -> Seat:
    """Raises Refused for somebody who is not of this room."""
    seat = state.seats.get(person)
    if seat is None:
        raise Refused("unknown_person", "Nobody of that name is in this meeting. Pick a person from the list.")
    return seat


def admitted(state: RoomState, person: PersonId) -> Seat:
    """Raises Refused unless the person has been let in."""
    seat = seat_of(state, person)
    if not seat.admitted:
        raise Refused("not_admitted", "That person is not in the room. Let them in first.")
    return seat


def must_be_open(state: RoomState) -> None:
    """Raises Refused before the meeting opens and after it ended."""
    if state.condition is Condition.WAITING:
        raise Refused("not_open", "The meeting has not started. Open the room first.")
    if state.condition is Condition.ENDED:
        raise Refused("ended", "The meeting has ended.")


def must_run(state: RoomState) -> None:
    """Raises Refused unless the meeting is open and not stopped."""
    must_be_open(state)
    if state.condition in STOPPED:
        raise Refused("paused", "The meeting is paused. Resume it first.")
