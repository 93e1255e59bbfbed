"""In whatever order things come: one facility at most, the log says it all, and nothing ends in silence."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from facilitator.infra.ids import OutcomeId
from facilitator.referral import commands as ask
from facilitator.referral import events as did
from facilitator.referral.answer import AnswerState, DeclineReason
from facilitator.referral.clocks import running
from facilitator.referral.commands import SYSTEM, Actor
from facilitator.referral.events import HEADS_UP, message_key
from facilitator.referral.evolve import evolve
from facilitator.referral.gaps import HELPLINE, gaps
from facilitator.referral.moot import wanted
from facilitator.referral.moves import ON_TRACK, Stage
from facilitator.referral.state import ReferralState
from facilitator.referral.summary import Clock, Consent, Place, StepState, Which
from tests.referral.stories import ACTORS, CONSENT, ESCORT, EVERYONE, FACILITY, LEAD, LOVED_ONE, YES, Story

OTHER_YES = OutcomeId("b" * 32)
OTHER_CONSENT = "d" * 32
PLACES = {Which.PRIMARY: Place("One", "603-555-0130"), Which.FALLBACK: Place("Two", "603-555-0140")}
LETTERS = EVERYONE + tuple(HEADS_UP.values())

facilities = st.sampled_from(Which)
consents = st.sampled_from([CONSENT, OTHER_CONSENT])
told = st.sets(st.sampled_from(LETTERS)).map(lambda letters: tuple(sorted(letters)))


class Referral(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self._try(ask.Plan("one", "two"))

    @initialize(begun=st.sampled_from([0, 1, 2, 2, 2, 2]))
    def it_begins(self, begun: int) -> None:
        """Mostly where it gets interesting: sent."""
        for command in (ask.Review(()), ask.Activate(YES, EVERYONE))[:begun]:
            self._try(command)

    def _try(self, command: ask.Command, by: Actor = SYSTEM) -> None:
        """A command either is refused and changes nothing, or happens, and then a repeat of it changes nothing."""
        before = self.story.state
        refused = self.story.refuses(command, by)
        assert self.story.state == before
        if refused is not None:
            assert refused in ("illegal_move", "not_allowed", "malformed")
            return
        self.story.does(command, by)
        possible_again = self.story.refuses(command, by) is None
        if possible_again and not isinstance(command, ask.Resend):
            assert self.story.does(command, by) == (), "a repeat changes nothing"

    @rule(ready=st.booleans())
    def is_reviewed(self, ready: bool) -> None:
        self._try(ask.Review(() if ready else ("No bed is held.",)))

    @rule(outcome=st.sampled_from([YES, OTHER_YES]), steps=st.sampled_from([EVERYONE, EVERYONE[:1]]))
    def yes(self, outcome: OutcomeId, steps: tuple[did.Letter, ...]) -> None:
        self._try(ask.Activate(outcome, steps), LEAD)

    @rule(told=told)
    def the_yes_is_taken_back(self, told: tuple[did.Letter, ...]) -> None:
        self._try(ask.StandDown(told), LEAD)

    @rule(by=st.sampled_from(ACTORS))
    def is_sent_again(self, by: Actor) -> None:
        self._try(ask.Resend(EVERYONE), by)

    @rule(by=st.sampled_from(ACTORS))
    def the_second_facility_is_asked(self, by: Actor) -> None:
        self._try(ask.Fallback(), by)

    @rule(by=st.sampled_from(ACTORS))
    def is_withdrawn(self, by: Actor) -> None:
        self._try(ask.Withdraw("Not needed."), by)

    @precondition(lambda self: self.story.state.sendings)
    @rule(data=st.data(), by_system=st.booleans())
    def a_message_arrives(self, data: Any, by_system: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.story.state.sendings)))
        self._try(ask.TakeReceipt(key, by_system))

    @precondition(lambda self: self.story.state.sendings)
    @rule(data=st.data(), ask_first=st.booleans())
    def a_message_is_given_up(self, data: Any, ask_first: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.story.state.sendings)))
        self._try(ask.TakeFailure(key, "status 500", ask_first))

    @rule(
        which=facilities,
        said=st.sampled_from(AnswerState),
        reason=st.none() | st.sampled_from(DeclineReason),
        late_by_s=st.sampled_from([0, 0, 0, 2, 3600]),
        ask_first=st.booleans(),
    )
    def a_facility_answers(
        self, which: Which, said: AnswerState, reason: str | None, late_by_s: int, ask_first: bool
    ) -> None:
        at = self.story.at - timedelta(seconds=late_by_s)
        self._try(ask.TakeAnswer(which, said, at, reason, ask_first), FACILITY[which])

    @rule(which=facilities)
    def a_no_after_a_yes_is_noted(self, which: Which) -> None:
        self._try(ask.Object(which), FACILITY[which])

    @rule(which=facilities)
    def a_facility_says_yes(self, which: Which) -> None:
        self._try(self.story.answer("accepted", which), FACILITY[which])

    @rule(which=facilities, clock=st.sampled_from(Clock), outcome=st.sampled_from([YES, OTHER_YES]))
    def a_clock_rings_whenever_it_likes(self, which: Which, clock: Clock, outcome: OutcomeId) -> None:
        key = message_key(outcome, f"{which}:{clock}", self.story.state.round)
        self._try(ask.ClockRan(key))

    @rule(which=facilities, ask_first=st.booleans())
    def a_facility_says_no(self, which: Which, ask_first: bool) -> None:
        self._try(self.story.answer("declined", which, ask_first=ask_first), FACILITY[which])

    @precondition(lambda self: running(self.story.state))
    @rule(data=st.data())
    def a_clock_rings(self, data: Any) -> None:
        self._try(ask.ClockRan(data.draw(st.sampled_from(sorted(running(self.story.state))))))

    @precondition(lambda self: self.story.state.current)
    @rule(data=st.data(), arrives=st.booleans(), ask_first=st.booleans())
    def the_heads_up_is_settled(self, data: Any, arrives: bool, ask_first: bool) -> None:
        key = data.draw(st.sampled_from([bid.heads_up_key for bid in self.story.state.current]))
        self._try(ask.TakeReceipt(key) if arrives else ask.TakeFailure(key, "status 410", ask_first))

    @rule(to=st.sampled_from([Stage.EN_ROUTE, Stage.ARRIVED, Stage.ARRIVED, Stage.REFUSED_ON_THE_WAY]))
    def they_travel(self, to: Stage) -> None:
        self._try(ask.Go(to, self.story.at), ESCORT)

    @precondition(lambda self: self.story.state.in_play)
    @rule(said=st.sampled_from(["arrived", "admitted", "no_show"]))
    def the_one_in_play_reports(self, said: str) -> None:
        which = self.story.state.in_play.which
        self._try(self.story.answer(said, which), FACILITY[which])

    @rule(to=st.sampled_from(Stage), by=st.sampled_from(ACTORS))
    def somebody_says_they_travel(self, to: Stage, by: Actor) -> None:
        self._try(ask.Go(to, self.story.at), by)

    @rule(consent=consents, names=st.sampled_from([tuple(Which), (Which.PRIMARY,), ()]))
    def consent_is_given(self, consent: str, names: tuple[Which, ...]) -> None:
        self._try(ask.GiveConsent(consent, names), LOVED_ONE)

    @rule(consent=consents, got=st.sampled_from([tuple(Which), (Which.FALLBACK,), ()]))
    def consent_is_taken_back(self, consent: str, got: tuple[Which, ...]) -> None:
        self._try(ask.RevokeConsent(consent, got), LOVED_ONE)

    @invariant()
    def one_facility_at_most_expects_the_person_for_sure(self) -> None:
        assert len([bid for bid in self.story.state.bids.values() if bid.stage in ON_TRACK]) <= 1

    @invariant()
    def the_log_says_it_all(self) -> None:
        state = ReferralState()
        for event, at in self.story.log:
            state = evolve(state, event, at)
        assert state == self.story.state

    @invariant()
    def nothing_ends_in_silence(self) -> None:
        """Either something happens by itself in a while, or a person is told whom to call."""
        state = self.story.state
        if state.round == 0 or state.stage in (Stage.CANCELLED, Stage.CANCEL_ASKED) or state.stage in ON_TRACK:
            return
        told = " ".join(gaps(state, (), PLACES))
        assert running(state) or "603-555" in told or HELPLINE in told, state.stage

    @invariant()
    def two_that_say_no_bring_the_helpline(self) -> None:
        state = self.story.state
        if {bid.stage for bid in state.current} <= {Stage.DECLINED, Stage.UNDELIVERABLE} and len(
            state.current
        ) == 2:
            assert state.stood_down or HELPLINE in gaps(state, (), PLACES)[0]

    @invariant()
    def nothing_identified_leaves_without_consent(self) -> None:
        state = self.story.state
        records = {key for key in wanted(state) if ":record:" in key}
        if state.consent_state is not Consent.SIGNED:
            assert records == set()

    @invariant()
    def what_should_still_leave_was_written(self) -> None:
        state = self.story.state
        assert wanted(state) - set(running(state)) <= set(state.sendings)

    @invariant()
    def those_who_were_called_off_are_told(self) -> None:
        for bid in self.story.state.bids.values():
            key = bid.key(HEADS_UP[bid.which], cancel=True)
            if bid.stage is Stage.CANCEL_ASKED:
                assert self.story.state.sendings[key].state in (
                    StepState.SENT,
                    StepState.FAILED,
                    StepState.DELIVERED,
                )


TestReferral = Referral.TestCase
TestReferral.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
