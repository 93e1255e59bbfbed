"""Socket.IO's commonest packets as bytes: an event with one argument, and its acknowledgement. Pure."""

from typing import Any, Final

import msgspec

MOST_DIGITS: Final = 100

encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[str, Any]).decode


def start_of_events(namespace: str) -> str:
    return f"42{namespace},"


def start_of_answers(namespace: str) -> bytes:
    return f"43{namespace},".encode()


def parse_event(packet: str, start: str) -> tuple[str, str, Any] | None:
    """The number under which an answer is wanted ("" when none is), the event's name and its argument.

    None for whatever else begins with `start`, and for whatever is not plainly right: Socket.IO's own parser
    is to say what becomes of that.
    """
    at = packet.find("[", len(start))
    number = packet[len(start) : at]
    if at < 0 or not (number == "" or _is_plain(number)):
        return None
    try:
        name, argument = _decode(packet[at:])
    except (ValueError, RecursionError):
        return None
    return number, name, argument


def event(namespace: str, name: str, argument: Any) -> bytes:
    return start_of_events(namespace).encode() + encode((name, argument))


def answer(start: bytes, number: str, argument: Any) -> bytes:
    return b"%b%b[%b]" % (start, number.encode(), encode(argument))


def _is_plain(number: str) -> bool:
    """As it would be written again."""
    return (
        number.isascii()
        and number.isdigit()
        and len(number) <= MOST_DIGITS
        and (number[0] != "0" or number == "0")
    )
