"""Examines JSON lines from standard input, one answer a line: `python -m facilitator.language`."""

import sys
from typing import Literal

import msgspec

from facilitator.language.engine import examine
from facilitator.language.taxonomy import Examination, Language, Surface

_SURFACES = {"written": Surface.DRAFT, "spoken": Surface.LIVE}


class Request(msgspec.Struct, frozen=True):
    """One line to examine."""

    id: str | int
    text: str
    speaker_role: str = "team_member"
    register: Literal["written", "spoken"] = "spoken"
    before: list[str] = []
    language: Language = Language.ENGLISH


class Span(msgspec.Struct, frozen=True):
    """Character offsets of a finding in the text."""

    start: int
    end: int
    category: str


class Answer(msgspec.Struct, frozen=True):
    """The answer to one line; the texts are empty when nothing was found."""

    id: str | int
    flag: bool
    score: float
    categories: list[str]
    severity: int
    spans: list[Span]
    why: str
    suggestion: str


class Problem(msgspec.Struct, frozen=True):
    """The answer to a line that cannot be read, with its number (from 1)."""

    id: None
    error: str
    line: int


def main() -> None:
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            sys.stdout.buffer.write(msgspec.json.encode(_answer(line, number)) + b"\n")
            sys.stdout.buffer.flush()


def _answer(line: bytes, number: int) -> Answer | Problem:
    try:
        request = msgspec.json.decode(line, type=Request)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        hint = 'Each line must be a JSON object with "id" and "text".'
        return Problem(id=None, error=f"{problem}. {hint}", line=number)
    surface = _SURFACES[request.register]
    found = examine(
        request.text,
        speaker_role=request.speaker_role,
        surface=surface,
        before=request.before,
        language=request.language,
    )
    return _in_short(request.id, found)


def _in_short(line_id: str | int, found: Examination) -> Answer:
    findings = sorted(found.findings, key=lambda finding: -finding.severity)
    return Answer(
        id=line_id,
        flag=bool(findings),
        score=round(found.score, 4),
        categories=list(dict.fromkeys(name for finding in findings for name in finding.categories)),
        severity=findings[0].severity if findings else 0,
        spans=[Span(finding.start, finding.end, finding.category) for finding in found.findings],
        why=findings[0].why if findings else "",
        suggestion=findings[0].suggestion if findings else "",
    )


if __name__ == "__main__":
    main()
