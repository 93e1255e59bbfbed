"""Draws bars as SVG, readable on a light page and on a dark one; each has a line of its own, so none overlap."""

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, LEFT, BARS, VALUE = 760, 250, 400, 90
TITLE, ROW, BAR, GAP = 34, 24, 15, 14

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .note { fill: #57606a }
  .ours { fill: #0b7285 }
  .theirs { fill: #adb5bd }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note { fill: #9198a1 }
    .ours { fill: #3bc9db }
    .theirs { fill: #6e7681 }
  }
"""


class Bar(NamedTuple):
    label: str
    value: float
    ours: bool = True


class Panel(NamedTuple):
    """Bars on one scale. `note` says which way is good."""

    title: str
    note: str
    bars: Sequence[Bar]
    digits: int = 0


def drawn(panels: Sequence[Panel], told: str) -> str:
    """The whole picture; `told` is what it says to somebody who does not see it."""
    y, parts = 0, []
    for panel in panels:
        parts += _panel(panel, y)
        y += TITLE + ROW * len(panel.bars) + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}"'
        f' role="img" aria-label="{escape(told, {chr(34): "&quot;"})}">'
    )
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def _panel(panel: Panel, y: int) -> list[str]:
    most = max(bar.value for bar in panel.bars) or 1.0
    title = f'<tspan class="title">{escape(panel.title)}</tspan> <tspan class="note">{escape(panel.note)}</tspan>'
    parts = [f'<text x="8" y="{y + 22}">{title}</text>']
    for number, bar in enumerate(panel.bars):
        top = y + TITLE + number * ROW
        width = max(1.0, BARS * bar.value / most)
        kind = "ours" if bar.ours else "theirs"
        parts += [
            f'<text x="{LEFT - 10}" y="{top + 12}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{width:.1f}" height="{BAR}" rx="2"/>',
            f'<text x="{LEFT + width + 8:.1f}" y="{top + 12}">{bar.value:,.{panel.digits}f}</text>',
        ]
    return parts
