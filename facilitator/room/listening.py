"""Puts what was just said before the language engine, with the words before it and the role of whoever spoke."""

from facilitator import language
from facilitator.infra.ids import PersonId
from facilitator.room import commands as ask
from facilitator.room.board import Spoken
from facilitator.room.state import RoomState

WORDS_BEFORE = 2
"""Captions break sentences anywhere, so the last few segments of the same speaker are read along."""


def listen(command: ask.Command, by: PersonId, state: RoomState, spoken: Spoken) -> tuple[language.Finding, ...]:
    """What the engine finds in a `hear_segment`, nothing for any other command."""
    if not isinstance(command, ask.HearSegment):
        return ()
    speaker = command.speaker or (by if by != state.controller else state.holder)
    seat = state.seats.get(speaker) if speaker else None
    if seat is None:
        return ()
    own = [heard.id for heard in state.heard if heard.speaker == speaker][-WORDS_BEFORE:]
    before = [spoken.words[i] for i in own if i in spoken.words]
    return language.examine(command.text, speaker_role=seat.role, before=before).findings
