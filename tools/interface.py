"""Writes the table of commands in docs/interface.md from the code: `python -m tools.interface`."""

import sys
import types
import typing
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from facilitator.room import decide
from facilitator.room.commands import Command, Pause
from facilitator.room.service import KNOWN

PAGE = Path(__file__).resolve().parent.parent / "docs" / "interface.md"
BEGIN = "<!-- commands: written by tools/interface.py -->"
END = "<!-- end of commands -->"


def main() -> int:
    PAGE.write_text(renewed(PAGE.read_text()))
    return 0


def renewed(page: str) -> str:
    """The page with the table that the code calls for."""
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n\n{table()}\n\n{END}{tail}"


def table() -> str:
    rows = [f"| `{name}` | {_arguments(kind)} | {_who(kind)} |" for name, kind in sorted(KNOWN.items())]
    return "\n".join(["| name | arguments | who |", "|---|---|---|", *rows])


def _arguments(kind: type[Command]) -> str:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = msgspec.structs.fields(kind)
    return ", ".join(f"`{f.name}`{'' if f.required else '?'}: {_words(hints[f.name])}" for f in fields) or "none"


def _who(kind: type[Command]) -> str:
    if kind in decide.BEFORE_ADMISSION:
        return "anyone, also before being let in"
    if kind in decide.WITH_A_SEAT:
        return "anyone who was let in"
    return "whoever leads; the loved one too" if kind is Pause else "whoever leads"


def _words(hint: Any) -> str:
    """A type as a reader of JSON would say it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _words(arguments[0]) + _bounds(arguments[1])
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_words(a) for a in arguments if a is not type(None))
    if origin is typing.Literal:
        return " / ".join(str(a).lower() for a in arguments)
    if origin is tuple:
        return f"list of {_words(arguments[0])}"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return " / ".join(hint)
    plain = getattr(hint, "__supertype__", hint)
    return {str: "text", int: "whole number", bool: "true or false"}[plain]


def _bounds(meta: msgspec.Meta) -> str:
    if meta.ge is not None:
        return f" ({meta.ge} to {meta.le})"
    if meta.pattern is not None:
        return " (UUID)"
    return f" (to {meta.max_length:,})"


if __name__ == "__main__":
    sys.exit(main())
