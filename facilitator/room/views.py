"""Who sees what of a room. Pure; the only place of visibility.

Every audience gets whole sections, and a section that it may not see is absent. Somebody who was not let in
gets `me` alone.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from facilitator.infra.ids import PersonId
from facilitator.infra.times import iso
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.room import desk
from facilitator.room.board import Board, held_key
from facilitator.room.commands import OutcomeKind
from facilitator.room.state import Floor, RoomState, Seat

Sections: TypeAlias = dict[str, Any]
Show: TypeAlias = Callable[[RoomState, Board], Any]


class Audience(StrEnum):
    """Who shares the same sections."""

    CONSOLE = "console"
    FAMILY = "family"
    LOVED_ONE = "loved_one"
    OBSERVER = "observer"


def stamped(sections: Sections, at: datetime) -> Sections:
    """The same sections with the server's time in them, from which a client sets its clock."""
    timed: Sections = {
        name: {**sections[name], "server_now": iso(at)} for name in ("room", "me") if name in sections
    }
    return {**sections, **timed} if timed else sections


def audience_of(role: Role) -> Audience:
    if role in PROFESSIONALS:
        return Audience.CONSOLE
    if role in (Role.LOVED_ONE, Role.STAND_IN):
        return Audience.LOVED_ONE
    return Audience.FAMILY if role is Role.TEAM_MEMBER else Audience.OBSERVER


def shown_to(audience: Audience, s: RoomState) -> dict[str, Show]:
    shown: dict[str, Show] = {**_EVERYONE, "people": _people_here}
    if audience is Audience.CONSOLE:
        shown |= {"people": _people_all, "plan": _plan, "referral": _referral, **desk.SECTIONS}
    elif audience is not Audience.OBSERVER:
        if s.plan_presented_at:
            shown["plan"] = _plan
        if s.outcome and s.outcome.kind is OutcomeKind.ACCEPTS:
            shown["referral"] = _referral_to_sign if audience is Audience.LOVED_ONE else _referral_steps
    if s.revealed and audience is not Audience.OBSERVER:
        shown["revealed"] = _revealed
    return shown


def own_of(seat: Seat, s: RoomState, b: Board) -> tuple[Audience | None, Sections]:
    """What is for one person's phone alone, and with whom they share the rest: nobody before they are let in."""
    me = {"me": _me(seat, s, b)}
    return (audience_of(seat.role), {**me, **_papers(seat, s, b)}) if seat.admitted else (None, me)


def _papers(seat: Seat, s: RoomState, b: Board) -> Sections:
    unseen = next((q for q in reversed(s.cues) if q.person == seat.person and q.seen_at is None), None)
    text = b.spoken.words.get(unseen.id) if unseen else None
    cue = unseen and {"id": unseen.id, "kind": unseen.kind, "text": text, "sent_at": iso(unseen.sent_at)}
    statement = b.file.statements.get(seat.person)
    if statement is None:
        return {"cue": cue}
    revealed = seat.person in s.revealed
    bottom_line = b.file.bottom_lines.get(seat.person) if revealed else None
    return {"cue": cue, "statement": {**_plain(statement), "bottom_line": bottom_line}}


def _me(seat: Seat, s: RoomState, b: Board) -> Sections:
    return {
        "person": seat.person,
        "role": seat.role,
        "name": b.name(seat.person),
        "admitted": seat.admitted,
        "standing": seat.standing,
        "held_message": b.spoken.words.get(held_key(seat.person)) if seat.held else None,
        "ready": seat.ready,
        "controller": seat.person == s.controller,
        "facilitator": b.name(s.controller),
        "kind": s.kind,
    }


def _room(s: RoomState, b: Board) -> Sections:
    return {
        "id": s.id,
        "kind": s.kind,
        "phase": s.phase,
        "state": s.condition,
        "controller": s.controller,
        "offered_to": s.offered_to,
        "paused_by": s.paused_by,
        "break_until": _time(s.break_until),
        "opened_at": _time(s.opened_at),
        "phase_since": _time(s.phase_since),
        "label": b.file.loved_one_label,
    }


def _people_all(s: RoomState, b: Board) -> list[Sections]:
    return [{**_person(seat, b), "ready": seat.ready, "late": seat.late} for seat in s.seats.values()]


def _people_here(s: RoomState, b: Board) -> list[Sections]:
    return [_person(seat, b) for seat in s.seats.values() if seat.admitted]


def _person(seat: Seat, b: Board) -> Sections:
    member = b.file.members.get(seat.person)
    return {
        "id": seat.person,
        "name": member.name if member else "",
        "relation": member.relation if member else "",
        "role": seat.role,
        "standing": seat.standing,
        "connected": seat.person in b.present,
        "hand_since": _time(seat.hand_since),
    }


def _floor(s: RoomState, b: Board) -> Sections:
    return {**_turn(s.floor), "interrupted": _turn(s.interrupted) if s.interrupted else None}


def _turn(floor: Floor | None) -> Sections:
    if floor is None:
        nothing = dict.fromkeys(("holder", "granted_at", "limit_s", "paused_at"))
        return {**nothing, "paused_total_ms": 0, "extended_s": 0}
    return {
        "holder": floor.holder,
        "granted_at": iso(floor.granted_at),
        "limit_s": floor.limit_s,
        "paused_at": _time(floor.paused_at),
        "paused_total_ms": floor.paused_total_ms,
        "extended_s": floor.extended_s,
    }


def _queue(s: RoomState, b: Board) -> list[PersonId]:
    return list(s.queue)


def _totals(s: RoomState, b: Board) -> dict[PersonId, int]:
    return s.totals


def _plan(s: RoomState, b: Board) -> Sections | None:
    if b.file.plan is None:
        return None
    return {**_plain(b.file.plan), "presented_at": _time(s.plan_presented_at)}


def _outcome(s: RoomState, b: Board) -> Sections | None:
    if s.outcome is None:
        return None
    amended = [{"kind": a.kind, "at": iso(a.at), "by": a.by} for a in s.outcome.history]
    return {
        "id": s.outcome.id,
        "kind": s.outcome.kind,
        "at": iso(s.outcome.at),
        "by": s.outcome.by,
        "amended": amended,
        "reopened": b.referral is not None and b.referral.reopened,
    }


def _referral(s: RoomState, b: Board) -> Sections | None:
    return _plain(b.referral) if b.referral else None


def _referral_steps(s: RoomState, b: Board) -> Sections | None:
    """The family sees that things move, not where a person is treated or whom to call there."""
    whole = _referral(s, b)
    return {"state": whole["state"], "steps": whole["steps"]} if whole else None


def _referral_to_sign(s: RoomState, b: Board) -> Sections | None:
    """And the way to the consent, which is theirs alone to sign."""
    steps = _referral_steps(s, b)
    if steps is None or b.referral is None:
        return None
    return {**steps, "consent": b.referral.consent, "consent_page": f"/consent/{b.referral.id}"}


def _revealed(s: RoomState, b: Board) -> list[Sections]:
    return [{"person": p, "text": b.file.bottom_lines[p]} for p in s.revealed if p in b.file.bottom_lines]


def _plain(struct: msgspec.Struct) -> Sections:
    plain: Sections = msgspec.to_builtins(struct)
    return plain


def _time(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


_EVERYONE: dict[str, Show] = {
    "room": _room,
    "floor": _floor,
    "queue": _queue,
    "totals": _totals,
    "outcome": _outcome,
}
