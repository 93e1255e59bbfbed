"""Figures of one run: how long answers and views took, and what the processes needed, the load included."""

import bisect
import time
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.load.checker import is_for_all
from benchmarks.load.client import Client, Due
from benchmarks.load.gathering import Gathering
from benchmarks.load.processes import cpu_s
from benchmarks.load.rooms import Table
from benchmarks.load.spread import NEVER_MS, Spread, spread

PATIENCE_S = 15.0


class Run(NamedTuple):
    """One load and what came of it."""

    per_s: float
    answered_per_s: float
    refused: tuple[str, ...]
    unanswered: int
    cut_off: int
    """Connections that ended meanwhile."""
    ack: Spread
    view: Spread
    """Until the last member of the room has it."""
    load_cpu: float
    server_cpu: float
    late_p99_ms: float
    """How late the load was with its own sending. Times are from when a command was due, so this is in them."""

    def told(self) -> str:
        return (
            f"{self.per_s:6.0f}/s, answered {self.answered_per_s:6.0f}/s, ack p50 {self.ack.p50:7.2f} p99"
            f" {self.ack.p99:7.1f} ms, last view p99 {self.view.p99:7.1f} ms, CPU {self.server_cpu:.2f} server"
            f" {self.load_cpu:.2f} load, load late {self.late_p99_ms:.1f} ms"
            + (f", {self.unanswered} unanswered" if self.unanswered else "")
            + (f", {self.cut_off} cut off" if self.cut_off else "")
            + (f", {len(self.refused)} refused: {self.refused[0]}" if self.refused else "")
        )

    def holds(self, most_ms: float) -> bool:
        well = not (self.refused or self.unanswered or self.cut_off)
        return well and self.ack.p99 < most_ms and self.view.p99 < most_ms


def run(gathered: Gathering, plan: Sequence[Due], warm_s: float = 0.0, to_the_point: bool = False) -> Run:
    """Sends the plan, waits for all answers, and measures what was due after the first `warm_s`."""
    gathered.check_presence()
    crowd, tables, process_ids = gathered.crowd, gathered.tables, gathered.server.process_ids
    lost_before = crowd.lost_connections
    marks = {id(client): len(client.views) for client in crowd.clients}
    own_s, their_s, began_s = time.process_time(), cpu_s(process_ids), time.perf_counter()
    run_began_s = crowd.run(plan, to_the_point)
    wall_s = time.perf_counter() - began_s
    load_cpu = (time.process_time() - own_s - crowd.idle_s) / wall_s
    server_cpu = (cpu_s(process_ids) - their_s) / wall_s
    crowd.settle(PATIENCE_S, quiet_s=0.1)
    counted = [due for due in plan if due.at_s >= warm_s]
    acks, views, refused, unanswered, last_s = _times(tables, counted, run_began_s, marks)
    seconds = max(last_s - run_began_s - warm_s, 1e-9)
    late = spread([s * 1000 for s in crowd.late_s])
    return Run(
        per_s=len(counted) / max(plan[-1].at_s - warm_s, 1e-9),
        answered_per_s=len(acks) / seconds,
        refused=refused,
        unanswered=unanswered,
        cut_off=crowd.lost_connections - lost_before,
        ack=spread(acks),
        view=spread(views),
        load_cpu=load_cpu,
        server_cpu=server_cpu,
        late_p99_ms=late.p99,
    )


def _times(
    tables: Sequence[Table], plan: Sequence[Due], began_s: float, marks: dict[int, int]
) -> tuple[list[float], list[float], tuple[str, ...], int, float]:
    shown = {table.room: [_Shown(client, marks[id(client)]) for client in table.clients] for table in tables}
    acks, views, refused, unanswered, last_s = [], [], [], 0, 0.0
    for due in plan:
        found = due.client.answers.get(due.number)
        if found is None:
            unanswered += 1
            continue
        at_s, answer = found
        due_s, last_s = began_s + due.at_s, max(last_s, at_s)
        acks.append((at_s - due_s) * 1000)
        if answer.ok and is_for_all(due.name):
            views.append(max(each.at_s(answer.seq) for each in shown[due.client.room]) * 1000 - due_s * 1000)
        if not answer.ok:
            refused.append(str((answer.error or {}).get("code")))
    return acks, views, tuple(refused), unanswered, last_s


class _Shown:
    """When one client saw each seq."""

    def __init__(self, client: Client, start: int) -> None:
        self._at: dict[int, float] = {}
        for at_s, view in client.views[start:]:
            self._at.setdefault(view.seq, at_s)
        self._seqs = sorted(self._at)

    def at_s(self, seq: int) -> float:
        """A view of a later seq shows this one too."""
        if seq in self._at:
            return self._at[seq]
        place = bisect.bisect_left(self._seqs, seq)
        return self._at[self._seqs[place]] if place < len(self._seqs) else NEVER_MS
