"""What a request carries, read strictly into typed values: anything odd is refused with what to send instead."""

from typing import TypeVar

import msgspec
from flask import request

from facilitator.infra.refusal import Refused

T = TypeVar("T", bound=msgspec.Struct)
V = TypeVar("V")


def json_body(wanted: type[T]) -> T:
    """Raises Refused malformed (422); werkzeug raises 413 before that for what is too large."""
    return _without_nul(_decoded(wanted))


def json_value() -> object:
    """Whatever JSON value was sent. Raises Refused malformed."""
    return _decoded(object)


def _decoded(wanted: type[V]) -> V:
    if not request.is_json:
        raise Refused("malformed", "Send JSON, with Content-Type application/json.")
    try:
        return msgspec.json.decode(request.get_data(), type=wanted)
    except msgspec.ValidationError as wrong:
        raise Refused("malformed", f"{wrong}.") from wrong
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Refused("malformed", "This is not valid JSON in UTF-8.") from wrong


def form_body(wanted: type[T]) -> T:
    """The fields of a form that was posted without script. Raises Refused malformed."""
    try:
        return _without_nul(msgspec.convert(request.form.to_dict(), wanted))
    except msgspec.ValidationError as wrong:
        raise Refused("malformed", "Please fill in every field. A field may also be too long.") from wrong


def _without_nul(read: T) -> T:
    texts = [value for value in msgspec.structs.astuple(read) if isinstance(value, str)]
    if any("\0" in text for text in texts):
        raise Refused("malformed", "Text must not contain the NUL character.")
    return read
