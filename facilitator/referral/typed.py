"""What was typed into a form, read strictly: everything odd is refused with the field named. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused

SHORT = 120
MOST_ROWS = 40


class Known(msgspec.Struct, frozen=True):
    """What a form may name, people and facilities, and the moment at which it is read."""

    at: datetime
    people: frozenset[PersonId] = frozenset()
    facilities: tuple[str, ...] = ()


class Form:
    """The fields of one form, each with all its values."""

    def __init__(self, fields: Mapping[str, Sequence[str]], known: Known) -> None:
        self._fields = fields
        self.known = known

    def text(self, name: str, label: str, longest: int = SHORT, needed: bool = False) -> str:
        return self._plain(self._first(name), label, longest, needed)

    def texts(self, name: str, label: str, longest: int = SHORT) -> list[str]:
        values = list(self._fields.get(name, ()))
        if len(values) > MOST_ROWS:
            raise Refused("malformed", f"{label}: at most {MOST_ROWS} lines.")
        return [self._plain(value, label, longest, needed=False) for value in values]

    def ticked(self, name: str) -> bool:
        return bool(self._first(name))

    def rows_ticked(self, name: str) -> set[str]:
        return set(self._fields.get(name, ()))

    def whole(self, name: str, label: str, longest: int) -> int:
        typed = self._first(name).strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) <= len(str(longest)) and int(typed) <= longest):
            raise Refused("malformed", f"{label}: give a whole number up to {longest}.")
        return int(typed)

    def moment(self, name: str, label: str) -> datetime | None:
        """UTC, where no zone is given."""
        typed = self._first(name).strip()
        if not typed:
            return None
        try:
            read = datetime.fromisoformat(typed.replace("Z", "+00:00"))
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        except (ValueError, OverflowError) as wrong:
            raise Refused("malformed", f"{label}: give a day and a time.") from wrong

    def person(self, name: str, label: str) -> PersonId | None:
        typed = self._first(name)
        if not typed:
            return None
        if typed not in self.known.people:
            raise Refused("malformed", f"{label}: choose somebody of this case.")
        return PersonId(typed)

    def _first(self, name: str) -> str:
        values = self._fields.get(name, ())
        return values[0] if values else ""

    @staticmethod
    def _plain(typed: str, label: str, longest: int, needed: bool) -> str:
        text = typed.strip()
        if needed and not text:
            raise Refused("malformed", f"{label} is missing. Please fill it in.")
        if len(text) > longest:
            raise Refused("malformed", f"{label}: please shorten it to {longest} characters.")
        if "\0" in text:
            raise Refused("malformed", f"{label} has a character that cannot be kept. Please type it again.")
        return text
