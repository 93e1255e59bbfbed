"""react(): what must leave the room because of what happened. Pure; the service carries it out."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from facilitator.infra.ids import OutcomeId, PersonId, ReferralId, SignalId
from facilitator.room import events as did
from facilitator.room.commands import OutcomeKind, SignalKind
from facilitator.room.phases import Kind
from facilitator.room.state import RoomState


class Activate(msgspec.Struct, frozen=True):
    """Help was accepted: the arranged referral goes out at once."""

    referral: ReferralId
    outcome: OutcomeId


class StandDown(msgspec.Struct, frozen=True):
    """An acceptance was amended: whoever was told must be told that too."""

    referral: ReferralId
    outcome: OutcomeId


class CallSafetyContact(msgspec.Struct, frozen=True):
    signal: SignalId
    person: PersonId


Effect: TypeAlias = Activate | StandDown | CallSafetyContact


_MOVES = frozenset({did.OutcomeRecorded, did.OutcomeAmended, did.SignalSent})


def react(before: RoomState, happened: Sequence[did.Event]) -> list[Effect]:
    """A rehearsal moves nothing outside itself."""
    if before.kind is Kind.REHEARSAL or _MOVES.isdisjoint(map(type, happened)):
        return []
    return [effect for event in happened for effect in _effects(before, event)]


def _effects(before: RoomState, event: did.Event) -> list[Effect]:
    match event:
        case did.OutcomeRecorded(outcome, OutcomeKind.ACCEPTS) if before.referral:
            return [Activate(before.referral, outcome)]
        case did.OutcomeAmended(outcome, OutcomeKind.ACCEPTS) if before.referral:
            return [Activate(before.referral, outcome)]
        case did.OutcomeAmended(outcome) if before.referral and _had_accepted(before):
            return [StandDown(before.referral, outcome)]
        case did.SignalSent(signal, person, SignalKind.PANIC) if not _calls_already(before, person):
            return [CallSafetyContact(signal, person)]
    return []


def _calls_already(before: RoomState, person: PersonId) -> bool:
    """Somebody in fear presses again and again: the safety contact is called once, until the first is settled."""
    return any(s.person == person and s.kind is SignalKind.PANIC and not s.settled for s in before.signals)


def _had_accepted(before: RoomState) -> bool:
    return before.outcome is not None and before.outcome.kind is OutcomeKind.ACCEPTS
