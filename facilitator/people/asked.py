"""What strangers send to be let in, read strictly: anything odd is refused with what to send instead."""

import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from facilitator.infra.refusal import Refused

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


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNSP"
