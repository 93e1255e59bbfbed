"""Logs as JSON lines that can carry ids and figures, but nothing that anybody said, wrote or is called."""

import logging
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

ALLOWED = frozenset(
    {
        "account", "at", "attempts", "case", "code", "count", "duration_ms", "error", "event", "exit_code", "key",
        "kind", "level", "method", "outcome", "person", "pid", "port", "referral", "request_id", "room",
        "route", "seq", "sign_in", "source", "state", "status", "where",
    }
)  # fmt: skip
"""Fields that may be written; any other is left out. `event` is a fixed phrase, never built from what came in."""

_FRAMES = 12


def prepare(level: str) -> None:
    """What this process logs, its libraries' warnings too, goes to standard error: one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _without_what_was_said,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _Foreign)] + [
        _Foreign(logging.WARNING)
    ]


def get(name: str) -> FilteringBoundLogger:
    """A logger for one module: `get(__name__).info("room opened", room=room_id)`."""
    logger: FilteringBoundLogger = structlog.get_logger(source=name)
    return logger


class _Foreign(logging.Handler):
    """What libraries log. Their sentences may quote data, so only the place that logged is told."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno,
            "a library has something to say",
            source=record.name,
            where=[f"{record.module}:{record.lineno}"],
            exc_info=record.exc_info,
        )


def _without_what_was_said(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keeps allowed fields. An exception's message may quote data, so its type and its places stand for it."""
    trouble = _trouble(event.get("exc_info"))
    kept: Mapping[str, Any] = {name: value for name, value in event.items() if name in ALLOWED}
    if trouble is None:
        return dict(kept)
    return {**kept, "error": type(trouble).__name__, "where": _places(trouble.__traceback__)}


def _trouble(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return _trouble(exc_info[1])
    return sys.exc_info()[1] if exc_info else None


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
