"""The rungs from a "yes" to an admission, and the log in sentences."""

from collections.abc import Callable

import pytest

from facilitator.infra.refusal import Refused
from facilitator.referral import commands as ask
from facilitator.referral import moves
from facilitator.referral.events import Due, FallbackDue
from facilitator.referral.ladder import RungName, Standing, rungs
from facilitator.referral.moves import Stage
from facilitator.referral.summary import Place, Which
from facilitator.referral.telling import told
from tests.referral import stories
from tests.referral.stories import Story

PLACES = {
    Which.PRIMARY: Place("Harbor Ridge", "+1 603-555-0130"),
    Which.FALLBACK: Place("Millbrook", "+1 603-555-0140"),
}
AT_EACH_STAGE = {stage: getattr(stories, stage.value) for stage in Stage}
REACHED = {
    stories.planned: 0,
    stories.armed: 0,
    stories.withdrawn: 0,
    stories.sent: 1,
    stories.received: 2,
    stories.accepted: 3,
    stories.en_route: 4,
    stories.arrived: 5,
    stories.admitted: 6,
    stories.declined: 2,
    stories.undeliverable: 1,
    stories.cancelled: 0,
}


@pytest.mark.parametrize(("story", "reached"), REACHED.items(), ids=lambda each: getattr(each, "__name__", each))
def test_what_is_behind_them_is_done_and_one_rung_comes_next(story: Callable[[], Story], reached: int) -> None:
    standing = [rung.standing for rung in rungs(story().state)]
    assert standing[:reached] == [Standing.DONE] * reached
    assert Standing.DONE not in standing[reached:]
    assert standing[reached + 1 :] == [Standing.AHEAD] * (5 - reached)


@pytest.mark.parametrize("story", [stories.declined, stories.undeliverable, stories.refused_on_the_way])
def test_where_it_ended_a_rung_is_stopped(story: Callable[[], Story]) -> None:
    assert [rung.standing for rung in rungs(story().state)].count(Standing.STOPPED) == 1


def test_minutes_are_counted_from_the_yes() -> None:
    story = stories.admitted()
    yes = story.state.moments.yes
    assert yes is not None
    by_name = {rung.name: rung for rung in rungs(story.state)}
    assert by_name[RungName.YES].minutes == 0
    for name, at in (("left", story.state.moments.left), ("admitted", story.state.moments.admitted)):
        rung = by_name[RungName(name)]
        assert at is not None
        assert (rung.at, rung.minutes) == (at, int((at - yes).total_seconds() // 60))


def test_a_journey_to_the_other_facility_begins_anew() -> None:
    story = stories.refused_on_the_way()
    assert story.state.moments.accepted is not None
    story.does(ask.Fallback(), stories.LEAD)
    story.says("accepted", Which.FALLBACK)
    by_name = {rung.name: rung for rung in rungs(story.state)}
    assert by_name[RungName.ACCEPTED].standing is Standing.DONE
    assert by_name[RungName.LEFT].standing is Standing.NEXT
    assert story.state.moments.left is None


@pytest.mark.parametrize("stage", list(Stage), ids=str)
def test_every_way_there_can_be_told_in_sentences(stage: Stage) -> None:
    story = AT_EACH_STAGE[stage]()
    sentences = [told(event, story.state, PLACES) for event, _ in story.log]
    assert any(sentences)
    assert all(sentence is None or sentence.endswith(".") for sentence in sentences)


def test_what_is_due_says_why() -> None:
    story = stories.sent()
    event = FallbackDue(Due.SILENCE)
    assert told(event, story.state, PLACES) == "Harbor Ridge has not answered in time. Plan B waits for a word."


def test_allowing_and_permitting_agree() -> None:
    for rule in moves.RULES:
        for by in moves.Who:
            for stage in (None, *Stage):
                assert moves.allows(stage, rule.to, by) == _permitted(stage, rule, by)


def _permitted(stage: Stage | None, rule: moves.Rule, by: moves.Who) -> bool:
    reason = "no_capacity" if rule.reason is moves.ReasonRule.NAMED else "words"
    try:
        moves.permit(stage, rule.to, by, reason)
    except Refused:
        return False
    return True
