"""From untrusted JSON to a typed command, or a clear refusal."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec

from facilitator.infra.ids import CommandId
from facilitator.infra.refusal import Refused

C = TypeVar("C")

UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every command comes in, by socket or by POST."""

    id: str
    name: str
    args: dict[str, Any] | None = None


class Parsed(msgspec.Struct, Generic[C], frozen=True):
    """`digest` tells whether a repeated id came with the same body."""

    id: CommandId
    command: C
    digest: str


def parse(body: object, known: Mapping[str, type[C]]) -> Parsed[C]:
    """The command in `body`, an untrusted decoded JSON value. Raises Refused (422)."""
    try:
        envelope = msgspec.convert(body, Envelope)
        canonical = msgspec.json.encode([envelope.name, envelope.args or {}], order="sorted")
    except (msgspec.ValidationError, ValueError, RecursionError, TypeError, OverflowError) as wrong:
        raise _malformed(wrong) from wrong
    if UUID.fullmatch(envelope.id) is None:
        raise Refused("malformed", "The command's id must be a UUID.")
    kind = known.get(envelope.name)
    if kind is None:
        raise Refused("unknown_command", f"There is no command {envelope.name[:40]!r}.")
    try:
        command = msgspec.convert(envelope.args or {}, kind)
    except (msgspec.ValidationError, RecursionError) as wrong:
        raise _malformed(wrong) from wrong
    command_id = CommandId(envelope.id.replace("-", "").lower())
    return Parsed(command_id, command, hashlib.sha256(canonical).hexdigest())


def _malformed(wrong: Exception) -> Refused:
    if isinstance(wrong, msgspec.ValidationError):
        return Refused("malformed", f"{wrong}.")
    return Refused("malformed", "The command could not be read. Send text as valid Unicode and JSON.")
