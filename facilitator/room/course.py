"""The course of the meeting: opening, phases, pauses, the plan, the outcome, and who leads."""

from datetime import timedelta

from facilitator.infra.ids import OutcomeId
from facilitator.infra.refusal import Refused
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room import turns
from facilitator.room.asking import Asking, admitted, must_be_open, must_run
from facilitator.room.commands import OutcomeKind
from facilitator.room.phases import LEGAL, STOPPED, Condition, Kind, Phase, following, is_before
from facilitator.room.state import RoomState


def open_room(_: ask.OpenRoom, a: Asking) -> list[did.Event]:
    if a.state.condition is Condition.ENDED:
        raise Refused("ended", "The meeting has ended. Start a new one from the case.")
    if a.state.condition is not Condition.WAITING:
        return []
    return [did.RoomOpened(), did.PhaseAdvanced(Phase.OPEN)]


def advance(c: ask.Advance, a: Asking) -> list[did.Event]:
    must_run(a.state)
    to = c.to or following(a.state.phase)
    if to == a.state.phase:
        return []
    if to is None or to not in LEGAL[a.state.phase]:
        raise Refused("illegal_phase", _where_to(a.state.phase))
    return [did.PhaseAdvanced(to)]


def pause(_: ask.Pause, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    return [did.RoomPaused()] if a.state.condition is Condition.LIVE else []


def suspend(_: ask.Suspend, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    return [] if a.state.condition is Condition.SUSPENDED else [did.RoomSuspended()]


def take_break(c: ask.TakeBreak, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    return [did.BreakTaken(a.at + timedelta(minutes=c.minutes))]


def resume(_: ask.Resume, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    return [did.RoomResumed()] if a.state.condition in STOPPED else []


def end_room(_: ask.EndRoom, a: Asking) -> list[did.Event]:
    """Ends what is still spoken, too, so that its time counts."""
    if a.state.condition is Condition.ENDED:
        return []
    holders = [f.holder for f in (a.state.interrupted, a.state.floor) if f]
    ended = [event for holder in holders for event in turns.vacate(a, holder)]
    return [*(e for e in ended if isinstance(e, did.TurnEnded)), did.RoomEnded()]


def present_plan(_: ask.PresentPlan, a: Asking) -> list[did.Event]:
    must_run(a.state)
    if a.state.plan_presented_at:
        return []
    moved = [did.PhaseAdvanced(Phase.OFFER)] if is_before(a.state.phase, Phase.OFFER) else []
    return [did.PlanPresented(), *moved]


def reveal_bottom_line(c: ask.RevealBottomLine, a: Asking) -> list[did.Event]:
    must_be_open(a.state)
    admitted(a.state, c.person)
    return [] if c.person in a.state.revealed else [did.BottomLineRevealed(c.person)]


def record_outcome(c: ask.RecordOutcome, a: Asking) -> list[did.Event]:
    """One outcome a room. The same person's second tap changes nothing; anybody else is told who was first."""
    _may_have_outcome(a.state)
    stands = a.state.outcome
    if stands and stands.by == a.by and stands.kind is c.kind:
        return []
    if stands:
        raise Refused("already_recorded", "An outcome is already recorded. Amend it, with the reason.")
    unpresented = _accepts_unpresented(a.state, c.kind)
    if unpresented and c.override is None:
        raise Refused("plan_not_presented", "Present the plan first, or say why it is recorded without that.")
    recorded = did.OutcomeRecorded(_outcome_id(a.state), c.kind, overridden=unpresented)
    moved = [did.PhaseAdvanced(Phase.DECISION)] if is_before(a.state.phase, Phase.DECISION) else []
    return [recorded, *moved]


def amend_outcome(c: ask.AmendOutcome, a: Asking) -> list[did.Event]:
    """Its reason is also why an acceptance is recorded though the plan was not presented.

    A "yes" that did not hold can be given again: it is a new one, and what stood before is kept.
    """
    _may_have_outcome(a.state)
    if a.state.outcome is None:
        raise Refused("no_outcome", "No outcome is recorded yet, so there is nothing to amend.")
    said_again = c.kind is OutcomeKind.ACCEPTS and a.reopened
    if a.state.outcome.kind is c.kind and not said_again:
        return []
    overridden = _accepts_unpresented(a.state, c.kind)
    return [did.OutcomeAmended(_outcome_id(a.state), c.kind, overridden)]


def hand_over(c: ask.HandOver, a: Asking) -> list[did.Event]:
    admitted(a.state, c.person)
    if not a.state.is_professional(c.person):
        raise Refused("not_allowed", "Only a co-facilitator can take over the meeting.")
    if c.person in (a.state.controller, a.state.offered_to):
        return []
    return [did.ControlOffered(c.person)]


def take_control(_: ask.TakeControl, a: Asking) -> list[did.Event]:
    if a.state.controller == a.by:
        return []
    if a.state.offered_to != a.by:
        raise Refused("not_allowed", "The meeting was not handed to you. Ask the person leading it.")
    return [did.ControlTaken(a.by)]


def _may_have_outcome(state: RoomState) -> None:
    if state.kind is Kind.REHEARSAL:
        raise Refused("rehearsal_only", "This is a rehearsal. An outcome is recorded in the live meeting only.")
    if state.condition is Condition.WAITING:
        raise Refused("not_open", "The meeting has not started, so it has no outcome yet.")


def _accepts_unpresented(state: RoomState, kind: OutcomeKind) -> bool:
    return kind is OutcomeKind.ACCEPTS and state.plan_presented_at is None


def _outcome_id(state: RoomState) -> OutcomeId:
    """From the room and the count of changes, so that two racing clicks name the same outcome."""
    changes = 1 + len(state.outcome.history) if state.outcome else 0
    return OutcomeId(f"{state.id}-{changes}")


def _where_to(phase: Phase) -> str:
    ways = [p.value for p in Phase if p in LEGAL[phase]]
    return f"From here the meeting can go to: {', '.join(ways)}." if ways else "Open the room first."
