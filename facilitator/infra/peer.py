"""One websocket on the event loop without a thread of its own: it is heard, written to, and let go."""

import socket
import struct
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from facilitator.infra import frames, logs
from facilitator.infra.frames import Broken, CloseCode, Control, Message, Opcode, Parser
from facilitator.infra.loop import Loop

LOG = logs.get(__name__)

RECEIVE_BYTES = 64 * 1024
MOST_UNREAD_BYTES = 64 * 1024
"""While a message is handled, no more than about this is read ahead: whoever asks faster has to wait."""
AT_ONCE = 20
"""So many messages of one client are handled before all others had a turn."""
MOST_UNSENT_BYTES = 64 * 1024
"""So much of one turn's is put together in memory, then it leaves before the end of the turn."""
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


OPEN, ENDING, OVER = Phase


class Peer:
    """The other end of a websocket, after the handshake.

    `heard` gets each message in order, one at a time, in a greenlet that lives as long as there is something to
    hear; it may block. `gone` runs once, as soon as nothing will be heard or sent any more.
    """

    __slots__ = (
        *("_backlog", "_backlog_bytes", "_busy", "_deaf", "_ended", "_fd", "_loop", "_parser", "_phase", "_raw"),
        *("_reading", "_timer", "_unsent", "_unsent_bytes", "_writing", "gone", "heard"),
    )

    def __init__(self, raw: socket.socket, loop: Loop, most_bytes: int) -> None:
        raw.setblocking(False)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._raw = raw
        self._fd = raw.fileno()
        self._loop = loop
        self._parser = Parser(most_bytes)
        self._phase = OPEN
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
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
        return self._phase is OVER

    def start(self, heard: Heard, gone: Gone) -> None:
        self.heard, self.gone = heard, gone
        self._listen()

    def write(self, frame: bytes) -> None:
        """At the end of this turn of the event loop, in order, after what waits already."""
        if self._phase is not OPEN:
            return
        if not self._unsent:
            self._loop.flush_soon(self)
        self._unsent.append(frame)
        self._unsent_bytes += len(frame)
        if self._unsent_bytes > MOST_UNSENT_BYTES:
            self.flush()

    def flush(self) -> None:
        """What was written, now. Whoever lets too much pile up is dropped, and comes back."""
        unsent = self._unsent
        if not unsent:
            return
        data = unsent[0] if len(unsent) == 1 else b"".join(unsent)
        unsent.clear()
        self._unsent_bytes = 0
        if self._backlog_bytes > MOST_BACKLOG_BYTES:
            LOG.info("client_too_slow", backlog_bytes=self._backlog_bytes)
            self.drop()
        elif self._backlog:
            self._keep(memoryview(data))
        else:
            sent = self._sent(data)
            if sent < len(data) and self._phase is OPEN:
                self._keep(memoryview(data)[sent:])

    def close(self, code: CloseCode) -> None:
        """Send what waits and a farewell, then wait a little for the other side: a bare end could lose both."""
        if self._phase is not OPEN:
            return
        self.write(frames.close_frame(code))
        self.flush()
        if self._phase is OPEN:
            self._leave(ENDING)
            self._timer = self._loop.after(FAREWELL_S, self.drop)
            self._deaf = False
            self._listen()
            self._finish()

    def drop(self) -> None:
        """At once. The system forgets what it still had to send."""
        if self._phase is not OVER:
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
        elif self._phase is OPEN:
            self._received(data)

    def _received(self, data: bytes) -> None:
        self._parser.feed(data)
        if not self._busy:
            self._busy = True
            self._loop.run(self._hear)
        elif self._parser.unread_bytes > MOST_UNREAD_BYTES:
            self._ignore()

    def _stream_ended(self) -> None:
        self._ended = True
        self._ignore()
        if self._phase is ENDING or not self._busy:
            self._end()

    def _writable(self, _fd: int) -> None:
        backlog = self._backlog
        if self._writing is None or backlog is None:
            return
        while backlog:
            sent = self._sent(backlog[0])
            self._backlog_bytes -= sent
            if self._phase is OVER:
                return
            if sent < len(backlog[0]):
                backlog[0] = backlog[0][sent:]
                return
            backlog.popleft()
        self._backlog = None
        self._loop.forget(self._writing)
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
        self._loop.spawn(self._hear)

    def _heard_all(self) -> None:
        self._busy = False
        if self._phase is OPEN:
            if self._ended:
                self.flush()
                self._end()
            else:
                self._listen()

    def _next(self) -> Message | None:
        while self._phase is OPEN and not self._deaf:
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
            self._reading = self._loop.watch("read", self._fd, self._readable, self._taken)

    def _ignore(self) -> None:
        if self._reading is not None:
            self._loop.forget(self._reading)
            self._reading = None

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
            self._writing = self._loop.watch("write", self._fd, self._writable, self._taken)
        self._backlog.append(rest)
        self._backlog_bytes += len(rest)

    def _finish(self) -> None:
        """The farewell is out: nothing more will be written."""
        if self._phase is ENDING and not self._backlog:
            if self._ended:
                self._end()
                return
            try:
                self._raw.shutdown(socket.SHUT_WR)
            except OSError:
                self._end()

    def _leave(self, phase: Phase) -> None:
        was_open = self._phase is OPEN
        self._phase = phase
        if was_open and self.gone is not None:
            self._loop.spawn(self.gone)

    def _end(self) -> None:
        if self._phase is OVER:
            return
        self._leave(OVER)
        self._ignore()
        if self._writing is not None:
            self._loop.forget(self._writing)
            self._writing = None
        if self._timer is not None:
            self._timer.cancel()
        self._raw.close()
        self._unsent.clear()
        self._backlog = self.heard = self.gone = None

    def _taken(self) -> None:
        """The event loop found our file number in other hands: it is not ours to close."""
        self._raw.detach()
        self._reading = self._writing = None
        self._end()
