"""The arranged referral and the directory in a browser: they fit, they save, and times are the reader's own."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.servers import Server

SMALLEST = {"width": 320, "height": 640}
LAPTOP = {"width": 1366, "height": 768}
TARGET_PX = 24

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def case(server: Server, seeded: Any) -> str:
    return f"{server.base_url}/cases/{seeded['case']}/referral"


def signed_in(page: Page, server: Server, seeded: Any) -> Page:
    page.goto(f"{server.base_url}/sign-in")
    page.get_by_label("E-mail").fill(seeded["staff"]["email"])
    page.get_by_label("Password").fill(seeded["staff"]["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{server.base_url}/")
    return page


def item(page: Page, name: str) -> Locator:
    """One item of the list, opened."""
    found = page.locator(f"#{name}")
    if found.locator("details[open]").count() == 0:
        found.locator("summary").first.click()
    return found


def save(form: Locator) -> None:
    form.get_by_role("button", name="Save", exact=True).first.click()


@pytest.mark.parametrize("size", [SMALLEST, LAPTOP], ids=["phone", "laptop"])
def test_every_item_and_page_fits_and_can_be_hit(
    open_page: OpenPage, server: Server, seeded: Any, case: str, size: dict[str, int]
) -> None:
    page = signed_in(open_page(viewport=size), server, seeded)
    page.goto(case)
    for details in page.locator(".gate > details").all():
        details.locator("summary").first.click()
    page.locator(".steps__one summary").first.click()
    assert page.locator(".gate > details[open]").count() == 15
    sizes = {case: fits(page)}
    for path in ("/facilities", "/facilities/new", "/facilities/import"):
        page.goto(server.base_url + path)
        sizes[path] = fits(page)
    page.goto(f"{server.base_url}/facilities")
    page.locator(".directory__one a").first.click()
    expect(page.get_by_role("heading", name="What it offers")).to_be_visible()
    sizes["facility"] = fits(page)
    assert set(sizes.values()) == {size["width"]}


def fits(page: Page) -> int:
    """The width that the page takes; small targets fail here."""
    small = page.evaluate(SMALLER, TARGET_PX)
    assert small == []
    assert page.evaluate(SAME_IDS) == []
    return int(page.evaluate("() => document.documentElement.scrollWidth"))


def test_what_is_taken_away_turns_red_and_comes_back_green(
    open_page: OpenPage, server: Server, seeded: Any, case: str
) -> None:
    page = signed_in(open_page(), server, seeded)
    page.goto(case)
    expect(page.get_by_text("Ready to leave")).to_be_visible()
    naloxone = item(page, "naloxone")
    naloxone.get_by_label("In the car").uncheck()
    expect(naloxone.get_by_text("Not saved yet")).to_be_visible()
    save(naloxone)
    expect(page.get_by_text("Not ready to leave")).to_be_visible()
    expect(page.locator("#naloxone.gate--red")).to_contain_text("Ask a pharmacy")
    expect(page.locator("#naloxone details[open]")).to_have_count(1)
    page.goto(server.base_url)
    page.get_by_role("link", name="Naloxone must be at hand").click()
    naloxone = item(page, "naloxone")
    naloxone.get_by_label("In the car").check()
    save(naloxone)
    expect(page.get_by_text("Ready to leave", exact=True)).to_be_visible()


def test_a_time_is_typed_and_read_in_the_readers_own_zone(
    open_page: OpenPage, server: Server, seeded: Any, case: str
) -> None:
    page = signed_in(open_page(timezone_id="America/New_York"), server, seeded)
    page.goto(case)
    bed = item(page, "bed")
    expect(bed.get_by_text("In the time of this device.")).to_be_visible()
    bed.get_by_label("Held until").fill("2031-07-04T18:30")
    save(bed)
    expect(item(page, "bed").get_by_label("Held until")).to_have_value("2031-07-04T18:30")
    bare = open_page(java_script_enabled=False)
    signed_in(bare, server, seeded)
    bare.goto(f"{case}?at=bed")
    expect(bare.get_by_label("Held until")).to_have_value("2031-07-04T22:30")
    expect(bare.locator("#bed").get_by_text("In UTC.")).to_be_visible()


def test_it_all_works_without_script(open_page: OpenPage, server: Server, seeded: Any, case: str) -> None:
    page = signed_in(open_page(java_script_enabled=False), server, seeded)
    page.goto(f"{case}?at=escort")
    escort = page.locator("#escort")
    escort.get_by_label("Their word").select_option("no")
    save(escort)
    expect(page.locator("#escort.gate--red")).to_contain_text("No escort has confirmed")
    page.locator("#escort").get_by_label("Their word").select_option("now")
    save(page.locator("#escort"))
    expect(page.locator("#escort.gate--green")).to_be_visible()


def test_leaving_with_something_unsaved_asks_first(
    open_page: OpenPage, server: Server, seeded: Any, case: str
) -> None:
    page = signed_in(open_page(), server, seeded)
    page.goto(case)
    item(page, "home").get_by_label("Pets").fill("two parrots")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Your cases").click()
    page.wait_for_url(f"{server.base_url}/")
    assert asked == ["beforeunload"]


def test_the_simulated_hand_off_shows_the_answer_as_it_comes(
    open_page: OpenPage, server: Server, seeded: Any, case: str
) -> None:
    page = signed_in(open_page(), server, seeded)
    page.goto(case)
    page.get_by_role("button", name="Send the test now").click()
    page.wait_for_url(f"{case}/test")
    expect(page.get_by_text("Answered")).to_have_count(2, timeout=15_000)
    page.goto(f"{case}?at=line")
    expect(page.locator("#line").get_by_text("Answered in")).to_have_count(2)


SMALLER = """least => [...document.querySelectorAll(
        'main a.button, main button, main input:not([type=hidden]), main select, main summary')]
    .filter(each => each.offsetParent && each.getBoundingClientRect().height < least)
    .map(each => each.outerHTML)"""

SAME_IDS = """() => [...document.querySelectorAll('[id]')].map(each => each.id)
    .filter((id, index, all) => all.indexOf(id) !== index)"""
