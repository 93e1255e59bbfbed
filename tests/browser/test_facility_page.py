"""The page of a facility's desk: on a small phone and on a desk's computer, with and without script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from facilitator.infra import clock, crypto, db, ids
from facilitator.infra.ids import OutcomeId, ReferralId
from facilitator.referral import links, service
from facilitator.referral.tables import Referral
from tests.servers import Server

OpenPage = Callable[..., Page]

SIZES = [{"width": 320, "height": 640}, {"width": 1366, "height": 768}]


@pytest.fixture
def link(server: Server) -> Iterator[str]:
    """To a facility that was just asked."""
    seeded: Any = server.seed()
    db.configure(server.environment["DATABASE_URL"])
    crypto.configure(crypto.Keyring.at(server.instance / "keys.json"))
    referral = ReferralId(seeded["referral"]["id"])
    with db.writing() as tx:
        service.activate(tx, referral, OutcomeId(ids.new_id()), clock.now())
        made = links.make(tx, referral, tx.get_one(Referral, referral).primary_id, "a message")
    assert made is not None
    yield f"{server.base_url}/referrals/{made.rpartition('/')[2]}"
    db.engine().dispose()


@pytest.mark.parametrize("size", SIZES, ids=["320", "1366"])
def test_nothing_sticks_out_and_targets_are_large_enough(
    open_page: OpenPage, link: str, size: dict[str, int]
) -> None:
    page = open_page(viewport=size)
    page.goto(link)
    page.get_by_text("We cannot take them").first.click()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
    heights = "() => [...document.querySelectorAll('.button, .input, .call, summary, .choice__item')]"
    small = f"{heights}.filter(each => each.offsetParent && each.getBoundingClientRect().height < 36).length"
    assert page.evaluate(small) == 0
    expect(page).to_have_title("Family meeting")


def test_a_desk_answers_step_by_step_and_then_leaves_nothing_behind(open_page: OpenPage, link: str) -> None:
    page = open_page()
    page.goto(link)
    expect(page.get_by_text("They should be with you")).to_contain_text("in 1 h")
    page.get_by_role("button", name="Yes, we can take them").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You said yes")
    page.get_by_role("button", name="They have arrived").click()
    page.get_by_label("Who admitted them?").fill("Nora Castellano, nurse")
    page.get_by_role("button", name="They have been admitted").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Admitted")
    page.get_by_role("link", name="I'm done").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You can close this now")
    page.go_back()
    page.wait_for_url("**/referrals/done")


def test_a_desk_that_cannot_says_why_by_keyboard_alone(open_page: OpenPage, link: str) -> None:
    page = open_page()
    page.goto(link)
    page.get_by_text("We cannot take them").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("cannot take them")


def test_it_works_without_script(open_page: OpenPage, link: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(link)
    page.get_by_role("button", name="We need to know more first").click()
    expect(page.get_by_text("You asked to know more")).to_be_visible()
    page.get_by_role("button", name="Yes, we can take them").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You said yes")


def test_an_open_page_follows_what_somebody_else_at_the_desk_says(open_page: OpenPage, link: str) -> None:
    one, other = open_page(), open_page()
    one.goto(link)
    other.goto(link)
    other.get_by_role("button", name="Yes, we can take them").click()
    expect(one.get_by_role("heading", level=1)).to_contain_text("You said yes")
