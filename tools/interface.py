"""Writes the tables of commands and of moves in docs/interface.md: `python -m tools.interface`."""

import sys
import types
import typing
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from facilitator.referral.moves import RULES
from facilitator.room import decide
from facilitator.room.commands import Command, Pause
from facilitator.room.service import KNOWN

PAGE = Path(__file__).resolve().parent.parent / "docs" / "interface.md"


def main() -> int:
    PAGE.write_text(renewed(PAGE.read_text()))
    return 0


def renewed(page: str) -> str:
    """The page with the tables that the code calls for."""
    for name, table in (("commands", commands()), ("moves", moves())):
        begin, end = f"<!-- {name}: written by tools/interface.py -->", f"<!-- end of {name} -->"
        head, rest = page.split(begin)
        _, tail = rest.split(end)
        page = f"{head}{begin}\n\n{table}\n\n{end}{tail}"
    return page


def commands() -> str:
    rows = [f"| `{name}` | {_arguments(kind)} | {_who(kind)} |" for name, kind in sorted(KNOWN.items())]
    return "\n".join(["| name | arguments | who |", "|---|---|---|", *rows])


def moves() -> str:
    rows = [
        f"| `{rule.to}` | {rule.task_status} | {_list(rule.by)} | {_list(rule.after)} | {rule.reason} |"
        for rule in RULES
    ]
    return "\n".join(["| stage | FHIR Task.status | set by | after | reason |", "|---|---|---|---|---|", *rows])


def _list(names: Iterable[StrEnum]) -> str:
    return ", ".join(name.replace("_", " ") for name in sorted(names))


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
