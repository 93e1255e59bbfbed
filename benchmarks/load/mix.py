"""What families really do in a meeting: mostly talk, some of it hurtful, and a moderator who steers."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.load import ask, measure
from benchmarks.load.ask import Chance
from benchmarks.load.client import Client, Due
from benchmarks.load.gathering import Gathering
from benchmarks.load.measure import Run
from benchmarks.load.rooms import Table
from benchmarks.load.spread import Spread, spread
from facilitator.language.examples import utterances_of, voices

ROOM_EVERY_S = 1.25
"""A room has 0.8 events a second: 250 rooms 200, 100 rooms 80."""
HURTFUL = 0.15
"""So many of the utterances are of those that the corpus says should be flagged."""
SEGMENT, GRANT, HAND, CUE, SIGNAL, NOTE = "hear_segment", "grant_turn", "raise_hand", "cue", "signal", "take_note"
SHARES = {SEGMENT: 0.62, GRANT: 0.14, HAND: 0.11, CUE: 0.06, SIGNAL: 0.03, NOTE: 0.04}
SEEN_AFTER_S = 1.0
CUE_AGAIN_S = 3.0
SETTLED_S = 0.3
"""So long after a grant the new speaker is heard by themselves; before, the console says who spoke."""
NOTE_TEXT = "Slow down before the next person reads; Ruth may need a break."


class Mixed(NamedTuple):
    run: Run
    flag: Spread
    """From when a sentence was due until the console shows that it is flagged."""
    by_name: dict[str, Spread]
    """Until the answer, of each kind of command."""


class Sayings:
    """Sentences of the corpus, in the shares in which they are said."""

    def __init__(self, chance: Chance) -> None:
        lines = [line for voice in voices("en")[::4] for line in utterances_of(voice, "en")]
        self._kind = [line.text for line in lines if not line.flag]
        self._hurtful = [line.text for line in lines if line.flag]
        self._dice = chance.dice

    def next(self) -> str:
        return self._dice.choice(self._hurtful if self._dice.random() < HURTFUL else self._kind)


class RoomPlan:
    """One room's course."""

    def __init__(self, table: Table, chance: Chance, sayings: Sayings, every_s: float = ROOM_EVERY_S) -> None:
        self._table = table
        self._every_s = every_s
        self._chance = chance
        self._sayings = sayings
        self._granted_s = 0.0
        self._cued_s: dict[Client, float] = {}

    def plan(self, seconds: float) -> list[Due]:
        dice = self._chance.dice
        at_s = dice.random() * self._every_s
        made = self._grant_turn(at_s)
        while (at_s := at_s + self._every_s * dice.uniform(0.6, 1.4)) < seconds:
            (name,) = dice.choices(list(SHARES), list(SHARES.values()))
            made += getattr(self, f"_{name}")(at_s)
        return made

    def _grant_turn(self, at_s: float) -> list[Due]:
        self._granted_s = at_s
        person = self._table.grant_next().person
        return [ask.due(at_s, self._table.console, self._chance, GRANT, person=person)]

    def _hear_segment(self, at_s: float) -> list[Due]:
        own = at_s - self._granted_s > SETTLED_S and self._chance.dice.random() < 0.5
        speaker = self._table.holder
        assert speaker is not None, "plan() grants the floor first"
        return [ask.said(at_s, self._table, speaker, self._chance, self._sayings.next(), own)]

    def _raise_hand(self, at_s: float) -> list[Due]:
        phone = self._chance.dice.choice([p for p in self._table.phones if p is not self._table.holder])
        name = HAND if self._table.move_hand(phone) else "lower_hand"
        return [ask.due(at_s, phone, self._chance, name)]

    def _cue(self, at_s: float) -> list[Due]:
        """And its reader says that it was seen. The product gives a cue the id of its command.

        Not to somebody who has one unseen: that an older one was seen changes nothing that is shown.
        """
        free = [p for p in self._table.phones if at_s - self._cued_s.get(p, -CUE_AGAIN_S) >= CUE_AGAIN_S]
        if not free:
            return []
        phone, cue = self._chance.dice.choice(free), self._chance.id().replace("-", "")
        self._cued_s[phone] = at_s
        sent = ask.due(at_s, self._table.console, self._chance, CUE, cue, person=phone.person, kind="breathe")
        return [sent, ask.due(at_s + SEEN_AFTER_S, phone, self._chance, "cue_seen", cue=cue)]

    def _signal(self, at_s: float) -> list[Due]:
        return [ask.due(at_s, self._chance.dice.choice(self._table.phones), self._chance, SIGNAL, kind="break")]

    def _take_note(self, at_s: float) -> list[Due]:
        return [ask.due(at_s, self._table.console, self._chance, NOTE, text=NOTE_TEXT)]


def run(gathered: Gathering, tables: Sequence[Table], seconds: float) -> Mixed:
    sayings = Sayings(gathered.chance)
    plans = [RoomPlan(table, gathered.chance, sayings).plan(seconds) for table in tables]
    plan = sorted((due for each in plans for due in each), key=lambda due: due.at_s)
    found = measure.run(gathered, plan, to_the_point=True)
    said = {due.id: due.client.asked[due.number].due_s for due in plan}
    flagged = [ms for table in tables for ms in _flagged_ms(table, said)]
    return Mixed(found, spread(flagged), _by_name(plan))


def _flagged_ms(table: Table, said: dict[str, float]) -> list[float]:
    first: dict[str, float] = {}
    for at_s, view in table.console.views:
        for segment in view.flagged:
            first.setdefault(segment, at_s)
    return [(at_s - said[segment]) * 1000 for segment, at_s in first.items() if segment in said]


def _by_name(plan: Sequence[Due]) -> dict[str, Spread]:
    took: dict[str, list[float]] = {}
    for due in plan:
        found = due.client.answers.get(due.number)
        if found and found[1].ok:
            took.setdefault(due.name, []).append((found[0] - due.client.asked[due.number].due_s) * 1000)
    return {name: spread(ms) for name, ms in sorted(took.items())}
