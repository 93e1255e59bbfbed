"""The fast lane: our own websockets under Engine.IO. The only file that touches its private names.

Written for exactly the versions in WRITTEN_FOR. `REALTIME_TRANSPORT=stock` goes without it: the libraries'
own path, slower, the same to every client.
"""

import io
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import engineio.socket
import eventlet
import socketio
from engineio import exceptions
from engineio.packet import MESSAGE, NOOP, PING, Packet
from eventlet import hubs, wsgi
from eventlet.support import greenlets

from facilitator.infra import frames
from facilitator.infra.frames import Broken, CloseCode, Message, Opcode
from facilitator.infra.loop import Loop
from facilitator.infra.manager import Manager
from facilitator.infra.peer import MOST_BACKLOG_BYTES, Peer
from facilitator.infra.pings import PingWheel
from facilitator.infra.shortcut import Handler, Shortcut

WRITTEN_FOR = {"eventlet": "0.41.3", "python-engineio": "4.15.1", "python-socketio": "5.18.1"}

OF_THE_REQUEST = ("eventlet.input", "eventlet.posthooks", "eventlet.set_idle", "headers_raw")
"""What a request carries and a connection need not keep: buffers and the handler of the request."""

PROBE, PROBED, UPGRADE = "2probe", frames.frame(b"3probe"), "5"

original_socket = eventlet.patcher.original("socket")


class Lane:
    """The fast lane of one server, to be closed when the server stops."""

    def __init__(self, sockets: dict[str, "FastSocket"]) -> None:
        self._sockets = sockets

    def deafen(self) -> None:
        """Take nothing new. What was asked before is still answered."""
        for peer in self._peers():
            peer.deafen()

    def close(self, patience_s: float) -> None:
        """Send everybody what waits for them and a farewell, so that they look for us again."""
        peers = self._peers()
        for peer in peers:
            peer.gone = None  # nobody is left to be shown who went
            peer.close(CloseCode.GOING_AWAY)
        deadline_s = time.monotonic() + patience_s
        while time.monotonic() < deadline_s and not all(peer.is_over for peer in peers):
            eventlet.sleep(0.01)

    def _peers(self) -> list[Peer]:
        return [socket.peer for socket in list(self._sockets.values()) if socket.peer]


def install(
    server: socketio.Server, namespace: str, handlers: Mapping[str, Handler], accepted: Callable[[], None]
) -> Lane:
    """Before the first connection. Events named in `handlers` come there straight from a websocket; `accepted` is
    called as soon as somebody knows to be connected.

    Where one comes in another way or in another shape, the libraries bring it to the handler they know.
    """
    eio = server.eio
    eio.start_service_task = False  # the wheel notices who went silent
    eio._async = {**eio._async, "websocket": Handshake}
    Handshake.loop = Loop(hubs.get_hub(), greenlets.greenlet, eventlet.spawn_n)
    FastSocket.wheel = PingWheel(eio.ping_interval, eio.ping_timeout)
    FastSocket.shortcut = Shortcut(namespace, handlers, server._binary_packet)
    engineio.socket.Socket = FastSocket
    server.manager = Manager(namespace, accepted)
    server.manager.set_server(server)
    eventlet.spawn_n(FastSocket.wheel.run, eventlet.sleep)
    return Lane(eio.sockets)


class Handshake:
    """The WSGI application that makes a websocket of a request, and takes the socket away from the WSGI server."""

    loop: ClassVar[Loop]

    def __init__(self, handler: Callable[[Peer], object], eio: Any) -> None:
        self._handler = handler
        self._most_bytes = int(eio.max_http_buffer_size)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != frames.VERSION:
            told = [("Sec-WebSocket-Version", frames.VERSION), ("Connection", "close")]
            start_response("426 Upgrade Required", told)
            return []
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
        if not frames.is_key(key):
            start_response("400 Bad Request", [("Connection", "close")])
            return []
        green = environ["eventlet.input"].get_socket()
        raw = original_socket.socket(fileno=green.fd.detach())  # the WSGI server closes an empty shell
        hubs.notify_opened(raw.fileno())
        for name in OF_THE_REQUEST:
            environ.pop(name, None)
        environ["wsgi.input"] = io.BytesIO()
        peer = Peer(raw, self.loop, self._most_bytes)
        peer.write(frames.switching(key))  # leaves together with the first packet
        self._handler(peer)
        wsgi.WSGI_LOCAL.already_handled = True
        return []


class FastSocket(engineio.socket.Socket):  # type: ignore[misc]
    """One client of Engine.IO: over its websocket once it has one, by long polling until then."""

    wheel: ClassVar[PingWheel]
    shortcut: ClassVar[Shortcut]
    queue: Any
    last_ping: float | None
    connected: bool
    upgrading: bool
    upgraded: bool

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.peer: Peer | None = None
        self.hears_as: str | None = None
        """Its id in the namespace of the shortcut, for as long as it is connected to that."""
        self.pinged_s = 0.0
        self._prober: Peer | None = None
        self._waiting_bytes = 0

    def send(self, pkt: Packet) -> None:
        if self.closed:
            raise exceptions.SocketIsClosedError
        encoded = pkt.encode()
        if self.peer:
            self.peer.write(_framed(encoded))
        else:
            self._queue(pkt, len(encoded))

    def deliver(self, packet: bytes) -> None:
        """What many get, encoded already, to somebody who polls."""
        if not self.closed:
            self._queue(Packet(MESSAGE, packet[1:].decode()), len(packet))

    def poll(self) -> list[Packet]:
        packets: list[Packet] = super().poll()
        self._waiting_bytes = 0
        return packets

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        # Without waiting: a client that polls no more would be waited for in vain.
        super().close(wait=False, abort=abort, reason=reason)
        self.server.sockets.pop(self.sid, None)
        for peer in (self.peer, self._prober):
            if peer:
                peer.close(CloseCode.NORMAL)

    def schedule_ping(self) -> None:
        if self.last_ping:
            self.last_ping = None
            self.wheel.add(self)

    def ping(self) -> None:
        if not self.closing and not self.closed:
            self.last_ping = self.pinged_s
            self.send(Packet(PING))

    def silent(self) -> None:
        self.close(reason=self.server.reason.PING_TIMEOUT)

    def _queue(self, pkt: Packet, length: int) -> None:
        self._waiting_bytes += length
        if self._waiting_bytes > MOST_BACKLOG_BYTES and not self.closing:
            self.close(abort=True, reason=self.server.reason.TRANSPORT_ERROR)
        else:
            self.queue.put(pkt)

    def _websocket_handler(self, peer: Peer) -> None:
        if not self.connected:
            self.connected = True
            peer.start(self._hear, self._gone)
            self._move_to(peer)
            return
        peer.start(lambda message: self._probe(peer, message), lambda: self._probe_gone(peer))
        if self._prober:
            peer.close(CloseCode.POLICY)
        else:
            self._prober = peer
            eventlet.spawn_after(self.server.ping_interval + self.server.ping_timeout, self._probe_late, peer)

    def _probe(self, peer: Peer, message: Message) -> None:
        """Polling goes on until the client has seen that its websocket works."""
        if message == PROBE and not self.upgrading:
            self.upgrading = True
            peer.write(PROBED)
            self.queue.put(Packet(NOOP))  # the poll under way is the last one
        elif message == UPGRADE and self.upgrading:
            self.upgrading, self._prober = False, None
            peer.heard, peer.gone = self._hear, self._gone
            self._move_to(peer)
        else:
            raise Broken(CloseCode.PROTOCOL_ERROR)

    def _probe_gone(self, peer: Peer) -> None:
        if self._prober is peer:
            self._prober, self.upgrading = None, False

    def _probe_late(self, peer: Peer) -> None:
        if self._prober is peer:
            peer.close(CloseCode.POLICY)

    def _move_to(self, peer: Peer) -> None:
        self.upgraded, self.peer = True, peer
        queue, self.queue = self.queue, NO_QUEUE
        while not queue.empty():
            peer.write(_framed(queue.get(block=False).encode()))
        queue.put(Packet(NOOP))  # for a poll that has not ended yet

    def _hear(self, message: Message) -> None:
        if self.shortcut.take(self, message):
            return
        try:
            self.receive(Packet(encoded_packet=message))
        except (ValueError, exceptions.UnknownPacketError):
            raise Broken(CloseCode.PROTOCOL_ERROR) from None

    def _gone(self) -> None:
        self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)


class NoQueue:
    """In the place of a queue where a websocket takes everything at once."""

    def put(self, item: object) -> None:
        """Only the end of the polling is put here, and nobody polls."""


NO_QUEUE = NoQueue()


def _framed(encoded: str | bytes) -> bytes:
    if isinstance(encoded, str):
        return frames.frame(encoded.encode())
    return frames.frame(encoded, Opcode.BINARY)
