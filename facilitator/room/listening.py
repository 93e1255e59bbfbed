"""Puts together what the language engine has to know of something that was said. Pure."""

from facilitator.infra.ids import SegmentId
from facilitator.language import Speech
from facilitator.room.board import Board
from facilitator.room.state import RoomState

WORDS_BEFORE = 2
"""Captions break sentences anywhere, so the last few segments of the same speaker are read along."""


def speech_of(segment: SegmentId, state: RoomState, board: Board) -> Speech | None:
    """None where the words were not heard, or are gone."""
    text = board.spoken.words.get(segment)
    heard = next((said for said in state.heard if said.id == segment), None)
    if heard is None or text is None:
        return None
    seat = state.seats[heard.speaker]
    own = [said.id for said in state.heard if said.speaker == seat.person]
    earlier = own[: own.index(segment)][-WORDS_BEFORE:]
    before = tuple(board.spoken.words[i] for i in earlier if i in board.spoken.words)
    statement = board.file.statements.get(seat.person)
    approved = "\n".join(part.text for part in statement.parts) if statement else ""
    return Speech(text, seat.role.value, before, board.file.language_of(seat.person), approved, board.silenced)
