"""The short way of the hot events: from a websocket straight to their handlers, and their answers back."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol, TypeAlias

from facilitator.infra import frames, packets
from facilitator.infra.frames import Message
from facilitator.infra.peer import Peer

Answer: TypeAlias = Callable[[dict[str, object]], None]
"""Sends an acknowledgement: once, at any later time, from anywhere. Does nothing when the client has gone."""
Handler: TypeAlias = Callable[[str, Any, Answer], None]
"""Takes (sid, argument, answer). While it runs, its client's next event waits."""


class Client(Protocol):
    """As Engine.IO knows it."""

    sid: str
    hears_as: str | None
    """Its id in the namespace of the shortcut, for as long as it is connected to that."""
    peer: Peer | None


class Shortcut:
    """Takes the hot events of one namespace past the libraries, which log, copy and look up at every step."""

    def __init__(self, namespace: str, handlers: Mapping[str, Handler], half_read: Mapping[str, object]) -> None:
        self._handlers = handlers
        self._half_read = half_read
        """By Engine.IO's id: clients whose last packet awaits its binary attachments."""
        self._start = packets.start_of_events(namespace)
        self._start_of_answers = packets.start_of_answers(namespace)

    def take(self, socket: Client, message: Message) -> bool:
        """False when this is for the libraries."""
        if socket.hears_as is None or isinstance(message, bytes) or not message.startswith(self._start):
            return False
        parsed = packets.parse_event(message, self._start)
        if parsed is None or socket.sid in self._half_read:
            return False
        number, name, argument = parsed
        handler = self._handlers.get(name)
        if handler is None:
            return False
        answer = partial(self._answer, socket, number) if number else _nobody_asked
        handler(socket.hears_as, argument, answer)
        return True

    def _answer(self, socket: Client, number: str, answer: dict[str, object]) -> None:
        if socket.peer:
            socket.peer.write(frames.frame(packets.answer(self._start_of_answers, number, answer)))


def _nobody_asked(_answer: object) -> None:
    """The client wanted no acknowledgement."""
