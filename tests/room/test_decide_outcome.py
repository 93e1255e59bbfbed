"""One outcome a meeting, amended but never overwritten, and what leaves the room because of it."""

import pytest

from facilitator.infra.ids import CueId, OutcomeId, PersonId, ReferralId, SignalId
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.commands import CueKind, OutcomeKind, SignalKind
from facilitator.room.phases import Condition, Kind, Phase
from facilitator.room.react import Activate, CallSafetyContact, StandDown, react
from tests.makers import Meeting, a_room

COOP, ANA = PersonId("coop"), PersonId("ana")
ACCEPTS, NEEDS_TIME, NEGATIVE = OutcomeKind.ACCEPTS, OutcomeKind.NEEDS_TIME, OutcomeKind.REACTS_NEGATIVELY
OTHER_THAN_YES = [kind for kind in OutcomeKind if kind is not ACCEPTS]
REFERRAL = ReferralId("referral")


def under_new_control(meeting: Meeting) -> Meeting:
    meeting.asks("ines", ask.HandOver(COOP))
    meeting.asks("coop", ask.TakeControl())
    return meeting


@pytest.mark.parametrize("kind", list(OutcomeKind))
def test_the_outcome_is_recorded_with_who_and_when(kind: OutcomeKind):
    meeting = a_room(phase=Phase.DECISION, presented=True)
    meeting.wait(60)
    assert meeting.asks("ines", ask.RecordOutcome(kind)) == [did.OutcomeRecorded(OutcomeId("room-0"), kind)]
    outcome = meeting.state.outcome
    assert (outcome.kind, outcome.by, outcome.at, outcome.history) == (kind, "ines", meeting.at, ())


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.STATEMENTS, Phase.OFFER, Phase.RESPONSE])
def test_an_early_answer_brings_the_meeting_to_its_decision(phase: Phase):
    meeting = a_room(phase=phase)
    meeting.asks("ines", ask.RecordOutcome(NEEDS_TIME))
    assert meeting.state.phase is Phase.DECISION


def test_an_outcome_at_the_close_leaves_the_phase_alone():
    meeting = a_room(phase=Phase.CLOSE)
    meeting.asks("ines", ask.RecordOutcome(NEEDS_TIME))
    assert meeting.state.phase is Phase.CLOSE


@pytest.mark.parametrize("condition", [c for c in Condition if c is not Condition.WAITING])
def test_a_yes_can_be_recorded_whenever_it_comes(condition: Condition):
    meeting = a_room(condition=condition, presented=True)
    assert meeting.asks("ines", ask.RecordOutcome(ACCEPTS))


def test_there_is_no_outcome_before_the_meeting():
    assert a_room(condition=Condition.WAITING).refuses("ines", ask.RecordOutcome(NEEDS_TIME)) == "not_open"


def test_a_yes_needs_the_plan_to_have_been_presented():
    meeting = a_room(phase=Phase.DECISION)
    assert meeting.state.plan_presented_at is None
    assert meeting.refuses("ines", ask.RecordOutcome(ACCEPTS)) == "plan_not_presented"
    meeting.asks("ines", ask.PresentPlan())
    assert meeting.refuses("ines", ask.RecordOutcome(ACCEPTS)) is None


def test_a_yes_without_the_plan_can_be_recorded_with_the_reason_and_says_so():
    meeting = a_room()
    recorded, _ = meeting.asks("ines", ask.RecordOutcome(ACCEPTS, override="He said yes in the first minute."))
    assert recorded.overridden


def test_a_reason_that_was_not_needed_overrides_nothing():
    meeting = a_room(phase=Phase.DECISION, presented=True)
    [recorded] = meeting.asks("ines", ask.RecordOutcome(ACCEPTS, override="Just to be sure."))
    assert not recorded.overridden


@pytest.mark.parametrize("kind", OTHER_THAN_YES)
def test_every_other_outcome_needs_no_plan(kind: OutcomeKind):
    assert a_room().refuses("ines", ask.RecordOutcome(kind)) is None


def test_a_double_tap_makes_one_outcome():
    meeting = a_room(presented=True)
    meeting.asks("ines", ask.RecordOutcome(ACCEPTS))
    assert meeting.asks("ines", ask.RecordOutcome(ACCEPTS)) == []


@pytest.mark.parametrize("kind", OTHER_THAN_YES)
def test_a_different_second_outcome_is_refused(kind: OutcomeKind):
    assert a_room(presented=True, outcome=ACCEPTS).refuses("ines", ask.RecordOutcome(kind)) == "already_recorded"


@pytest.mark.parametrize("kind", list(OutcomeKind))
def test_a_second_lead_does_not_record_a_second_outcome(kind: OutcomeKind):
    meeting = under_new_control(a_room(presented=True, outcome=ACCEPTS))
    assert meeting.refuses("coop", ask.RecordOutcome(kind)) == "already_recorded"
    assert meeting.refuses("ines", ask.RecordOutcome(kind)) == "not_allowed"


def test_amending_keeps_what_stood_before():
    meeting = a_room(presented=True)
    meeting.asks("ines", ask.RecordOutcome(ACCEPTS))
    first_at = meeting.at
    under_new_control(meeting)
    meeting.wait(60)
    second_at = meeting.at
    meeting.asks("coop", ask.AmendOutcome(NEGATIVE, "He got out of the car."))
    meeting.wait(60)
    meeting.asks("coop", ask.AmendOutcome(ACCEPTS, "He came back."))
    outcome = meeting.state.outcome
    assert (outcome.kind, outcome.by, outcome.at) == (ACCEPTS, "coop", meeting.at)
    stood = [(before.kind, before.by, before.at) for before in outcome.history]
    assert stood == [(ACCEPTS, "ines", first_at), (NEGATIVE, "coop", second_at)]


def test_every_change_of_the_outcome_has_an_id_of_its_own():
    meeting = a_room(presented=True)
    meeting.asks("ines", ask.RecordOutcome(ACCEPTS))
    named = [meeting.state.outcome.id]
    for kind in (NEGATIVE, ACCEPTS, NEEDS_TIME):
        meeting.asks("ines", ask.AmendOutcome(kind, "It changed."))
        named.append(meeting.state.outcome.id)
    assert named == ["room-0", "room-1", "room-2", "room-3"]


def test_a_double_tap_on_amend_amends_once():
    meeting = a_room(presented=True, outcome=ACCEPTS)
    meeting.asks("ines", ask.AmendOutcome(NEGATIVE, "He got out of the car."))
    assert meeting.asks("ines", ask.AmendOutcome(NEGATIVE, "He got out of the car.")) == []


@pytest.mark.parametrize("condition", [Condition.LIVE, Condition.ENDED])
def test_a_yes_that_did_not_hold_can_be_given_again_and_what_stood_is_kept(condition: Condition):
    meeting = a_room(condition=condition, presented=True, outcome=ACCEPTS)
    before = meeting.state
    happened = meeting.asks("ines", ask.AmendOutcome(ACCEPTS, "He calls from the gas station."), reopened=True)
    assert happened == [did.OutcomeAmended(OutcomeId("room-1"), ACCEPTS)]
    assert react(before, happened) == [Activate(REFERRAL, OutcomeId("room-1"))]
    assert [stood.kind for stood in meeting.state.outcome.history] == [ACCEPTS]


@pytest.mark.parametrize("kind", OTHER_THAN_YES)
def test_nothing_but_a_yes_opens_again(kind: OutcomeKind):
    meeting = a_room(presented=True, outcome=kind)
    assert meeting.asks("ines", ask.AmendOutcome(kind, "Again."), reopened=True) == []


def test_there_is_nothing_to_amend_before_an_outcome():
    assert a_room().refuses("ines", ask.AmendOutcome(NEGATIVE, "It changed.")) == "no_outcome"


@pytest.mark.parametrize("presented", [True, False])
def test_an_amendment_to_yes_says_whether_the_plan_had_been_presented(presented: bool):
    meeting = a_room(presented=presented, outcome=NEEDS_TIME)
    [amended] = meeting.asks("ines", ask.AmendOutcome(ACCEPTS, "He called an hour later."))
    assert amended.overridden is not presented


@pytest.mark.parametrize("command", [ask.RecordOutcome(NEEDS_TIME), ask.AmendOutcome(NEGATIVE, "It changed.")])
def test_a_rehearsal_has_no_outcome(command: ask.Command):
    assert a_room(kind=Kind.REHEARSAL, presented=True).refuses("ines", command) == "rehearsal_only"


def effects(meeting: Meeting, who: str, command: ask.Command) -> list[object]:
    before = meeting.state
    return list(react(before, meeting.asks(who, command)))


def test_a_yes_releases_the_referral():
    meeting = a_room(presented=True)
    assert effects(meeting, "ines", ask.RecordOutcome(ACCEPTS)) == [Activate(REFERRAL, OutcomeId("room-0"))]


def test_a_second_tap_on_yes_releases_nothing_more():
    meeting = a_room(presented=True, outcome=ACCEPTS)
    assert effects(meeting, "ines", ask.RecordOutcome(ACCEPTS)) == []


@pytest.mark.parametrize("kind", OTHER_THAN_YES)
def test_no_other_outcome_releases_the_referral(kind: OutcomeKind):
    assert effects(a_room(presented=True), "ines", ask.RecordOutcome(kind)) == []


@pytest.mark.parametrize("kind", OTHER_THAN_YES)
def test_amending_a_yes_away_stands_the_referral_down(kind: OutcomeKind):
    meeting = a_room(presented=True, outcome=ACCEPTS)
    amended = ask.AmendOutcome(kind, "It changed.")
    assert effects(meeting, "ines", amended) == [StandDown(REFERRAL, OutcomeId("room-1"))]


def test_amending_to_a_yes_releases_the_referral():
    meeting = a_room(presented=True, outcome=NEEDS_TIME)
    amended = ask.AmendOutcome(ACCEPTS, "He called.")
    assert effects(meeting, "ines", amended) == [Activate(REFERRAL, OutcomeId("room-1"))]


def test_amending_one_no_into_another_moves_nothing():
    meeting = a_room(outcome=NEEDS_TIME)
    assert effects(meeting, "ines", ask.AmendOutcome(NEGATIVE, "It changed.")) == []


@pytest.mark.parametrize("kind", list(SignalKind))
def test_of_all_signals_panic_alone_calls_the_safety_contact(kind: SignalKind):
    meeting = a_room()
    called = effects(meeting, "ana", ask.Signal(kind))
    signal = meeting.state.signals[-1].id
    assert called == ([CallSafetyContact(signal, ANA)] if kind is SignalKind.PANIC else [])


def test_whoever_presses_panic_again_calls_the_safety_contact_once_until_it_is_settled():
    meeting = a_room()
    assert effects(meeting, "ana", ask.Signal(SignalKind.PANIC)) != []
    assert effects(meeting, "ana", ask.Signal(SignalKind.PANIC)) == []
    assert effects(meeting, "ben", ask.Signal(SignalKind.PANIC)) != []
    for signal in meeting.state.signals:
        meeting.asks("ines", ask.SettleSignal(signal.id))
    assert effects(meeting, "ana", ask.Signal(SignalKind.PANIC)) != []


def test_a_rehearsal_moves_nothing_outside_itself():
    rehearsal = a_room(kind=Kind.REHEARSAL).state
    happened = [
        did.OutcomeRecorded(OutcomeId("room-0"), ACCEPTS),
        did.OutcomeAmended(OutcomeId("room-1"), NEEDS_TIME),
        did.SignalSent(SignalId("signal"), ANA, SignalKind.PANIC),
        did.CueSent(CueId("cue"), ANA, CueKind.BREATHE),
    ]
    assert react(a_room(presented=True).state, happened) != []
    assert react(rehearsal, happened) == []


def test_a_meeting_without_a_referral_still_has_its_outcome():
    meeting = a_room(presented=True, referral=None)
    assert effects(meeting, "ines", ask.RecordOutcome(ACCEPTS)) == []
    assert meeting.state.outcome.kind is ACCEPTS
