"""view_for(): the views of a room as it goes on, built anew only where something has changed. Pure."""

from collections.abc import Hashable
from typing import Any, NamedTuple

from facilitator.infra.ids import PersonId
from facilitator.room.board import Board
from facilitator.room.noting import changed, noting
from facilitator.room.state import RoomState
from facilitator.room.views import Audience, Sections, Show, own_of, shown_to

_NOTHING: Sections = {}


class View(NamedTuple):
    """What one viewer sees: what their audience shares, if they were let in to one, and what is their own."""

    audience: Audience | None
    shared: Sections
    own: Sections


def view_for(viewer: PersonId, state: RoomState, board: Board) -> Sections:
    """One viewer's whole view. Raises KeyError for somebody who has no seat."""
    views = Views()
    views.move(state, board)
    view = views.of(viewer)
    return {**view.shared, **view.own}


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
        audience, own = self._section(("own", viewer), lambda s, b: own_of(s.seats[viewer], s, b))
        return View(audience, self.shared(audience), own)

    def shared(self, audience: Audience | None) -> Sections:
        """What everybody of an audience sees."""
        if audience is None:
            return _NOTHING
        shared = self._shared.get(audience)
        if shared and not shared.moved:
            return shared.sections
        shown = self._section(audience, lambda s, _: shown_to(audience, s))
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
