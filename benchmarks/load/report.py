"""What was measured, as a table for people and as ratios for programs."""

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.load.checker import Verdict
from benchmarks.load.growth import Cost
from benchmarks.load.sides import Ramped, Side, Size
from benchmarks.load.talk import Reading
from tools.peer import NODE_VERSION, PEER

NONE = "-"


@dataclass(frozen=True)
class Results:
    """`product` is on SQLite with synchronous=FULL, `peer` with NORMAL; what was left out is None."""

    size: Size
    product: Side
    peer: Side
    peer_full: Ramped
    reading: Reading
    growth: Sequence[Cost] = ()
    growth_verdict: Verdict | None = None
    postgresql: Ramped | None = None
    two_workers: Ramped | None = None

    def verdicts(self) -> list[Verdict]:
        """Of the product, in all its forms."""
        sides = [side.verdict for side in (self.product, self.postgresql, self.two_workers) if side]
        return [*sides, self.growth_verdict] if self.growth_verdict else sides

    def lost(self) -> int:
        return sum(verdict.lost for verdict in self.verdicts())


class Line(NamedTuple):
    """One measure, the product beside its peer."""

    measure: str
    product: str
    peer: str = NONE
    ratio: str = NONE


def ratios(of: Results) -> dict[str, float]:
    """Each of the product to the peer; `flag_p99_ms` and `lost` are the product's own."""
    product, peer = of.product, of.peer
    return {
        "max_grants": round(product.highest.per_s / peer.highest.per_s, 2),
        "max_grants_full": round(product.highest.per_s / of.peer_full.highest.per_s, 2),
        "mix_p99": round(product.mix.run.ack.p99 / peer.mix.run.ack.p99, 2),
        "flag_p99_ms": round(product.mix.flag.p99, 1),
        "joins": round(product.joins_per_s / peer.joins_per_s, 2),
        "kib_per_connection": round(product.kib_per_connection / peer.kib_per_connection, 2),
        "lost": of.lost(),
    }


def last_line(of: Results) -> str:
    return json.dumps(ratios(of))


def lines(of: Results) -> list[Line]:
    return [*_of_grants(of), *_of_mix(of), *_of_connections(of), *_of_growth(of), *_of_reading(of)]


def table(of: Results) -> str:
    """Markdown whose columns stand under each other in a terminal too."""
    rows = [Line("measure", "product", "Node", "ratio"), *lines(of)]
    first, *others = (max(len(row[column]) for row in rows) for column in range(len(Line._fields)))
    drawn = [
        f"| {row.measure.ljust(first)} | "
        + " | ".join(cell.rjust(width) for cell, width in zip(row[1:], others, strict=True))
        + " |"
        for row in rows
    ]
    rule = f"|{'-' * (first + 2)}|" + "|".join("-" * (width + 1) + ":" for width in others) + "|"
    return "\n".join([drawn[0], rule, *drawn[1:]])


def machine() -> str:
    """What these figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    packages = json.loads((PEER / "package.json").read_text())["dependencies"]
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB of memory, {platform.system()}, Python"
        f" {platform.python_version()}, SQLite {sqlite3.sqlite_version}, Node {NODE_VERSION} with"
        f" socket.io {packages['socket.io']}"
    )


def _of_grants(of: Results) -> list[Line]:
    best, normal, full = (side.highest.per_s for side in (of.product, of.peer, of.peer_full))
    made = [
        _beside("grants/s, Node with synchronous=NORMAL", best, normal),
        _beside("grants/s, Node with FULL as the product", best, full),
    ]
    if of.postgresql:
        made.append(_alone("grants/s on PostgreSQL", of.postgresql.highest.per_s))
    if of.postgresql and of.two_workers:
        two = of.two_workers.highest.per_s
        gain = f"{two / of.postgresql.highest.per_s:.2f} x one"
        made.append(_alone("grants/s of two workers on PostgreSQL", two)._replace(ratio=gain))
    return made


def _of_mix(of: Results) -> list[Line]:
    made = []
    sizes = {
        of.size.busy_rooms: (of.product.mix, of.peer.mix),
        of.size.rooms: (of.product.full_mix, of.peer.full_mix),
    }
    for rooms, (product, peer) in sizes.items():
        where = f"{rooms} rooms, {product.run.per_s:.0f} commands/s"
        for what, ours, theirs in (
            ("answer", product.run.ack, peer.run.ack),
            ("flag at the console", product.flag, peer.flag),
        ):
            made.append(_beside(f"{what}, ms, half within; {where}", ours.p50, theirs.p50, 1))
            made.append(_beside(f"{what}, ms, 99 of 100 within; {where}", ours.p99, theirs.p99, 1))
    return made


def _of_connections(of: Results) -> list[Line]:
    product, peer = of.product, of.peer
    lost = peer.verdict.lost + of.peer_full.verdict.lost
    return [
        _beside("joins/s", product.joins_per_s, peer.joins_per_s),
        _beside("KiB a connection", product.kib_per_connection, peer.kib_per_connection, 1),
        _beside("largest gap of the event loop in the mix, ms", product.gap.most, peer.gap.most, 1),
        Line("lost, doubled or moved", str(of.lost()), str(lost)),
    ]


def _of_growth(of: Results) -> list[Line]:
    made = []
    for cost in of.growth:
        made.append(_alone(f"CPU of a grant after {cost.events:,} events, microseconds", cost.cpu_us))
        made.append(_alone(f"its answer, ms, 99 of 100 within; after {cost.events:,} events", cost.p99_ms, 1))
    return made


def _of_reading(of: Results) -> list[Line]:
    return [
        _alone("utterances/s that the language engine reads", of.reading.per_s),
        _alone("utterance, ms, half within", of.reading.took.p50, 1),
        _alone("utterance, ms, 99 of 100 within", of.reading.took.p99, 1),
    ]


def _beside(measure: str, product: float, peer: float, digits: int = 0) -> Line:
    return Line(measure, f"{product:,.{digits}f}", f"{peer:,.{digits}f}", f"{product / peer:.2f}")


def _alone(measure: str, product: float, digits: int = 0) -> Line:
    return Line(measure, f"{product:,.{digits}f}")


def _processor() -> str:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return models[0].partition(":")[2].strip() if models else platform.machine()
