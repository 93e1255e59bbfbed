"""Keeps the text that events do not carry, sealed, and gives it back."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from facilitator.infra.crypto import seal, unseal
from facilitator.infra.ids import FlagId, RoomId
from facilitator.language import Finding
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.board import FlagText, Spoken, held_key
from facilitator.room.tables import FlagWords, Words


def keep(
    tx: Session,
    room: RoomId,
    command: ask.Command,
    happened: Sequence[did.Event],
    findings: Sequence[Finding],
    at: datetime,
) -> Spoken:
    """Store the texts of one command; the answer is what was stored."""
    words: dict[str, str] = {}
    flags: dict[FlagId, FlagText] = {}
    for event in happened:
        match event:
            case did.FlagRaised():
                flags[event.flag] = _flag_text(command, event, findings)
            case did.FlagJudged(flag, verdict):
                _judge(tx, room, flag, verdict)
            case _:
                words.update(_words(command, event))
    _store_words(tx, room, words, type(command).__struct_config__.tag, at)
    _store_flags(tx, room, flags, happened, at)
    return Spoken(words, flags)


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
    assert isinstance(command, ask.HearSegment)
    found = next(f for f in findings if (f.start, f.end, f.rule) == (event.start, event.end, event.rule))
    categories = tuple(c.value for c in found.categories)
    return FlagText(command.text, categories, found.why, found.redirect, found.suggestion)


def _judge(tx: Session, room: RoomId, flag: FlagId, verdict: str) -> None:
    row = FlagWords
    tx.execute(update(row).where(row.room_id == room, row.id == flag).values(verdict=verdict))


def _store_words(tx: Session, room: RoomId, words: dict[str, str], kind: object, at: datetime) -> None:
    for i, text in words.items():
        body = seal(text, f"caption_segments:{room}/{i}:body")
        replaced = tx.execute(update(Words).where(Words.room_id == room, Words.id == i).values(body=body, at=at))
        if replaced.rowcount == 0:  # type: ignore[attr-defined]
            tx.execute(insert(Words).values(room_id=room, id=i, kind=str(kind), body=body, at=at))


def _store_flags(
    tx: Session,
    room: RoomId,
    flags: dict[FlagId, FlagText],
    happened: Sequence[did.Event],
    at: datetime,
) -> None:
    segments = {e.flag: e.segment for e in happened if isinstance(e, did.FlagRaised)}
    for i, text in flags.items():
        body = seal(msgspec.json.encode(text).decode(), f"flags:{room}/{i}:body")
        tx.execute(insert(FlagWords).values(room_id=room, id=i, segment_id=segments[i], body=body, at=at))
