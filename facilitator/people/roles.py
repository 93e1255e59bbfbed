"""The roles a person can have on a case, and what they mean in a room."""

from enum import StrEnum


class Role(StrEnum):
    INTERVENTIONIST = "interventionist"
    CO_FACILITATOR = "co_facilitator"
    TEAM_MEMBER = "team_member"
    LOVED_ONE = "loved_one"
    STAND_IN = "stand_in"
    OBSERVER = "observer"
    ESCORT = "escort"
    DRIVER = "driver"


PROFESSIONALS = frozenset({Role.INTERVENTIONIST, Role.CO_FACILITATOR})
"""Who sees the console. Only the one in control acts from it."""

SPEAKERS = frozenset({Role.TEAM_MEMBER, Role.LOVED_ONE, Role.STAND_IN, *PROFESSIONALS})
"""Who can be given the floor."""

IN_THE_ROOM = SPEAKERS | {Role.OBSERVER}
"""Who has a place in the room at all; an escort or a driver has the hand-off page instead."""
