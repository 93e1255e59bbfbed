"""When a message that did not arrive is tried again, and when trying ends."""

FIRST_DELAY_S = 0.5
SHORT_CAP_S = 30.0
URGENT_S = 15 * 60.0
"""So long after it was written a message is tried within half a minute: somebody is waiting at a door."""
LONG_FLOOR_S = 60.0
LONG_CAP_S = 4 * 3600.0
GIVE_UP_S = 48 * 3600.0


def next_delay_s(attempts: int, age_s: float, roll: float, retry_after_s: float | None = None) -> float | None:
    """Seconds until the next try, or None when trying ends.

    `attempts` counts the tries made so far, `age_s` is the time since the message was written, `roll` a random
    number in [0, 1): full jitter, so that many messages to one place do not all come back in the same moment.
    A place that names its own time (Retry-After) is not asked before it.
    """
    cap_s = min(SHORT_CAP_S, 2.0**attempts) if age_s < URGENT_S else _long_cap_s(age_s)
    floor_s = FIRST_DELAY_S if age_s < URGENT_S else LONG_FLOOR_S
    delay_s = max(floor_s, roll * cap_s, retry_after_s or 0.0)
    return delay_s if age_s + delay_s <= GIVE_UP_S else None


def _long_cap_s(age_s: float) -> float:
    return min(LONG_CAP_S, age_s / 2)
