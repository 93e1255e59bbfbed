"""Which fields of a state and of its board something is built from, found by watching it being built. Pure."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from types import FunctionType
from typing import Any

import msgspec


def noting(build: Callable[[Any, Any], Any], *sources: msgspec.Struct | None) -> tuple[Any, set[str]]:
    """What `build` makes of the sources, and the fields that it read, each as "Type.field"."""
    read: set[str] = set()
    return build(*(_Watched(source, read) for source in sources)), read


def changed(before: msgspec.Struct | None, after: msgspec.Struct) -> list[str]:
    """The fields that hold another object than before, each as "Type.field"; all where there is no before."""
    names, values = _fields(type(after))
    if before is None:
        return names
    both = zip(names, values(before), values(after), strict=True)
    return [name for name, was, now in both if was is not now]


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[list[str], Callable[[object], tuple[object, ...]]]:
    fields = kind.__struct_fields__
    return [f"{kind.__name__}.{field}" for field in fields], attrgetter(*fields)


class _Watched:
    """Stands for a struct. Its properties and methods run on this too, so that what they read is noted."""

    __slots__ = ("_read", "_source")

    def __init__(self, source: Any, read: set[str]) -> None:
        self._source = source
        self._read = read

    def __getattr__(self, name: str) -> Any:
        kind = type(self._source)
        own = getattr(kind, name, None)
        if isinstance(own, property):
            assert own.fget is not None
            return own.fget(self)
        if isinstance(own, FunctionType):
            return own.__get__(self)
        self._read.add(f"{kind.__name__}.{name}")
        return getattr(self._source, name)
