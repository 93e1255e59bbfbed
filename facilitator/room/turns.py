"""The one speaking queue and the floor: at most one holder, whoever asks and in whatever order."""

from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused
from facilitator.people.roles import SPEAKERS
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.asking import Asking, admitted, must_be_open, must_run
from facilitator.room.state import Floor, RoomState

DEFAULT_LIMIT_S = 240
"""A prepared statement is meant to take two to four minutes."""


def raise_hand(_: ask.RaiseHand, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    _speaker(a.state, a.by)
    if a.seat.hand_since or a.state.has_turn(a.by):
        return []
    return [did.HandRaised(a.by)]


def lower_hand(_: ask.LowerHand, a: Asking) -> list[did.Event]:
    return [did.HandLowered(a.by)] if a.seat.hand_since else []


def grant_turn(c: ask.GrantTurn, a: Asking) -> list[did.Event]:
    """Moves the floor: the turn of whoever has it ends. Granting it to its holder changes nothing."""
    must_run(a.state)
    _speaker(a.state, c.person)
    if a.state.holder == c.person:
        return []
    granted = did.TurnGranted(c.person, c.limit_s or DEFAULT_LIMIT_S)
    return [*_end_all(a), granted]


def interpose(c: ask.Interpose, a: Asking) -> list[did.Event]:
    must_run(a.state)
    _speaker(a.state, c.person)
    limit_s = c.limit_s or DEFAULT_LIMIT_S
    if a.state.floor is None:
        return [did.TurnGranted(c.person, limit_s)]
    if a.state.holder == c.person:
        return []
    if a.state.interrupted is None:
        return [did.TurnInterposed(c.person, limit_s)]
    if a.state.interrupted.holder == c.person:
        return [_ended(a.state.floor, a), did.TurnResumed(c.person)]
    return [_ended(a.state.floor, a), did.TurnInterposed(c.person, limit_s)]


def end_turn(c: ask.EndTurn, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    if a.state.floor is None:
        raise Refused("floor_free", "Nobody has the floor.")
    if c.person not in (None, a.state.holder):
        return []
    return _end_and_resume(a)


def yield_turn(_: ask.YieldTurn, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    if a.state.holder != a.by:
        raise Refused("not_your_turn", "It is not your turn at the moment.")
    return _end_and_resume(a)


def extend_turn(c: ask.ExtendTurn, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    if a.state.floor is None:
        raise Refused("floor_free", "Nobody has the floor, so there is no turn to extend.")
    return [did.TurnExtended(c.by_s)]


def reorder(c: ask.Reorder, a: Asking) -> list[did.Event]:
    """Also the way back into the queue for somebody who was skipped."""
    if len(set(c.people)) != len(c.people):
        raise Refused("malformed", "Each person can be in the new order once.")
    for person in c.people:
        _speaker(a.state, person)
    wanted = tuple(p for p in c.people if not a.state.has_turn(p))
    new = (*wanted, *(p for p in a.state.queue if p not in wanted))
    return [] if new == a.state.queue else [did.QueueReordered(new)]


def defer(c: ask.Defer, a: Asking) -> list[did.Event]:
    person = _queued(a.state, c.person)
    return [] if a.state.queue[-1] == person else [did.TurnDeferred(person)]


def skip(c: ask.Skip, a: Asking) -> list[did.Event]:
    return [did.TurnSkipped(_queued(a.state, c.person))]


def vacate(a: Asking, person: PersonId) -> list[did.Event]:
    """What must happen to the floor when this person goes."""
    if a.state.holder == person:
        return _end_and_resume(a)
    interrupted = a.state.interrupted
    if interrupted and interrupted.holder == person:
        return [_ended(interrupted, a)]
    return []


def _end_all(a: Asking) -> list[did.Event]:
    """Ends the turn on the floor and the one that waits under it."""
    both = (a.state.floor, a.state.interrupted)
    return [_ended(floor, a) for floor in both if floor]


def _end_and_resume(a: Asking) -> list[did.Event]:
    assert a.state.floor is not None
    ended: list[did.Event] = [_ended(a.state.floor, a)]
    if a.state.interrupted:
        ended.append(did.TurnResumed(a.state.interrupted.holder))
    return ended


def _ended(floor: Floor, a: Asking) -> did.TurnEnded:
    return did.TurnEnded(floor.holder, floor.spoken_ms(a.at))


def _speaker(state: RoomState, person: PersonId) -> None:
    if admitted(state, person).role not in SPEAKERS:
        raise Refused("not_a_speaker", "That person listens only and cannot be given the floor.")


def _queued(state: RoomState, person: PersonId | None) -> PersonId:
    if not state.queue:
        raise Refused("not_in_queue", "The queue is empty.")
    if person is None:
        return state.queue[0]
    if person not in state.queue:
        raise Refused("not_in_queue", "That person is not in the queue.")
    return person
