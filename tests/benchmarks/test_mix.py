"""The load asks for nothing that would change nothing: the checker takes each command for one that is shown."""

import json
from collections import Counter

from benchmarks.load.ask import Chance, grants
from benchmarks.load.client import Client, Due
from benchmarks.load.mix import HURTFUL, ROOM_EVERY_S, SHARES, RoomPlan, Sayings
from benchmarks.load.rooms import Table

SECONDS = 600.0


def a_table() -> Table:
    nowhere = ("127.0.0.1", 1)
    phones = [Client(nowhere, "room", f"p{n}", "team_member", {}) for n in range(7)]
    return Table("room", Client(nowhere, "room", "dana", "interventionist", {}), phones)


def args_of(due: Due) -> dict[str, str]:
    found: dict[str, str] = json.loads(due.frame[due.frame.index(b'["command"') :])[1]["args"]
    return found


def test_no_command_is_in_vain_in_one_mix_after_the_other():
    table, chance = a_table(), Chance(1)
    sayings = Sayings(chance)
    holder, hands = "", set[str]()
    for _ in range(5):
        plan = [*RoomPlan(table, chance, sayings).plan(SECONDS), *grants([table], chance, 10.0, 1.0)]
        for due in sorted(plan[:-10], key=lambda due: due.at_s) + plan[-10:]:
            match due.name:
                case "grant_turn":
                    assert due.person != holder
                    holder = due.person
                    hands.discard(holder)
                case "raise_hand":
                    assert due.person not in hands | {holder}
                    hands.add(due.person)
                case "lower_hand":
                    assert due.person in hands
                    hands.remove(due.person)
                case "hear_segment":
                    assert args_of(due).get("speaker", due.client.person) == holder
    assert holder


def test_the_mix_has_the_shares_and_the_pace_that_it_promises():
    chance = Chance(2)
    plan = RoomPlan(a_table(), chance, Sayings(chance)).plan(100 * SECONDS)
    counted = Counter(due.name for due in plan if due.name != "cue_seen")
    counted["raise_hand"] += counted.pop("lower_hand")
    total = sum(counted.values())
    assert abs(total - 100 * SECONDS / ROOM_EVERY_S) < 0.02 * total
    for name, share in SHARES.items():
        assert abs(counted[name] / total - share) < 0.01
    assert 0 < HURTFUL < 0.5


def test_a_run_can_be_had_again():
    first, again = (
        RoomPlan(a_table(), chance, Sayings(chance)).plan(SECONDS) for chance in (Chance(3), Chance(3))
    )
    assert [due.frame for due in first] == [due.frame for due in again]
