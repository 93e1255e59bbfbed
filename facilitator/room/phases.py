"""The phases of a meeting and the moves between them."""

from enum import StrEnum


class Kind(StrEnum):
    REHEARSAL = "rehearsal"
    LIVE = "live"


class Phase(StrEnum):
    """The usual order of an intervention: gather, open, read, offer, hear the answer, decide, close."""

    ARRIVE = "arrive"
    OPEN = "open"
    STATEMENTS = "statements"
    OFFER = "offer"
    RESPONSE = "response"
    DECISION = "decision"
    CLOSE = "close"


class Condition(StrEnum):
    """Whether the meeting runs. A pause calms people; a suspension is for things that broke."""

    WAITING = "waiting"
    LIVE = "live"
    PAUSED = "paused"
    ON_BREAK = "on_break"
    SUSPENDED = "suspended"
    ENDED = "ended"


STOPPED = frozenset({Condition.PAUSED, Condition.ON_BREAK, Condition.SUSPENDED})

ORDER = tuple(Phase)

LEGAL: dict[Phase, frozenset[Phase]] = {
    Phase.ARRIVE: frozenset(),  # only opening the room leaves it
    Phase.OPEN: frozenset({Phase.STATEMENTS}),
    Phase.STATEMENTS: frozenset({Phase.OFFER}),
    Phase.OFFER: frozenset({Phase.RESPONSE, Phase.STATEMENTS}),
    Phase.RESPONSE: frozenset({Phase.DECISION, Phase.OFFER, Phase.STATEMENTS}),
    Phase.DECISION: frozenset({Phase.CLOSE, Phase.RESPONSE, Phase.OFFER}),
    Phase.CLOSE: frozenset({Phase.DECISION}),
}
"""Forward one step, or back to hear and offer again. Going back is legal because people are not a script."""


def following(phase: Phase) -> Phase | None:
    """The next phase in the usual order, None after the last."""
    place = ORDER.index(phase) + 1
    return ORDER[place] if place < len(ORDER) else None


def is_before(phase: Phase, other: Phase) -> bool:
    return ORDER.index(phase) < ORDER.index(other)
