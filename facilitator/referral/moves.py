"""The moves that a referral can make, as data: from where, to where, by whom, with what reason. Pure."""

from enum import StrEnum

import msgspec

from facilitator.infra.refusal import Refused
from facilitator.referral.answer import DeclineReason


class Stage(StrEnum):
    PLANNED = "planned"
    ARMED = "armed"
    WITHDRAWN = "withdrawn"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    ADMITTED = "admitted"
    DECLINED = "declined"
    NO_SHOW = "no_show"
    REFUSED_ON_THE_WAY = "refused_on_the_way"
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "cancelled"
    UNDELIVERABLE = "undeliverable"


class Who(StrEnum):
    """What an actor is to a referral."""

    SYSTEM = "system"
    FACILITY = "facility"
    PROFESSIONAL = "professional"
    ESCORT = "escort"
    DRIVER = "driver"
    LOVED_ONE = "loved_one"


class ReasonRule(StrEnum):
    NONE = "none"
    OWN_WORDS = "own words, if any"
    MUST_SAY = "own words, required"
    NAMED = "one of the list, required"


class Rule(msgspec.Struct, frozen=True):
    """One stage: its FHIR Task.status, who may set it, from which stages, and the rule for its reason."""

    to: Stage
    task_status: str
    by: frozenset[Who]
    after: frozenset[Stage]
    reason: ReasonRule = ReasonRule.NONE


WAITING = frozenset({Stage.SENT, Stage.RECEIVED})
"""The facility has not said yes or no."""

ON_TRACK = frozenset({Stage.ACCEPTED, Stage.EN_ROUTE, Stage.ARRIVED, Stage.ADMITTED})
"""The facility said yes. At most one facility is ever here."""

TURNED_BACK = frozenset({Stage.NO_SHOW, Stage.REFUSED_ON_THE_WAY})
"""The "yes" did not hold: the outcome is open again."""

GONE = frozenset({Stage.DECLINED, Stage.UNDELIVERABLE})
CALLED_OFF = frozenset({Stage.CANCEL_ASKED, Stage.CANCELLED})
OPEN = WAITING | {Stage.UNDELIVERABLE, Stage.ACCEPTED, Stage.EN_ROUTE, Stage.ARRIVED}
"""The facility may expect somebody, so it is told when nobody comes."""

COMPANIONS = frozenset({Who.ESCORT, Who.DRIVER, Who.PROFESSIONAL})
EN_ROUTE_OR_READY = frozenset({Stage.ACCEPTED, Stage.EN_ROUTE, Stage.ARRIVED})

RULES = (
    Rule(Stage.PLANNED, "draft", frozenset({Who.PROFESSIONAL, Who.SYSTEM}), frozenset({Stage.ARMED})),
    Rule(Stage.ARMED, "draft", frozenset({Who.SYSTEM}), frozenset({Stage.PLANNED})),
    Rule(
        Stage.WITHDRAWN,
        "cancelled",
        frozenset({Who.PROFESSIONAL}),
        frozenset({Stage.PLANNED, Stage.ARMED}),
        ReasonRule.MUST_SAY,
    ),
    Rule(
        Stage.SENT,
        "requested",
        frozenset({Who.SYSTEM, Who.PROFESSIONAL}),
        CALLED_OFF | GONE | TURNED_BACK | {Stage.ARMED},
    ),
    Rule(
        Stage.RECEIVED,
        "requested",
        frozenset({Who.SYSTEM, Who.FACILITY}),
        frozenset({Stage.SENT, Stage.UNDELIVERABLE}),
    ),
    Rule(Stage.ACCEPTED, "accepted", frozenset({Who.FACILITY}), WAITING | {Stage.UNDELIVERABLE}),
    Rule(Stage.DECLINED, "rejected", frozenset({Who.FACILITY}), WAITING | {Stage.UNDELIVERABLE}, ReasonRule.NAMED),
    Rule(Stage.EN_ROUTE, "in-progress", COMPANIONS, frozenset({Stage.ACCEPTED})),
    Rule(Stage.ARRIVED, "in-progress", COMPANIONS | {Who.FACILITY}, frozenset({Stage.ACCEPTED, Stage.EN_ROUTE})),
    Rule(Stage.ADMITTED, "completed", frozenset({Who.FACILITY}), EN_ROUTE_OR_READY),
    Rule(
        Stage.NO_SHOW,
        "failed",
        frozenset({Who.FACILITY, Who.PROFESSIONAL}),
        EN_ROUTE_OR_READY,
        ReasonRule.OWN_WORDS,
    ),
    Rule(Stage.REFUSED_ON_THE_WAY, "failed", COMPANIONS, WAITING | EN_ROUTE_OR_READY, ReasonRule.OWN_WORDS),
    Rule(Stage.CANCEL_ASKED, "cancelled", frozenset({Who.PROFESSIONAL, Who.LOVED_ONE, Who.SYSTEM}), OPEN),
    # Where a facility never heard of it, being asked and knowing are one.
    Rule(
        Stage.CANCELLED,
        "cancelled",
        frozenset({Who.FACILITY, Who.SYSTEM, Who.PROFESSIONAL, Who.LOVED_ONE}),
        frozenset({Stage.CANCEL_ASKED}),
    ),
    Rule(Stage.UNDELIVERABLE, "requested", frozenset({Who.SYSTEM}), frozenset({Stage.SENT})),
)
"""Every stage there is. A person who arranges a referral sets the first; that has no stage before it."""

RULE = {rule.to: rule for rule in RULES}

TRACK = (Stage.SENT, Stage.RECEIVED, Stage.ACCEPTED, Stage.EN_ROUTE, Stage.ARRIVED, Stage.ADMITTED)
"""Each of these means that those before it are over, whether or not they were ever reported."""

STANDING = {
    Stage.PLANNED: "not everything is ready",
    Stage.ARMED: "nothing was sent yet",
    Stage.WITHDRAWN: "it was withdrawn",
    Stage.SENT: "the facility has not answered yet",
    Stage.RECEIVED: "the facility has not said yes or no yet",
    Stage.ACCEPTED: "the facility said yes",
    Stage.EN_ROUTE: "they are on the way",
    Stage.ARRIVED: "they have arrived",
    Stage.ADMITTED: "the loved one was admitted",
    Stage.DECLINED: "the facility said no",
    Stage.NO_SHOW: "nobody arrived",
    Stage.REFUSED_ON_THE_WAY: "the loved one turned back",
    Stage.CANCEL_ASKED: "the facility was asked to cancel",
    Stage.CANCELLED: "it was cancelled",
    Stage.UNDELIVERABLE: "the facility could not be reached",
}
"""How a refusal names the stage that stands in the way."""


def is_behind(stage: Stage, to: Stage) -> bool:
    """Whether `to` is where a referral at `stage` is already, or has been: a repeat, or late news."""
    if stage is to:
        return True
    return stage in TRACK and to in TRACK and TRACK.index(to) < TRACK.index(stage)


def allows(stage: Stage | None, to: Stage, by: Who) -> bool:
    """Whether they could say so now, with a reason where there must be one."""
    return by in RULE[to].by and stage in RULE[to].after


def permit(stage: Stage | None, to: Stage, by: Who, reason: str | None = None) -> None:
    """Raises Refused illegal_move, not_allowed or malformed, each with what to do instead."""
    rule = RULE[to]
    if by not in rule.by:
        raise Refused("not_allowed", f"This is for others to say: {_spoken(rule.by)}.")
    if stage not in rule.after:
        stands = STANDING[stage] if stage else "nothing was arranged yet"
        raise Refused("illegal_move", f"This cannot be said now: {stands}. Call the other side if that is wrong.")
    if rule.reason is ReasonRule.NAMED and reason not in tuple(DeclineReason):
        raise Refused("malformed", f"Say why, as one of: {', '.join(DeclineReason)}.")
    if rule.reason is ReasonRule.MUST_SAY and not (reason or "").strip():
        raise Refused("malformed", "Say why in a few words.")


def _spoken(by: frozenset[Who]) -> str:
    return ", ".join(sorted(f"the {who.replace('_', ' ')}" for who in by))
