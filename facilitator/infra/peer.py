"""One websocket on the event loop without a thread of its own: it is heard, written to, and let go."""

import socket
import struct
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from facilitator.infra import frames, logs
from facilitator.infra.frames import Broken, CloseCode, Control, Message, Opcode, Parser

LOG = logs.get(__name__)

RECEIVE_BYTES = 64 * 1024
MOST_UNREAD_BYTES = 64 * 1024
"""While a message is handled, no more than about this is read ahead: whoever asks faster has to wait."""
AT_ONCE = 20
"""So many messages of one client are handled before all others had a turn."""
MOST_BACKLOG_BYTES = 1024 * 1024
SEND_BUFFER_BYTES = 128 * 1024
"""Of the system's, a connection. By itself it would grow to megabytes for everyone who does not read."""
FAREWELL_S = 2.0
RESET_ON_CLOSE = struct.pack("ii", 1, 0)

Heard = Callable[[Message], None]
Gone = Callable[[], None]


class Phase(Enum):
    OPEN = auto()
    ENDING = auto()  # said farewell: what waits is still sent, and what comes is thrown away
    OVER = auto()


class Peer:
    """The other end of a websocket, after the handshake.

    `heard` gets each message in order, one at a time, in a greenlet that lives as long as there is something to
    hear; it may block. `gone` runs once, as soon as nothing will be heard or sent any more.
    """

    __slots__ = (
        *("_backlog", "_backlog_bytes", "_busy", "_deaf", "_ended", "_fd", "_hub", "_parser", "_phase", "_raw"),
        *("_reading", "_spawn", "_timer", "_writing", "gone", "heard"),
    )

    def __init__(self, raw: socket.socket, hub: Any, spawn: Callable[..., object], most_bytes: int) -> None:
        raw.setblocking(False)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._raw = raw
        self._fd = raw.fileno()
        self._hub = hub
        self._spawn = spawn
        self._parser = Parser(most_bytes)
        self._phase = Phase.OPEN
        self._backlog: deque[memoryview] | None = None
        self._backlog_bytes = 0
        self._busy = self._deaf = self._ended = False
        self._reading: Any = None
        self._writing: Any = None
        self._timer: Any = None
        self.heard: Heard | None = None
        self.gone: Gone | None = None

    @property
    def is_over(self) -> bool:
        return self._phase is Phase.OVER

    def start(self, heard: Heard, gone: Gone) -> None:
        self.heard, self.gone = heard, gone
        self._listen()

    def write(self, frame: bytes) -> None:
        """Now, or after what waits already. Whoever lets too much pile up is dropped, and comes back."""
        if self._phase is not Phase.OPEN:
            return
        if self._backlog_bytes > MOST_BACKLOG_BYTES:
            LOG.info("client_too_slow", backlog_bytes=self._backlog_bytes)
            self.drop()
        elif self._backlog:
            self._keep(memoryview(frame))
        else:
            sent = self._sent(frame)
            if sent < len(frame) and self._phase is Phase.OPEN:
                self._keep(memoryview(frame)[sent:])

    def close(self, code: CloseCode) -> None:
        """Send what waits and a farewell, then wait a little for the other side: a bare end could lose both."""
        if self._phase is not Phase.OPEN:
            return
        self.write(frames.close_frame(code))
        if self._phase is Phase.OPEN:
            self._leave(Phase.ENDING)
            self._timer = self._hub.schedule_call_global(FAREWELL_S, self.drop)
            self._deaf = False
            self._listen()
            self._finish()

    def drop(self) -> None:
        """At once. The system forgets what it still had to send."""
        if self._phase is not Phase.OVER:
            self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self._end()

    def deafen(self) -> None:
        """Hear nothing more; what is being handled may still be answered."""
        self._deaf = True
        self._ignore()

    # In the event loop: nothing here may block, and an error would only be printed.

    def _readable(self, _fd: int) -> None:
        if self._reading is None:  # another callback of the same turn has ended this one
            return
        try:
            data = self._raw.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._stream_ended()
        elif self._phase is Phase.OPEN:
            self._received(data)

    def _received(self, data: bytes) -> None:
        self._parser.feed(data)
        if not self._busy:
            self._busy = True
            self._spawn(self._hear)
        elif self._parser.unread_bytes > MOST_UNREAD_BYTES:
            self._ignore()

    def _stream_ended(self) -> None:
        self._ended = True
        self._ignore()
        if self._phase is Phase.ENDING or not self._busy:
            self._end()

    def _writable(self, _fd: int) -> None:
        backlog = self._backlog
        if self._writing is None or backlog is None:
            return
        while backlog:
            sent = self._sent(backlog[0])
            self._backlog_bytes -= sent
            if self._phase is Phase.OVER:
                return
            if sent < len(backlog[0]):
                backlog[0] = backlog[0][sent:]
                return
            backlog.popleft()
        self._backlog = None
        self._hub.remove(self._writing)
        self._writing = None
        self._finish()

    # In a greenlet.

    def _hear(self) -> None:
        try:
            for _ in range(AT_ONCE):
                message = self._next()
                if message is None:
                    self._heard_all()
                    return
                assert self.heard is not None, "start() comes first"
                self.heard(message)
        except Broken as broken:
            self.close(broken.code)
        except Exception:  # one client's trouble must stay with that client
            LOG.exception("message_failed")
            self.close(CloseCode.INTERNAL_ERROR)
        self._spawn(self._hear)

    def _heard_all(self) -> None:
        self._busy = False
        if self._phase is Phase.OPEN:
            if self._ended:
                self._end()
            else:
                self._listen()

    def _next(self) -> Message | None:
        while self._phase is Phase.OPEN and not self._deaf:
            item = self._parser.next()
            if not isinstance(item, Control):
                return item
            if item.opcode is Opcode.PING:
                self.write(frames.frame(item.payload, Opcode.PONG))
            elif item.opcode is Opcode.CLOSE:
                self.close(frames.answer_to_close(item.payload))
        return None

    # Anywhere.

    def _listen(self) -> None:
        if self._reading is None and not self._deaf and not self._ended:
            self._reading = self._watched("read", self._readable)

    def _ignore(self) -> None:
        if self._reading is not None:
            self._hub.remove(self._reading)
            self._reading = None

    def _watched(self, kind: str, ready: Callable[[int], None]) -> Any:
        listener = self._hub.add(kind, self._fd, ready, self._thrown, self._taken)
        listener.greenlet = self._hub.greenlet  # it would keep whoever happens to run now
        return listener

    def _sent(self, data: bytes | memoryview) -> int:
        try:
            return self._raw.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self._end()
            return 0

    def _keep(self, rest: memoryview) -> None:
        if self._backlog is None:
            self._backlog = deque()
            self._writing = self._watched("write", self._writable)
        self._backlog.append(rest)
        self._backlog_bytes += len(rest)

    def _finish(self) -> None:
        """The farewell is out: nothing more will be written."""
        if self._phase is Phase.ENDING and not self._backlog:
            if self._ended:
                self._end()
                return
            try:
                self._raw.shutdown(socket.SHUT_WR)
            except OSError:
                self._end()

    def _leave(self, phase: Phase) -> None:
        was_open = self._phase is Phase.OPEN
        self._phase = phase
        if was_open and self.gone is not None:
            self._spawn(self.gone)

    def _end(self) -> None:
        if self._phase is Phase.OVER:
            return
        self._leave(Phase.OVER)
        self._ignore()
        if self._writing is not None:
            self._hub.remove(self._writing)
            self._writing = None
        if self._timer is not None:
            self._timer.cancel()
        self._raw.close()
        self._backlog = self.heard = self.gone = None

    def _taken(self) -> None:
        """The event loop found our file number in other hands: it is not ours to close."""
        self._raw.detach()
        self._reading = self._writing = None
        self._end()

    def _thrown(self, _error: object) -> None:
        """Nobody waits here to be told."""
