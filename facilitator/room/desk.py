"""The sections that only the professionals' console shows. Nobody else's view is built from here."""

from datetime import datetime
from typing import Any

from facilitator.infra.times import iso
from facilitator.people.roles import Role
from facilitator.room.board import Board, FlagText
from facilitator.room.commands import SignalKind
from facilitator.room.phases import Kind
from facilitator.room.state import Flag, RoomState, Seat

CAPTIONS_SHOWN = 30
JUDGED_FLAGS_SHOWN = 50
CUES_SHOWN = 50
SIGNALS_SHOWN = 50

PURGED = FlagText("", (), "", "", "")
"""What is left of a flag when its words were purged."""


def flags(s: RoomState, b: Board) -> list[dict[str, Any]]:
    """All that wait for a verdict, and the last ones that have it; oldest first."""
    judged = [f for f in s.flags if f.verdict][-JUDGED_FLAGS_SHOWN:]
    kept = {f.id for f in judged}
    return [_flag(f, b) for f in s.flags if f.verdict is None or f.id in kept]


def captions(s: RoomState, b: Board) -> list[dict[str, Any]]:
    return [
        {
            "id": heard.id,
            "speaker": heard.speaker,
            "source": heard.source,
            "text": b.spoken.words.get(heard.id, ""),
            "at": iso(heard.at),
        }
        for heard in s.heard[-CAPTIONS_SHOWN:]
    ]


def warmth(s: RoomState, b: Board) -> dict[str, Any]:
    """How many sentences of each person held each element of positive communication so far."""
    return {person: dict(counts) for person, counts in s.warmth.items()}


def tips(s: RoomState, b: Board) -> dict[str, Any]:
    """How many mild wordings of each category each person used so far."""
    return {person: dict(counts) for person, counts in s.tips.items()}


def signals(s: RoomState, b: Board) -> list[dict[str, Any]]:
    """With `call`, the safety contact, beside a cry for help."""
    return [
        {
            "id": g.id,
            "person": g.person,
            "kind": g.kind,
            "at": iso(g.at),
            "settled": g.settled,
            "call": b.file.safety_contact if g.kind is SignalKind.PANIC else None,
        }
        for g in s.signals[-SIGNALS_SHOWN:]
    ]


def notes(s: RoomState, b: Board) -> list[dict[str, Any]]:
    """Private notes, and what was written down of somebody's words by "note that"."""
    kept: list[tuple[datetime, str, str]] = [(n.at, n.id, n.by) for n in s.notes]
    kept += [(h.at, h.id, h.speaker) for h in s.noted]
    return [{"id": i, "by": by, "at": iso(at), "text": b.spoken.words.get(i, "")} for at, i, by in sorted(kept)]


def cues(s: RoomState, b: Board) -> list[dict[str, Any]]:
    return [
        {
            "id": q.id,
            "person": q.person,
            "kind": q.kind,
            "text": b.spoken.words.get(q.id),
            "sent_at": iso(q.sent_at),
            "seen_at": iso(q.seen_at) if q.seen_at else None,
        }
        for q in s.cues[-CUES_SHOWN:]
    ]


def bottom_lines(s: RoomState, b: Board) -> list[dict[str, Any]]:
    return [
        {"person": p, "text": text, "revealed_at": iso(s.revealed[p]) if p in s.revealed else None}
        for p, text in b.file.bottom_lines.items()
        if p in s.seats
    ]


def gates(s: RoomState, b: Board) -> list[dict[str, Any]]:
    """What should be true before the room opens; each says why it is not. None of them blocks the professional."""
    readers = [m for m in b.file.members.values() if m.role is Role.TEAM_MEMBER and m.id in s.seats]
    unwritten = [m.name for m in readers if m.id not in b.file.statements]
    unready = [b.name(seat.person) for seat in s.seats.values() if _still_owes(seat)]
    shared = [
        _gate("statements", not unwritten, f"No approved statement yet: {', '.join(unwritten)}."),
        _gate("plan", b.file.plan is not None, "No treatment plan is prepared."),
        _gate("agreement", not unready, f"Not ready yet: {', '.join(unready)}."),
    ]
    if s.kind is Kind.REHEARSAL:
        return shared
    armed = b.referral is not None and b.referral.armed
    return [*shared, _gate("referral", armed, "The referral is not armed.")]


def _still_owes(seat: Seat) -> bool:
    return seat.admitted and seat.role is Role.TEAM_MEMBER and not seat.ready


def _gate(name: str, ok: bool, reason: str) -> dict[str, Any]:
    return {"name": name, "ok": ok, "reason": "" if ok else reason}


def _flag(flag: Flag, b: Board) -> dict[str, Any]:
    said = b.spoken.flags.get(flag.id, PURGED)
    return {
        "id": flag.id,
        "segment": flag.segment,
        "speaker": flag.speaker,
        "category": flag.category,
        "categories": list(said.categories),
        "severity": flag.severity,
        "span": {"start": flag.start, "end": flag.end},
        "text": said.text,
        "why": said.why,
        "redirect": said.redirect,
        "suggestion": said.suggestion,
        "verdict": flag.verdict,
        "raised_at": iso(flag.raised_at),
    }


SECTIONS = {
    "flags": flags,
    "captions": captions,
    "warmth": warmth,
    "tips": tips,
    "signals": signals,
    "notes": notes,
    "cues": cues,
    "bottom_lines": bottom_lines,
    "gates": gates,
}
