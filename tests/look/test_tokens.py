"""Every theme names every colour, and words can be read on what they are written on (WCAG 1.4.3, 1.4.11)."""

import re
from itertools import product

import pytest

from facilitator.config import ROOT

CSS = "".join((ROOT / "static" / "css" / name).read_text() for name in ("tokens.css", "themes.css"))
THEMES = {
    "light": ":root {",
    "dark": ':root[data-theme="dark"] {',
    "dark by the device": ":root:not([data-theme]) {",
    "dim": ':root[data-theme="dim"] {',
}
GROUNDS = ("ground", "surface", "raised", "sunken")
WRITTEN = [
    *product(("ink", "ink-soft", "ink-faint", "accent", "danger"), GROUNDS),
    *product(("good", "warn"), ("surface", "raised", "ground")),
    *product(("ink", "ink-soft"), ("good-soft", "warn-soft", "danger-soft", "info-soft", "accent-soft")),
    *((meaning, f"{meaning}-soft") for meaning in ("good", "warn", "danger", "info", "accent")),
    *((f"on-{fill}", fill) for fill in ("accent", "danger", "action", "alarm", "listen", "next", "turn", "pause")),
    *(("on-action", "action-strong"), ("on-alarm", "alarm-strong")),
    *(("on-cue", f"cue-{kind}") for kind in ("breathe", "slower", "use-i", "wrap-up", "text")),
]
OUTLINED = [*product(("edge", "focus"), ("ground", "surface", "raised"))]
READABLE, VISIBLE = 4.5, 3.0


def test_the_measure_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["dark", "dim"])
def test_names_the_colours_that_light_names(theme: str):
    light = {name for name, value in colours("light").items() if value.startswith("#")}
    missing = light - set(own(theme)) - {"on-cue"}
    assert missing == set()


def test_dark_by_choice_is_dark_by_the_device():
    assert own("dark") == own("dark by the device")


@pytest.mark.parametrize("theme", ["light", "dark", "dim"])
def test_words_can_be_read(theme: str):
    assert too_close(theme, WRITTEN, READABLE) == []


@pytest.mark.parametrize("theme", ["light", "dark", "dim"])
def test_outlines_can_be_seen(theme: str):
    assert too_close(theme, OUTLINED, VISIBLE) == []


def too_close(theme: str, pairs: list[tuple[str, str]], least: float) -> list[str]:
    of = colours(theme)
    measured = ((ink, ground, contrast(of[ink], of[ground])) for ink, ground in pairs)
    return [f"{ink} on {ground}: {found:.2f}" for ink, ground, found in measured if found < least]


def colours(theme: str) -> dict[str, str]:
    """What a theme leaves out, it has from light."""
    return own("light") | own(theme)


def own(theme: str) -> dict[str, str]:
    begins = CSS.index(THEMES[theme]) + len(THEMES[theme])
    return dict(re.findall(r"--([\w-]+): ([^;]+);", CSS[begins : CSS.index("}", begins)]))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
