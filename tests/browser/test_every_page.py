"""What holds on every page: it fits the smallest phone, and help, hiding and the chosen light are one tap away."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.servers import Server

SMALLEST = {"width": 320, "height": 640}
OPEN_TO_ALL = ("/sign-in", "/join", "/j", "/emergency", "/no-such-page")
LARGE_TARGET_PX, SMALL_TARGET_PX, BODY_PX = 48, 24, 18

OpenPage = Callable[..., Page]


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_nothing_sticks_out_of_the_smallest_phone(open_page: OpenPage, server: Server, path: str):
    page = open_page(viewport=SMALLEST)
    page.goto(server.base_url + path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= SMALLEST["width"]


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_text_and_targets_are_large_enough_for_a_phone(open_page: OpenPage, server: Server, path: str):
    page = open_page()
    page.goto(server.base_url + path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)") >= BODY_PX
    assert page.evaluate(HEIGHTS, ".bar a, .bar button, .bar summary, .foot a, .button") >= SMALL_TARGET_PX
    assert page.evaluate(HEIGHTS, ".button--primary, .input") >= LARGE_TARGET_PX


@pytest.mark.parametrize("path", OPEN_TO_ALL[:-2])
def test_the_emergency_card_opens_in_one_tap_and_without_a_network(open_page: OpenPage, server: Server, path: str):
    page = open_page()
    page.goto(server.base_url + path)
    page.context.set_offline(True)
    page.get_by_role("link", name="Emergency").click()
    card = page.get_by_role("dialog")
    for help_there in ("tel:911", "tel:988", "sms:988", "tel:+18006624357"):
        expect(card.locator(f"a[href='{help_there}']")).to_have_count(1)
    expect(card.get_by_text("Give naloxone")).to_be_visible()
    card.get_by_role("button", name="Close").click()
    expect(card).to_be_hidden()


def test_the_emergency_card_is_there_without_script(open_page: OpenPage, server: Server):
    page = open_page(java_script_enabled=False)
    page.goto(f"{server.base_url}/sign-in")
    page.get_by_role("link", name="Emergency").click()
    expect(page.get_by_role("heading", name="Signs of an opioid overdose")).to_be_visible()


@pytest.mark.parametrize("hide", ["by the button", "by the keyboard"])
def test_hiding_leaves_a_clock_and_three_taps_bring_the_page_back(open_page: OpenPage, server: Server, hide: str):
    page = open_page()
    page.goto(f"{server.base_url}/sign-in")
    if hide == "by the button":
        page.get_by_role("button", name="Hide").click()
    else:
        press_escape(page, 3)
    cover = page.locator(".cover")
    expect(cover).to_be_visible()
    press_escape(page, 1)
    expect(cover).to_be_visible()
    cover.click(click_count=3)
    expect(cover).to_be_hidden()


def test_the_chosen_light_is_there_before_the_page_is_drawn_again(open_page: OpenPage, server: Server):
    page = open_page(color_scheme="light")
    page.goto(f"{server.base_url}/sign-in")
    ground = page.evaluate(GROUND)
    page.locator("[data-menu] summary").click()
    page.get_by_text("Dim room").click()
    dim = page.evaluate(GROUND)
    assert dim != ground
    page.goto(f"{server.base_url}/j")
    assert page.evaluate(GROUND) == dim
    assert page.evaluate(BAR_OF_THE_BROWSER) == "#070808"


def test_a_device_that_prefers_dark_gets_dark(open_page: OpenPage, server: Server):
    grounds = set()
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto(f"{server.base_url}/sign-in")
        grounds.add(page.evaluate(GROUND))
    assert len(grounds) == 2


def test_a_wrong_password_is_said_on_the_form_and_the_e_mail_stays(
    open_page: OpenPage, server: Server, seeded: Any
):
    page = open_page()
    page.goto(f"{server.base_url}/sign-in")
    page.get_by_label("E-mail").fill(seeded["staff"]["email"])
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    expect(page.get_by_label("E-mail")).to_have_value(seeded["staff"]["email"])


def press_escape(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Escape")


GROUND = "() => getComputedStyle(document.body).backgroundColor"
BAR_OF_THE_BROWSER = "() => document.querySelector('meta[name=theme-color]').content"
HEIGHTS = """selector => Math.min(Infinity, ...[...document.querySelectorAll(selector)]
    .filter(each => each.offsetParent).map(each => each.getBoundingClientRect().height))"""
