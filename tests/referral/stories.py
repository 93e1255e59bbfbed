"""Referrals brought to where a test wants them, by commands alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from facilitator.infra.ids import OutcomeId
from facilitator.infra.refusal import Refused
from facilitator.referral import clocks
from facilitator.referral import commands as ask
from facilitator.referral.answer import AnswerState
from facilitator.referral.commands import SYSTEM, Actor
from facilitator.referral.decide import decide
from facilitator.referral.events import Event, Letter, message_key
from facilitator.referral.evolve import evolve
from facilitator.referral.moves import Stage, Who
from facilitator.referral.state import ReferralState
from facilitator.referral.summary import Clock, Which

BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
YES = OutcomeId("a" * 32)
EVERYONE = (Letter.FACILITY, Letter.TRANSPORT, Letter.ESCORT)
CONSENT = "c" * 32

FACILITY = {which: Actor(Who.FACILITY, which) for which in Which}
LEAD = Actor(Who.PROFESSIONAL, "lead")
ESCORT = Actor(Who.ESCORT, "escort")
DRIVER = Actor(Who.DRIVER, "driver")
LOVED_ONE = Actor(Who.LOVED_ONE, "loved one")
ACTORS = (SYSTEM, FACILITY[Which.PRIMARY], LEAD, ESCORT, DRIVER, LOVED_ONE)


class Story:
    """A referral and the time, which goes on by a second with each thing that happens."""

    def __init__(self) -> None:
        self.state = ReferralState()
        self.at = BEGAN
        self.log: list[tuple[Event, datetime]] = []

    def does(self, command: ask.Command, by: Actor = SYSTEM) -> tuple[Event, ...]:
        events = decide(self.state, command, by)
        self.at += timedelta(seconds=1)
        for event in events:
            self.state = evolve(self.state, event, self.at)
            self.log.append((event, self.at))
        return events

    def refuses(self, command: ask.Command, by: Actor = SYSTEM) -> str | None:
        """The code of the refusal, None where there is none. Nothing changes either way."""
        try:
            decide(self.state, command, by)
        except Refused as refused:
            return refused.code
        return None

    def says(
        self, said: str, which: Which = Which.PRIMARY, reason: str | None = None, ask_first: bool = False
    ) -> tuple[Event, ...]:
        return self.does(self.answer(said, which, reason, ask_first), FACILITY[which])

    def answer(
        self, said: str, which: Which = Which.PRIMARY, reason: str | None = None, ask_first: bool = False
    ) -> ask.TakeAnswer:
        default = "no_capacity" if said == AnswerState.DECLINED else None
        return ask.TakeAnswer(which, AnswerState(said), self.at, reason or default, ask_first)

    def goes(self, to: Stage, by: Actor = ESCORT) -> tuple[Event, ...]:
        return self.does(ask.Go(to, self.at), by)

    def rings(self, clock: Clock, which: Which = Which.PRIMARY) -> tuple[Event, ...]:
        return self.does(ask.ClockRan(clocks.key(self.state.bids[which], clock)))

    def stages(self) -> dict[Which, Stage]:
        return {bid.which: bid.stage for bid in self.state.current}


def planned() -> Story:
    story = Story()
    story.does(ask.Plan("one", "two"))
    return story


def armed() -> Story:
    story = planned()
    story.does(ask.Review(()))
    return story


def withdrawn() -> Story:
    story = armed()
    story.does(ask.Withdraw("They went by themselves."), LEAD)
    return story


def sent() -> Story:
    story = armed()
    story.does(ask.Activate(YES, EVERYONE))
    return story


def received() -> Story:
    story = sent()
    story.does(ask.TakeReceipt(heads_up()))
    return story


def accepted() -> Story:
    story = received()
    story.says("accepted")
    return story


def en_route() -> Story:
    story = accepted()
    story.goes(Stage.EN_ROUTE)
    return story


def arrived() -> Story:
    story = en_route()
    story.goes(Stage.ARRIVED)
    return story


def admitted() -> Story:
    story = arrived()
    story.says("admitted")
    return story


def declined() -> Story:
    """By the one, while the moderator is asked about the other."""
    story = received()
    story.says("declined", ask_first=True)
    return story


def no_show() -> Story:
    story = en_route()
    story.says("no_show")
    return story


def refused_on_the_way() -> Story:
    story = en_route()
    story.goes(Stage.REFUSED_ON_THE_WAY)
    return story


def cancel_asked() -> Story:
    story = received()
    story.does(ask.StandDown(EVERYONE))
    return story


def cancelled() -> Story:
    story = cancel_asked()
    story.does(ask.TakeReceipt(heads_up(cancel=True)))
    return story


def undeliverable() -> Story:
    story = sent()
    story.does(ask.TakeFailure(heads_up(), "status 410", ask_first=True))
    return story


def both_asked() -> Story:
    """Nobody answered in time, and the moderator agreed to ask the second facility."""
    story = received()
    story.rings(Clock.ANSWER)
    story.does(ask.Fallback(), LEAD)
    return story


AT: dict[Stage, Callable[[], Story]] = {
    Stage.PLANNED: planned,
    Stage.ARMED: armed,
    Stage.WITHDRAWN: withdrawn,
    Stage.SENT: sent,
    Stage.RECEIVED: received,
    Stage.ACCEPTED: accepted,
    Stage.EN_ROUTE: en_route,
    Stage.ARRIVED: arrived,
    Stage.ADMITTED: admitted,
    Stage.DECLINED: declined,
    Stage.NO_SHOW: no_show,
    Stage.REFUSED_ON_THE_WAY: refused_on_the_way,
    Stage.CANCEL_ASKED: cancel_asked,
    Stage.CANCELLED: cancelled,
    Stage.UNDELIVERABLE: undeliverable,
}
"""A referral at each stage."""


def heads_up(which: Which = Which.PRIMARY, round: int = 1, cancel: bool = False) -> str:
    letter = Letter.FACILITY if which is Which.PRIMARY else Letter.FALLBACK
    return message_key(YES, letter, round, cancel)
