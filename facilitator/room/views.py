"""view_for(): who sees what of a room. Pure; the only place of visibility.

Every audience gets whole sections, and a section that it may not see is absent. Somebody who was not let in
gets `me` alone.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

import msgspec

from facilitator.infra.ids import PersonId
from facilitator.infra.times import iso
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.room import desk
from facilitator.room.board import Board, held_key
from facilitator.room.commands import OutcomeKind
from facilitator.room.noting import changed, noting
from facilitator.room.state import Floor, RoomState, Seat

Sections: TypeAlias = dict[str, Any]
Show: TypeAlias = Callable[[RoomState, Board], Any]


class Audience(StrEnum):
    """Who shares the same sections."""

    CONSOLE = "console"
    FAMILY = "family"
    LOVED_ONE = "loved_one"
    OBSERVER = "observer"


_NOTHING: Sections = {}


class View(NamedTuple):
    """What one viewer sees: what their audience shares, if they were let in to one, and what is their own."""

    audience: Audience | None
    shared: Sections
    own: Sections


class Views:
    """The views of a room as it goes on. A section is built anew only when something that it was built from has
    changed, once for all who share it, and it stays the same object for as long as it says the same.
    """

    def __init__(self) -> None:
        self._state: RoomState | None = None
        self._board: Board | None = None
        self._made: dict[Hashable, _Made] = {}
        self._readers: dict[str, set[Hashable]] = {}
        self._shared: dict[Audience, _Shared] = {}
        self.own_moved = False
        """Whether what is for one person alone may have changed; whoever has shown that puts it back."""

    def move(self, state: RoomState, board: Board) -> None:
        """From here on, views are of this."""
        moved: set[Hashable] = set()
        for field in (*changed(self._state, state), *changed(self._board, board)):
            moved |= self._readers.pop(field, set())
        for key in moved:
            self._made[key].old = True
            self.own_moved = self.own_moved or isinstance(key, tuple)
        for shared in self._shared.values():
            shared.moved |= moved
        self._state, self._board = state, board

    def of(self, viewer: PersonId) -> View:
        """All that the viewer may see, without the time of sending (see `stamped`). Not for strangers."""
        audience, own = self._section(("own", viewer), lambda s, b: _own(s.seats[viewer], s, b))
        return View(audience, self.shared(audience), own)

    def shared(self, audience: Audience | None) -> Sections:
        """What everybody of an audience sees."""
        if audience is None:
            return _NOTHING
        shared = self._shared.get(audience)
        if shared and not shared.moved:
            return shared.sections
        shown = self._section(audience, lambda s, _: _shown(audience, s))
        if shared is None or shared.shown is not shown:
            sections = {name: self._section(show, show) for name, show in shown.items()}
            self._shared[audience] = shared = _Shared(shown, sections)
        else:
            shared.take({show: self._section(show, show) for show in shared.names.keys() & shared.moved})
        return shared.sections

    def changed(self, audience: Audience, since: Sections) -> Sections | None:
        """What is new in `shared` since it was `since`; None where that is not known."""
        shared = self._shared[audience]
        return shared.changed if shared.before is since else None

    def _section(self, key: Hashable, show: Show) -> Any:
        made = self._made.get(key)
        if made is None or made.old:
            value, reads = noting(show, self._state, self._board)
            self._made[key] = made = _Made(made.value if made and made.value == value else value)
            for field in reads:
                self._readers.setdefault(field, set()).add(key)
        return made.value


class _Made:
    """A section, and whether something that it was built from has changed since."""

    __slots__ = ("old", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.old = False


class _Shared:
    """What an audience sees, what it saw before, and what may have changed since."""

    __slots__ = ("before", "changed", "moved", "names", "sections", "shown")

    def __init__(self, shown: dict[str, Show], sections: Sections) -> None:
        self.shown = shown
        self.names = {show: name for name, show in shown.items()}
        self.sections = sections
        self.before: Sections | None = None
        self.changed: Sections = {}
        self.moved: set[Hashable] = set()

    def take(self, made: dict[Show, Any]) -> None:
        self.moved.clear()
        new = {self.names[show]: section for show, section in made.items()}
        changed = {name: section for name, section in new.items() if section is not self.sections[name]}
        if changed:
            self.before, self.changed, self.sections = self.sections, changed, {**self.sections, **changed}


def view_for(viewer: PersonId, state: RoomState, board: Board) -> Sections:
    """One viewer's whole view. Raises KeyError for somebody who has no seat."""
    views = Views()
    views.move(state, board)
    view = views.of(viewer)
    return {**view.shared, **view.own}


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


def _shown(audience: Audience, s: RoomState) -> dict[str, Show]:
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


def _own(seat: Seat, s: RoomState, b: Board) -> tuple[Audience | None, Sections]:
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
