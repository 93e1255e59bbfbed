"""Runs long arithmetic in a child process: a thread would only take turns with the event loop.

The child has one piece of work at a time and ends with its parent.
"""

import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from facilitator.config import ROOT
from facilitator.infra import aside_child as child
from facilitator.infra import logs

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE_S = 20.0
"""For one answer; a child that takes longer is replaced. The first one includes its start."""

LOG = logs.get(__name__)


class Lost(Exception):
    """The child died, twice over, or said nothing for PATIENCE_S."""


class Aside:
    """One child, started when it is first asked."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._ours: socket.socket | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """fn(*args, **kwargs), worked out by the child; what fn raises is raised here. Raises Lost.

        `fn` is known by its name, and all that goes in and out must be picklable.
        """
        question = pickle.dumps((fn, args, kwargs))
        with self._turn:
            try:
                reply = self._asked(question)
            except OSError as loss:
                LOG.warning("the child was lost", error=type(loss).__name__)
                self._end()
                reply = self._asked_again(question)
        went_well, result = pickle.loads(reply)  # noqa: S301 - from our own child
        if not went_well:
            raise result
        answer: R = result
        return answer

    def close(self) -> None:
        with self._turn:
            self._end()

    def _asked_again(self, question: bytes) -> bytes:
        try:
            return self._asked(question)
        except OSError as loss:
            self._end()
            raise Lost from loss

    def _asked(self, question: bytes) -> bytes:
        ours = self._ours or self._start()
        child.send(ours, question)
        return child.receive(ours)

    def _start(self) -> socket.socket:
        self._ours, theirs = socket.socketpair()
        self._ours.settimeout(PATIENCE_S)
        with theirs:
            command = (sys.executable, "-m", child.__name__, str(theirs.fileno()))
            self._child = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT)  # noqa: S603 - our own
        return self._ours

    def _end(self) -> None:
        if self._ours is not None:
            self._ours.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._ours = self._child = None
