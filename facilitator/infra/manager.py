"""Who is connected to which namespace, and what many get at once."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import socketio

from facilitator.infra import frames, packets
from facilitator.infra.peer import Peer


class Socket(Protocol):
    hears_as: str | None
    peer: Peer | None

    def deliver(self, packet: bytes) -> None:
        """To somebody who polls."""


class Manager(socketio.Manager):  # type: ignore[misc]
    """Who is connected to which namespace; encodes once what goes to many.

    The product addresses sockets one by one: there is a single room of everybody, and no other.
    """

    def __init__(self, shortcut_namespace: str, accepted: Callable[[], None]) -> None:
        super().__init__()
        self._accepted = accepted
        self._shortcut_namespace = shortcut_namespace
        self._sockets: dict[str, Socket] = {}
        """By Socket.IO's id."""

    def emit(self, event: str, data: Any, namespace: str, to: Sequence[str], **options: Any) -> None:
        assert not any(options.values()), f"not served here: {options}"
        packet = packets.event(namespace, event, data)
        frame = frames.frame(packet)
        sockets = self._sockets
        for sid in to:
            socket = sockets.get(sid)
            if socket is None:
                continue
            if socket.peer is None:
                socket.deliver(packet)
            else:
                socket.peer.write(frame)

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        if room is None:
            socket = self.server.eio.sockets[eio_sid]
            super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
            self._sockets[sid] = socket

    def connect(self, sid: str, namespace: str) -> str:
        """The request is kept in case that this client connects again; what Flask made of it is not."""
        connected: str = super().connect(sid, namespace)
        environ = self.server.environ.get(self.eio_sid_from_sid(sid, namespace), {})
        environ.pop("werkzeug.request", None)
        if namespace == self._shortcut_namespace:
            self._sockets[sid].hears_as = sid
            self._accepted()
        return connected

    def pre_disconnect(self, sid: str, namespace: str) -> Any:
        if namespace == self._shortcut_namespace:
            self._sockets[sid].hears_as = None
        return super().pre_disconnect(sid, namespace)

    def basic_disconnect(self, sid: str, namespace: str, **options: Any) -> None:
        """Out of its own room and that of everybody; the libraries would look for it in everybody's rooms."""
        rooms = self.rooms.get(namespace, {})
        for room in (sid, None):
            if sid in rooms.get(room, ()):
                self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
        self._sockets.pop(sid, None)
