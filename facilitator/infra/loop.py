"""The event loop as a websocket uses it. What is written in one of its turns leaves together at the end of it."""

from collections.abc import Callable
from typing import Any, Protocol

from facilitator.infra import logs

LOG = logs.get(__name__)


class Writer(Protocol):
    def flush(self) -> None:
        """Send what was written, in one call to the system."""

    def drop(self) -> None: ...


class Loop:
    """One hub of eventlet's, which its callers bring so that only they know the library."""

    def __init__(self, hub: Any, greenlet: Callable[..., Any], spawn: Callable[..., object]) -> None:
        self.spawn = spawn
        """Runs a function in a greenlet of its own, soon."""
        self._hub = hub
        self._greenlet = greenlet
        self._writers: list[Writer] = []

    def run(self, function: Callable[[], None]) -> None:
        """In a greenlet of its own, at once; returns when it is done or waits. Only for callbacks of the loop."""
        self._greenlet(function, self._hub.greenlet).switch()

    def watch(self, kind: str, fd: int, ready: Callable[[int], None], taken: Callable[[], None]) -> Any:
        """Calls `ready` until `forget`; calls `taken` when the file number is found in other hands."""
        listener = self._hub.add(kind, fd, ready, _nobody_waits, taken)
        listener.greenlet = self._hub.greenlet  # it would keep whoever happens to run now
        return listener

    def forget(self, listener: Any) -> None:
        self._hub.remove(listener)

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """To be cancelled by `cancel()` of what is returned."""
        return self._hub.schedule_call_global(seconds, call)

    def flush_soon(self, writer: Writer) -> None:
        """Before the loop waits again: no later than it would be without anybody else."""
        if not self._writers:
            self._hub.schedule_call_global(0, self._flush)
        self._writers.append(writer)

    def _flush(self) -> None:
        writers, self._writers = self._writers, []
        for writer in writers:
            try:
                writer.flush()
            except Exception:  # what the others wait for must go on
                LOG.exception("sending_failed")
                writer.drop()


def _nobody_waits(_error: object) -> None:
    """A listener of a greenlet's would be told here."""
