"""The page of docs/ that shows what was measured, and its picture."""

import os
from pathlib import Path

from benchmarks.load import chart, report
from benchmarks.load.chart import Bar, Panel
from benchmarks.load.report import Results
from benchmarks.load.rooms import SOCKETS

TEXT = Path(__file__).with_name("page.md")


def write(of: Results, folder: Path) -> None:
    verdicts = of.verdicts()
    told = TEXT.read_text().format(
        machine=report.machine(),
        table=report.table(of),
        rooms=of.size.rooms,
        sockets=f"{of.size.rooms * SOCKETS:,}",
        busy_rooms=of.size.busy_rooms,
        cores=os.cpu_count(),
        commands=sum(verdict.commands for verdict in verdicts),
        views=sum(verdict.views for verdict in verdicts),
    )
    (folder / "speed.md").write_text(told)
    summary = "; ".join(f"{line.measure}: {line.product}, Node {line.peer}" for line in report.lines(of)[:2])
    (folder / "speed.svg").write_text(chart.drawn(_panels(of), summary))


def _panels(of: Results) -> list[Panel]:
    product, peer = of.product, of.peer
    grants = [Bar("product, SQLite FULL", product.highest.per_s)]
    if of.postgresql:
        grants.append(Bar("product, PostgreSQL", of.postgresql.highest.per_s))
    if of.two_workers:
        grants.append(Bar("product, two workers", of.two_workers.highest.per_s))
    grants += [
        Bar("Node, SQLite NORMAL", peer.highest.per_s, ours=False),
        Bar("Node, SQLite FULL", of.peer_full.highest.per_s, ours=False),
    ]
    few, many = of.size.busy_rooms, of.size.rooms
    mix = [
        Bar(f"product, {few} rooms", product.mix.run.ack.p99),
        Bar(f"Node, {few} rooms", peer.mix.run.ack.p99, ours=False),
        Bar(f"product, {many} rooms", product.full_mix.run.ack.p99),
        Bar(f"Node, {many} rooms", peer.full_mix.run.ack.p99, ours=False),
    ]
    growth = [Bar(f"after {cost.events:,} events", cost.cpu_us) for cost in of.growth]
    return [
        Panel("Grants a second", "answered and seen by all within 100 ms; more is better", grants),
        Panel("Answers in the mix", "milliseconds, 99 of 100 within; less is better", mix, 1),
        _two(
            "Joins a second",
            "with authentication and a whole view; more is better",
            product.joins_per_s,
            peer.joins_per_s,
        ),
        _two(
            "Memory of a connection", "KiB; less is better", product.kib_per_connection, peer.kib_per_connection, 1
        ),
        Panel("CPU of a grant as the room's log grows", "microseconds; level is good", growth),
    ]


def _two(title: str, note: str, product: float, peer: float, digits: int = 0) -> Panel:
    return Panel(title, note, [Bar("product", product), Bar("Node", peer, ours=False)], digits)
