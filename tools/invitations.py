"""What the terminal shows once the server is up: a QR code and a link for each phone, and how to sign in."""

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import segno

from tools.family import Family, Seat

GAP = "   "
WIDTH_WITHOUT_TERMINAL = 120
WHITE_ON_BLACK, AS_BEFORE = "\x1b[97;40m", "\x1b[0m"


def page(family: Family, base_url: str, only_here: bool, log: Path) -> str:
    """Codes first, so that the sign-in stands at the bottom, where a terminal stops."""
    links = [(seat, f"{base_url}/join#{seat.token}") for seat in family.seats]
    return "\n".join([*_codes(links), *_sign_in(family, base_url), *_join_links(links), *_notes(only_here, log)])


def _codes(links: list[tuple[Seat, str]]) -> Iterator[str]:
    """As many codes side by side as the terminal is wide."""
    blocks = [[_label(seat), *_code(link)] for seat, link in links]
    width = max(len(line) for block in blocks for line in block)
    columns = shutil.get_terminal_size((WIDTH_WITHOUT_TERMINAL, 0)).columns
    across = max(1, (columns + len(GAP)) // (width + len(GAP)))
    for first in range(0, len(blocks), across):
        row = blocks[first : first + across]
        yield ""
        yield GAP.join(block[0].ljust(width) for block in row)
        for lines in zip(*(block[1:] for block in row), strict=True):
            yield GAP.join(_on_black(line) for line in lines)


def _code(link: str) -> list[str]:
    """Lines of half-blocks, light on dark. Links differ in nothing but the token, so all codes are of one size."""
    drawn = io.StringIO()
    segno.make(link, error="l", boost_error=False, micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue().splitlines()


def _on_black(line: str) -> str:
    return f"{WHITE_ON_BLACK}{line}{AS_BEFORE}" if sys.stdout.isatty() else line


def _sign_in(family: Family, base_url: str) -> Iterator[str]:
    yield ""
    yield f"The meeting is ready at {base_url}"
    yield ""
    yield f"  Sign in    {base_url}/sign-in?next=/rooms/{family.live}"
    yield f"  E-mail     {family.email}"
    yield f"  Password   {family.password}"
    if family.totp_secret is not None:
        yield f"  One-time codes come from the secret {family.totp_secret}"
    yield f"  Console    {base_url}/rooms/{family.live}"
    yield f"  Rehearsal  {base_url}/rooms/{family.rehearsal}"


def _join_links(links: list[tuple[Seat, str]]) -> Iterator[str]:
    width = max(len(_label(seat)) for seat, _link in links)
    yield ""
    yield "  Each phone has its own link:"
    for seat, link in links:
        yield f"  {_label(seat).ljust(width)}  {link}"


def _notes(only_here: bool, log: Path) -> Iterator[str]:
    yield ""
    if only_here:
        yield "  These links work on this computer only: open each in a tab of its own."
        yield "  For phones on the same network, stop and start again with: make run HOST=0.0.0.0"
    else:
        yield "  Phones on the same network can use these links."
    yield f"  The server writes its log to {log}"
    yield "  Press Ctrl-C to stop. The next start has the same family and the same links."
    yield ""


def _label(seat: Seat) -> str:
    return f"{seat.name}, {seat.role.replace('_', ' ')}"
