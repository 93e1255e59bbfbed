"""The one place that rolls dice. Nothing that has to stay secret comes from here."""

import random

Dice = random.Random
"""Choices that can be made again from the same seed."""


def dice(seed: int | None = None) -> Dice:
    """Without a seed, other ones each time."""
    return Dice(seed)
