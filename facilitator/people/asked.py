"""What strangers send to be let in, read strictly: anything odd is refused with what to send instead."""

import unicodedata
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import msgspec
from flask import request

from facilitator.infra.refusal import Refused

T = TypeVar("T", bound=msgspec.Struct)

Text = Annotated[str, msgspec.Meta(max_length=200)]
Name = Annotated[str, msgspec.Meta(max_length=80)]

CODE_DIGITS = 8

# They turn around the text that follows, so that a name could be made to read as another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Credentials(msgspec.Struct, frozen=True):
    email: Text
    password: Annotated[str, msgspec.Meta(max_length=1024)]
    totp: Text | None = None
    next: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class Link(msgspec.Struct, frozen=True):
    token: Text


class WayIn(msgspec.Struct, frozen=True):
    """Either a link's token, or a room code with the name to be called by."""

    token: Text | None = None
    code: Text | None = None
    name: Name | None = None


def json_body(wanted: type[T]) -> T:
    """Raises Refused malformed (422); werkzeug raises 413 before that for what is too large."""
    if not request.is_json:
        raise Refused("malformed", "Send JSON, with Content-Type application/json.")
    try:
        return _without_nul(msgspec.json.decode(request.get_data(), type=wanted))
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


def plain_name(name: str) -> str:
    """A name in any script, in one line. Raises Refused malformed."""
    one_line = " ".join(unicodedata.normalize("NFC", name).split())
    if not any(_is_visible(letter) for letter in one_line):
        raise Refused("malformed", "Please give your name, so that the professional knows who is waiting.")
    if any(unicodedata.category(letter) == "Cc" or letter in _TURNING for letter in one_line):
        raise Refused("malformed", "This name has a character that cannot be shown. Please type it again.")
    return one_line


def plain_code(code: str) -> str | None:
    """The eight digits, however they were grouped; None when it is something else."""
    digits = "".join(code.split()).replace("-", "")
    return digits if digits.isascii() and digits.isdigit() and len(digits) == CODE_DIGITS else None


def own_path(target: str | None) -> str | None:
    """Where to go next, if that is a page of this site: no other host may be reached through our sign-in."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(letter) <= ord(" ") or ord(letter) == 127 for letter in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


def _without_nul(read: T) -> T:
    texts = [value for value in msgspec.structs.astuple(read) if isinstance(value, str)]
    if any("\0" in text for text in texts):
        raise Refused("malformed", "Text must not contain the NUL character.")
    return read


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNSP"
