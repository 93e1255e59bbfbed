"""Keeps a dispatcher running as a child of this process, and wakes it."""

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from facilitator.config import ROOT, settings
from facilitator.infra import logs, outbox

COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "run", "--follow-stdin")
LOOK_S = 0.25
FIRST_REST_S = 0.25
LONGEST_REST_S = 15.0
STEADY_S = 30.0
"""A child that lived so long was well: the next one starts without delay."""

log = logs.get("supervise")


def start_dispatcher(log_file: Path | None = None, command: tuple[str, ...] = COMMAND) -> Callable[[], None]:
    """Starts the child and whatever replaces it when it dies; returns what ends both.

    The child is woken and, at the end, released through its standard input: when this process goes, however it
    goes, the pipe closes and the child sends what is due before it ends. It has a session and a log file of its
    own, so that neither a Ctrl-C here nor a closed terminal takes it away first.
    """
    child = _Child(log_file or settings().instance_path / "dispatcher.log", command)
    outbox.on_poke(child.poke)
    child.start()
    keeper = threading.Thread(target=child.keep, daemon=True, name="dispatcher-keeper")
    keeper.start()

    def stop() -> None:
        outbox.on_poke(None)
        child.release()

    return stop


class _Child:
    def __init__(self, log_file: Path, command: tuple[str, ...]) -> None:
        self._log_file = log_file
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: io.FileIO | None = None
        self._started_at_s = 0.0
        self._rest_s = FIRST_REST_S
        self._released = False

    def start(self) -> None:
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        # Without an event loop of its own: the dispatcher is plain threads.
        environment = {**os.environ, "ASYNC_MODE": "threading"}
        with self._log_file.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                self._command,
                stdin=read_end,
                stdout=out,
                stderr=out,
                cwd=ROOT,
                env=environment,
                start_new_session=True,
            )
        os.close(read_end)
        # FileIO writes without passing through the os module, whose `write` an event loop may have made to wait.
        self._pipe = io.FileIO(write_end, "wb")
        self._started_at_s = time.monotonic()

    def keep(self) -> None:
        while not self._released:
            time.sleep(LOOK_S)
            code = self._process.poll() if self._process else None
            if code is not None and not self._released:
                self._replace(code)

    def poke(self) -> None:
        pipe = self._pipe
        if pipe is None or pipe.closed:
            return
        try:
            pipe.write(b".")  # None when the pipe is full: then a wake-up is on its way already
        except (OSError, ValueError):
            log.info(
                "the dispatcher is not listening"
            )  # it died a moment ago; its replacement looks at everything

    def release(self) -> None:
        self._released = True
        if self._pipe is not None:
            self._pipe.close()

    def _replace(self, code: int) -> None:
        lived_s = time.monotonic() - self._started_at_s
        self._rest_s = FIRST_REST_S if lived_s > STEADY_S else min(LONGEST_REST_S, self._rest_s * 2)
        log.warning("the dispatcher died", exit_code=code)
        if self._pipe is not None:
            self._pipe.close()
        time.sleep(self._rest_s)
        if not self._released:
            self._start_again()

    def _start_again(self) -> None:
        try:
            self.start()
        except OSError as trouble:
            log.warning("the dispatcher did not start", error=type(trouble).__name__)  # the next look tries again
