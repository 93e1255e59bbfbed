"""Puts what was just said before the language engine, and leaves out what this case has settled already."""

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from facilitator import language
from facilitator.infra.ids import PersonId, SegmentId
from facilitator.room.board import Board
from facilitator.room.state import RoomState

Read: TypeAlias = Callable[[str, str, list[str], language.Language], language.Reading]

WORDS_BEFORE = 2
"""Captions break sentences anywhere, so the last few segments of the same speaker are read along."""


class Listened(msgspec.Struct, frozen=True):
    """What hurts and what warms in one segment; `warmth` counts sentences by the name of the element."""

    findings: tuple[language.Finding, ...] = ()
    warmth: tuple[tuple[str, int], ...] = ()


SILENCE = Listened()


def listen(segment: SegmentId, state: RoomState, board: Board, read: Read) -> Listened:
    """What the engine finds in a segment that was heard, read with what its speaker said just before it.

    `read` is language.read, wherever it runs.
    """
    text = board.spoken.words.get(segment)
    heard = next((said for said in state.heard if said.id == segment), None)
    if heard is None or text is None:
        return SILENCE
    seat = state.seats[heard.speaker]
    own = [said.id for said in state.heard if said.speaker == seat.person]
    earlier = own[: own.index(segment)][-WORDS_BEFORE:]
    before = [board.spoken.words[i] for i in earlier if i in board.spoken.words]
    spoken = board.file.language_of(seat.person)
    found = read(text, seat.role.value, before, spoken)
    open_ones = tuple(f for f in found.findings if not _is_settled(f, text, seat.person, board))
    return Listened(open_ones, found.warmth)


def _is_settled(finding: language.Finding, said: str, speaker: PersonId, board: Board) -> bool:
    """Dismissed before in this case, or read from the statement that the professional approved."""
    spoken = board.file.language_of(speaker)
    if language.phrase(said, finding.start, finding.end, spoken) in board.silenced:
        return True
    statement = board.file.statements.get(speaker)
    if statement is None:
        return False
    approved = "\n".join(part.text for part in statement.parts)
    return language.is_read_aloud(finding, said, approved, spoken)
