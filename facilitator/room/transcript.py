"""Keeps the text that events do not carry, sealed, and gives it back."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from facilitator.infra import db
from facilitator.infra.commits import Row
from facilitator.infra.crypto import seal, unseal
from facilitator.infra.db import Base
from facilitator.infra.ids import FlagId, RoomId
from facilitator.language import Finding
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.board import FlagText, Spoken, held_key
from facilitator.room.tables import FlagWords, Words

_words_table = Base.metadata.tables[Words.__tablename__]
_PUT_FLAG = insert(Base.metadata.tables[FlagWords.__tablename__])


WITH_TEXT = (
    ask.HearSegment,
    ask.ReadSegment,
    ask.TakeNote,
    ask.Cue,
    ask.RecordOutcome,
    ask.AmendOutcome,
    ask.Hold,
)


def texts_of(command: ask.Command, happened: Sequence[did.Event], findings: Sequence[Finding]) -> Spoken:
    """What of a command's text is to be kept, by the id of what it belongs to."""
    if not isinstance(command, WITH_TEXT):
        return Spoken()
    words: dict[str, str] = {}
    flags: dict[FlagId, FlagText] = {}
    for event in happened:
        if isinstance(event, did.FlagRaised):
            flags[event.flag] = _flag_text(command, event, findings)
        else:
            words.update(_words(command, event))
    return Spoken(words, flags)


def rows(
    room: RoomId, said: Spoken, command: ask.Command, happened: Sequence[did.Event], at: datetime
) -> list[Row]:
    """The same, sealed, as rows to insert."""
    if not (said.words or said.flags):
        return []
    kind = str(type(command).__struct_config__.tag)
    words = [
        {"room_id": room, "id": i, "kind": kind, "at": at, "body": seal(text, f"caption_segments:{room}/{i}:body")}
        for i, text in said.words.items()
    ]
    segments = {e.flag: e.segment for e in happened if isinstance(e, did.FlagRaised)}
    flags = [
        {"room_id": room, "id": i, "segment_id": segments[i], "at": at, "body": _sealed(room, i, text)}
        for i, text in said.flags.items()
    ]
    statement = _put_words(db.engine().dialect.name) if words else None
    return [*((statement, row) for row in words if statement is not None), *((_PUT_FLAG, row) for row in flags)]


def judge(tx: Session, room: RoomId, flag: FlagId, verdict: str) -> None:
    row = FlagWords
    tx.execute(update(row).where(row.room_id == room, row.id == flag).values(verdict=verdict))


def load(tx: Session, room: RoomId) -> Spoken:
    """Every text of a room that was not purged."""
    words = tx.execute(select(Words.id, Words.body).where(Words.room_id == room))
    flags = tx.execute(select(FlagWords.id, FlagWords.body).where(FlagWords.room_id == room))
    return Spoken(
        {i: unseal(body, f"caption_segments:{room}/{i}:body") for i, body in words},
        {
            FlagId(i): msgspec.json.decode(unseal(body, f"flags:{room}/{i}:body"), type=FlagText)
            for i, body in flags
        },
    )


def _words(command: ask.Command, event: did.Event) -> dict[str, str]:
    match event, command:
        case did.SegmentHeard(segment), ask.HearSegment(_, text):
            return {segment: text}
        case did.NoteTaken(note), ask.TakeNote(text):
            return {note: text}
        case did.CueSent(cue), ask.Cue(_, _, str(text)):
            return {cue: text}
        case did.OutcomeRecorded(outcome), ask.RecordOutcome(_, note, override):
            said = "\n".join(part for part in (note, override) if part)
            return {outcome: said} if said else {}
        case did.OutcomeAmended(outcome), ask.AmendOutcome(_, reason):
            return {outcome: reason}
        case did.PersonHeld(person), ask.Hold(_, message):
            return {held_key(person): message}
    return {}


def _flag_text(command: ask.Command, event: did.FlagRaised, findings: Sequence[Finding]) -> FlagText:
    assert isinstance(command, ask.ReadSegment)
    found = next(f for f in findings if (f.start, f.end, f.rule) == (event.start, event.end, event.rule))
    categories = tuple(c.value for c in found.categories)
    return FlagText(command.text, categories, found.why, found.redirect, found.suggestion)


def _sealed(room: RoomId, flag: FlagId, text: FlagText) -> bytes:
    return seal(msgspec.json.encode(text).decode(), f"flags:{room}/{flag}:body")


@cache
def _put_words(dialect: str) -> Any:
    """The newest text under an id stands: a message to somebody who waits replaces the one before."""
    insert_or: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    put = insert_or(_words_table)
    newer = {name: put.excluded[name] for name in ("kind", "body", "at")}
    return put.on_conflict_do_update(index_elements=["room_id", "id"], set_=newer)
