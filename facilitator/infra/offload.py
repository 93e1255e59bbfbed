"""Runs work that would block the event loop somewhere else; the server says where."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Runner = Callable[..., Any]


def _here(fn: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    return fn(*args, **kwargs)


_runner: Runner = _here
_computer: Runner = _here


def install(runner: Runner) -> None:
    """The server calls this once at start, e.g. with eventlet's thread pool."""
    global _runner
    _runner = runner


def install_computer(computer: Runner) -> None:
    """The same for `compute`, e.g. with another process."""
    global _computer
    _computer = computer


def run(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The result of fn(*args), computed off the event loop. What fn raises is raised here."""
    result: R = _runner(fn, *args, **kwargs)
    return result


def compute(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for long arithmetic in Python, of which a thread would not relieve the event loop.

    It may run in another process: `fn` is known by its name, and what goes in and out is copied.
    """
    result: R = _computer(fn, *args, **kwargs)
    return result
