"""Who may move a referral from where to where: every stage, every command, every actor."""

from typing import Any

import pytest

from facilitator.infra.refusal import Refused
from facilitator.referral import commands as ask
from facilitator.referral import events as did
from facilitator.referral.answer import AnswerState, DeclineReason
from facilitator.referral.commands import MAY_ASK, SYSTEM, Actor
from facilitator.referral.decide import HANDLERS
from facilitator.referral.moves import RULE, RULES, ReasonRule, Stage, Who, permit
from facilitator.referral.summary import Clock, Which
from tests.referral import stories
from tests.referral.stories import ACTORS, AT, DRIVER, ESCORT, FACILITY, LEAD, LOVED_ONE, YES, Story

TASK_STATUSES = {"draft", "requested", "accepted", "in-progress", "completed", "rejected", "failed", "cancelled"}

MAY_SAY: dict[str, str] = {
    "sent": "received need_more accepted declined",
    "received": "received need_more accepted declined",
    "accepted": "received need_more accepted arrived admitted no_show",
    "en_route": "received need_more accepted arrived admitted no_show",
    "arrived": "received need_more accepted arrived admitted no_show",
    "admitted": "received need_more accepted arrived admitted",
    "declined": "declined",
    "no_show": "no_show",
    "refused_on_the_way": "",
    "cancel_asked": "received need_more accepted declined arrived admitted no_show cancelled",
    "cancelled": "received need_more accepted declined arrived admitted no_show cancelled",
    "undeliverable": "received need_more accepted declined",
}
"""What a facility at each stage is not refused; else it is an illegal move. Written by hand, not by the code."""

MOVES_IT: dict[str, dict[str, str]] = {
    "sent": {"received": "received", "need_more": "received", "accepted": "accepted", "declined": "declined"},
    "received": {"accepted": "accepted", "declined": "declined"},
    "accepted": {"arrived": "arrived", "admitted": "admitted", "no_show": "no_show"},
    "en_route": {"arrived": "arrived", "admitted": "admitted", "no_show": "no_show"},
    "arrived": {"admitted": "admitted", "no_show": "no_show"},
    "cancel_asked": {"cancelled": "cancelled"},
    "undeliverable": {
        "received": "received",
        "need_more": "received",
        "accepted": "accepted",
        "declined": "declined",
    },
}
"""The stage that an answer leads to, where it leads to another one."""

MAY_GO: dict[str, str] = {
    "sent": "refused_on_the_way",
    "received": "refused_on_the_way",
    "accepted": "en_route arrived no_show refused_on_the_way",
    "en_route": "en_route arrived no_show refused_on_the_way",
    "arrived": "en_route arrived no_show refused_on_the_way",
    "admitted": "en_route arrived",
    "no_show": "no_show",
    "refused_on_the_way": "refused_on_the_way",
}
"""What those who travel are not refused; a repeat, and what is over, included."""

WITH_A_BID = [stage for stage in Stage if stage.value in MAY_SAY]


def a_command(kind: type[ask.Command], story: Story) -> ask.Command:
    """Of each kind one that makes sense somewhere."""
    made: dict[type[Any], ask.Command] = {
        ask.Plan: ask.Plan("one", "three"),
        ask.Review: ask.Review(("No bed is held.",)),
        ask.Withdraw: ask.Withdraw("They went by themselves."),
        ask.Activate: ask.Activate(YES, stories.EVERYONE),
        ask.Resend: ask.Resend(stories.EVERYONE),
        ask.TakeReceipt: ask.TakeReceipt(stories.heads_up()),
        ask.TakeFailure: ask.TakeFailure(stories.heads_up(), "status 410"),
        ask.TakeAnswer: story.answer("accepted"),
        ask.Object: ask.Object(Which.PRIMARY),
        ask.ClockRan: ask.ClockRan(f"{YES}:primary:{Clock.RECEIPT}"),
        ask.Fallback: ask.Fallback(),
        ask.Go: ask.Go(Stage.ARRIVED, story.at),
        ask.StandDown: ask.StandDown(stories.EVERYONE),
        ask.GiveConsent: ask.GiveConsent(stories.CONSENT, tuple(Which)),
        ask.RevokeConsent: ask.RevokeConsent(stories.CONSENT, ()),
    }
    return made[kind]


def test_every_stage_has_one_rule_and_a_status_that_fhir_knows() -> None:
    assert sorted(rule.to for rule in RULES) == sorted(Stage)
    assert {rule.task_status for rule in RULES} <= TASK_STATUSES
    assert all(rule.by for rule in RULES)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_can_be_reached(stage: Stage) -> None:
    assert AT[stage]().state.stage is stage


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("kind", [*HANDLERS, ask.Go])
@pytest.mark.parametrize("by", ACTORS, ids=lambda actor: actor.who)
def test_whoever_asks_what_is_not_theirs_is_refused_and_nothing_changes(
    stage: Stage, kind: type[ask.Command], by: Actor
) -> None:
    story = AT[stage]()
    before = story.state
    refused = story.refuses(a_command(kind, story), by)
    assert (refused == "not_allowed") is (by.who not in MAY_ASK[kind])
    assert story.state == before


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("kind", [*HANDLERS, ask.Go])
@pytest.mark.parametrize("by", ACTORS, ids=lambda actor: actor.who)
def test_whatever_moves_a_facilitys_part_is_a_move_of_the_table(
    stage: Stage, kind: type[ask.Command], by: Actor
) -> None:
    story = AT[stage]()
    before = story.stages()
    try:
        story.does(a_command(kind, story), by)
    except Refused:
        assert story.stages() == before
        return
    for which, now in story.stages().items():
        if which in before and before[which] is not now and now is not Stage.SENT:
            assert before[which] in RULE[now].after
            assert by.who in RULE[now].by or Who.SYSTEM in RULE[now].by


@pytest.mark.parametrize("stage", WITH_A_BID)
@pytest.mark.parametrize("said", list(AnswerState))
def test_a_facility_may_say_what_can_be_and_nothing_else(stage: Stage, said: AnswerState) -> None:
    story = AT[stage]()
    refused = story.refuses(story.answer(said), FACILITY[Which.PRIMARY])
    assert refused == (None if said in MAY_SAY[stage].split() else "illegal_move")


@pytest.mark.parametrize("stage", WITH_A_BID)
@pytest.mark.parametrize("said", list(AnswerState))
def test_what_a_facility_may_say_leads_where_it_should(stage: Stage, said: AnswerState) -> None:
    story = AT[stage]()
    if said not in MAY_SAY[stage].split():
        return
    story.says(said)
    assert story.state.bids[Which.PRIMARY].stage == MOVES_IT.get(stage, {}).get(said, stage)


@pytest.mark.parametrize("stage", [Stage.PLANNED, Stage.ARMED, Stage.WITHDRAWN])
@pytest.mark.parametrize("said", list(AnswerState))
def test_a_facility_that_was_not_asked_has_nothing_to_say(stage: Stage, said: AnswerState) -> None:
    story = AT[stage]()
    assert story.refuses(story.answer(said), FACILITY[Which.PRIMARY]) == "illegal_move"


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("to", list(Stage))
@pytest.mark.parametrize("by", [ESCORT, DRIVER, LEAD], ids=lambda actor: actor.who)
def test_those_who_travel_may_say_how_far_they_are(stage: Stage, to: Stage, by: Actor) -> None:
    story = AT[stage]()
    refused = story.refuses(ask.Go(to, story.at), by)
    if to not in (Stage.EN_ROUTE, Stage.ARRIVED, Stage.NO_SHOW, Stage.REFUSED_ON_THE_WAY):
        assert refused == "not_allowed"
    elif to.value in MAY_GO.get(stage, "").split():
        not_theirs = to is Stage.NO_SHOW and by is not LEAD and stage is not Stage.NO_SHOW
        assert refused == ("not_allowed" if not_theirs else None)
    else:
        assert refused in ("illegal_move", "not_allowed")


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage.value in MAY_GO])
def test_from_every_step_of_the_way_there_is_a_way_back(stage: Stage) -> None:
    story = AT[stage]()
    if stage in (Stage.ADMITTED, Stage.NO_SHOW, Stage.REFUSED_ON_THE_WAY):
        assert story.goes(Stage.REFUSED_ON_THE_WAY) == () if stage is Stage.REFUSED_ON_THE_WAY else True
        return
    story.goes(Stage.REFUSED_ON_THE_WAY)
    assert (story.state.stage, story.state.reopened) == (Stage.REFUSED_ON_THE_WAY, True)


def test_a_no_without_a_reason_of_the_list_is_not_taken() -> None:
    story = stories.received()
    for reason in (None, "", "full"):
        command = ask.TakeAnswer(Which.PRIMARY, AnswerState.DECLINED, story.at, reason)
        assert story.refuses(command, FACILITY[Which.PRIMARY]) == "malformed"
    for reason in DeclineReason:
        assert story.refuses(story.answer("declined", reason=reason), FACILITY[Which.PRIMARY]) is None


def test_withdrawing_needs_a_reason_and_is_the_professionals() -> None:
    story = stories.armed()
    assert story.refuses(ask.Withdraw(" "), LEAD) == "malformed"
    assert story.refuses(ask.Withdraw("They went by themselves."), ESCORT) == "not_allowed"
    assert story.does(ask.Withdraw("They went by themselves."), LEAD) == (did.Withdrawn(),)
    assert story.does(ask.Withdraw("Again."), LEAD) == ()


def test_a_refusal_says_in_words_what_stands_in_the_way() -> None:
    with pytest.raises(Refused) as refusal:
        permit(Stage.SENT, Stage.ADMITTED, Who.FACILITY)
    assert (refusal.value.code, refusal.value.status) == ("illegal_move", 409)
    assert "has not answered yet" in refusal.value.message


def test_only_a_decline_is_bound_to_a_list_and_only_a_withdrawal_to_words() -> None:
    rules = {rule.to: rule.reason for rule in RULES}
    assert [to for to, rule in rules.items() if rule is ReasonRule.NAMED] == [Stage.DECLINED]
    assert [to for to, rule in rules.items() if rule is ReasonRule.MUST_SAY] == [Stage.WITHDRAWN]


def test_the_loved_one_gives_and_takes_back_consent_and_nothing_else() -> None:
    assert {kind for kind, who in MAY_ASK.items() if LOVED_ONE.who in who} == {ask.GiveConsent, ask.RevokeConsent}
    assert {kind for kind, who in MAY_ASK.items() if SYSTEM.who in who} >= {ask.ClockRan, ask.TakeReceipt}
