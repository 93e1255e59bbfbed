"""Reads the shape of every struct before there are threads that could do so at the same moment."""

from collections.abc import Iterator

import msgspec


def learn() -> None:
    """Call it where threads are about to be started.

    msgspec reads a struct's shape when something is first decoded into it. Two threads that do so for the same
    struct at once bring the whole process down (seen with 0.22: a null pointer, not an exception).
    """
    for shape in _below(msgspec.Struct):
        msgspec.json.Decoder(shape)


def _below(parent: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for shape in parent.__subclasses__():
        yield shape
        yield from _below(shape)
