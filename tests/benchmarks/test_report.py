"""What the benchmarks print and draw: ratios for programs, a table and a picture for people."""

import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import speed
from benchmarks.load import page, report
from benchmarks.load.checker import Fault, Verdict
from benchmarks.load.growth import Cost
from benchmarks.load.measure import Run
from benchmarks.load.mix import Mixed
from benchmarks.load.report import Results
from benchmarks.load.sides import Ramped, Side
from benchmarks.load.spread import Spread
from benchmarks.load.talk import Reading

SVG = "{http://www.w3.org/2000/svg}"


def a_run(per_s: float, p99_ms: float) -> Run:
    took = Spread(p99_ms / 2, p99_ms, p99_ms * 2, 100)
    return Run(per_s, per_s, (), 0, 0, took, took, 0.5, 0.5, 0.1)


def a_verdict(lost: int) -> Verdict:
    return Verdict(Counter({Fault.GAP: lost} if lost else {}), (), 1000, 8000)


def a_side(per_s: float, p99_ms: float, joins_per_s: float, kib: float, lost: int) -> Side:
    mixed = Mixed(a_run(80, p99_ms), Spread(2.0, 4.0, 5.0, 10), {})
    return Side(a_run(per_s, 50), a_verdict(lost), mixed, mixed, Spread(1, 2, 3, 4), joins_per_s, kib)


@pytest.fixture
def results() -> Results:
    return Results(
        size=speed.FULL,
        product=a_side(12_000, 3.0, 1200, 14, lost=1),
        peer=a_side(10_000, 2.0, 1500, 28, lost=100),
        peer_full=Ramped(a_run(3000, 50), a_verdict(0)),
        reading=Reading(300, Spread(1, 20, 30, 300)),
        growth=(Cost(0, 200, 2.0), Cost(10_000, 210, 2.1)),
        growth_verdict=a_verdict(2),
        postgresql=Ramped(a_run(9000, 50), a_verdict(4)),
        two_workers=Ramped(a_run(16_000, 50), a_verdict(8)),
    )


def test_the_last_line_is_of_ratios_and_counts_what_the_product_lost_anywhere(results: Results):
    assert json.loads(report.last_line(results)) == {
        "max_grants": 1.2,
        "max_grants_full": 4.0,
        "mix_p99": 1.5,
        "flag_p99_ms": 4.0,
        "joins": 0.8,
        "kib_per_connection": 0.5,
        "lost": 15,
    }


def test_every_row_of_the_table_is_as_wide_as_its_head(results: Results):
    rows = report.table(results).splitlines()
    assert len(rows) > 20
    assert {len(row) for row in rows} == {len(rows[0])}
    assert any("1.78 x one" in row for row in rows), "two workers beside one"


def test_the_page_says_all_and_the_picture_has_no_script_and_no_overlap(results: Results, tmp_path: Path):
    page.write(results, tmp_path)
    told = (tmp_path / "speed.md").read_text()
    assert report.table(results) in told
    assert "4,000 acknowledged commands and 32,000 views" in told
    assert re.findall(r"\{\w*\}", told) == []
    picture = (tmp_path / "speed.svg").read_text()
    assert "<script" not in picture
    drawn = ElementTree.fromstring(picture)  # noqa: S314 - our own
    tops = Counter(float(bar.attrib["y"]) for bar in drawn.iter(f"{SVG}rect"))
    assert set(tops.values()) == {1}, "two bars on one line"
    for bar in drawn.iter(f"{SVG}rect"):
        assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= 660


def test_without_postgresql_its_rows_are_left_out(results: Results):
    results = Results(
        results.size, results.product, results.peer, results.peer_full, results.reading, growth=results.growth
    )
    assert "PostgreSQL" not in report.table(results)
    assert results.lost() == 1
