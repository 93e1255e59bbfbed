"""Who is in the room: the waiting room, letting in, holding, declining, removing, leaving."""

from facilitator.infra.refusal import Refused
from facilitator.people.roles import PROFESSIONALS
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room import turns
from facilitator.room.asking import Asking, seat_of
from facilitator.room.phases import Condition
from facilitator.room.state import Standing


def ask_for_seat(c: ask.AskForSeat, a: Asking) -> list[did.Event]:
    """Also the way back for somebody who left: they wait to be let in, as at first."""
    seat = a.state.seats.get(c.person)
    if seat is None:
        return [did.SeatAsked(c.person, c.role)]
    return [did.SeatAsked(c.person, seat.role)] if seat.standing is Standing.LEFT else []


def get_ready(_: ask.GetReady, a: Asking) -> list[did.Event]:
    return [] if a.seat.ready else [did.PersonReady(a.by)]


def run_late(c: ask.RunLate, a: Asking) -> list[did.Event]:
    return [] if a.seat.late == c.reason else [did.PersonLate(a.by, c.reason)]


def admit(c: ask.Admit, a: Asking) -> list[did.Event]:
    return [] if seat_of(a.state, c.person).admitted else [did.PersonAdmitted(c.person)]


def hold(c: ask.Hold, a: Asking) -> list[did.Event]:
    if seat_of(a.state, c.person).admitted:
        raise Refused("already_in", "That person is already in the room.")
    return [did.PersonHeld(c.person)]


def decline(c: ask.Decline, a: Asking) -> list[did.Event]:
    seat = seat_of(a.state, c.person)
    if seat.admitted:
        raise Refused("already_in", "That person is already in the room. Remove them instead.")
    return [] if seat.standing is Standing.DECLINED else [did.PersonDeclined(c.person)]


def remove(c: ask.Remove, a: Asking) -> list[did.Event]:
    """The professional's own seat cannot be taken away: a room without one has nobody to keep it safe."""
    seat = seat_of(a.state, c.person)
    if seat.role in PROFESSIONALS:
        raise Refused("not_allowed", "A professional cannot be removed. They can leave by themselves.")
    if seat.standing is Standing.REMOVED:
        return []
    return [*turns.vacate(a, c.person), did.PersonRemoved(c.person)]


def leave(_: ask.Leave, a: Asking) -> list[did.Event]:
    """Never blocked for the family or the loved one."""
    if a.by == a.state.controller:
        if a.state.condition is Condition.ENDED:
            return []  # they keep their seat, to finish the record
        raise Refused("in_control", "You are leading the meeting. Hand over or end the meeting first.")
    if a.seat.standing is Standing.LEFT:
        return []
    return [*turns.vacate(a, a.by), did.PersonLeft(a.by)]
