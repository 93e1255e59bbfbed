"""The consent in a real browser: on the loved one's phone, on a device handed over, and with the network gone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.meeting import COMES_BACK_MS, LAPTOP, Meeting
from tests.servers import Server

SMALLEST = {"width": 320, "height": 640}
WIDTH = "() => document.documentElement.scrollWidth"

OpenPage = Callable[..., Page]


@pytest.fixture
def meeting(running_server: Callable[..., Server], open_page: OpenPage) -> Iterator[Meeting]:
    made = Meeting(running_server("eventlet", "sqlite"), open_page)
    yield made
    made.close()


def say_yes(meeting: Meeting, **options: Any) -> Page:
    """The loved one's phone, after the yes."""
    dan = meeting.person("loved_one")
    phone = meeting.join(dan, **options)
    meeting.let_in(dan)
    meeting.open_room()
    meeting.accept()
    return phone


def fits(page: Page, width: int) -> bool:
    return int(page.evaluate(WIDTH)) <= width


def accounting(meeting: Meeting) -> list[dict[str, Any]]:
    path = f"{meeting.server.base_url}/api/referrals/{meeting.seeded['referral']['id']}"
    told: list[dict[str, Any]] = meeting.console.request.get(path).json()["accounting"]
    return told


def test_from_the_yes_to_the_copy_and_back(meeting: Meeting) -> None:
    phone = say_yes(meeting, viewport=SMALLEST)
    phone.get_by_role("link", name="Decide what is shared, and sign").click()
    expect(phone.get_by_role("heading", name="You decide what is shared")).to_be_visible()
    assert fits(phone, SMALLEST["width"])
    phone.get_by_role("checkbox", name=re.compile("^Who pays")).uncheck()
    phone.get_by_role("textbox", name="Your name").fill("Caleb Hart")
    phone.get_by_role("button", name="I agree and sign").click()
    expect(phone.get_by_role("heading", name="You have signed")).to_be_visible()
    expect(phone.get_by_text("Harbor Ridge Recovery, admissions")).to_be_visible(timeout=COMES_BACK_MS)
    hand_off = meeting.console.get_by_role("region", name="Hand-off")
    expect(hand_off.get_by_role("link", name="Consent signed")).to_be_visible(timeout=COMES_BACK_MS)
    phone.get_by_role("link", name="See and keep a copy").click()
    copy = phone.get_by_role("article")
    expect(copy.get_by_text("Who pays for your care")).to_have_count(0)
    expect(copy.get_by_text("42 CFR part 2 prohibits")).to_be_visible()
    expect(phone.get_by_role("button", name="Print or save it")).to_be_visible()
    assert fits(phone, SMALLEST["width"])
    phone.get_by_role("link", name="Back", exact=True).click()
    phone.get_by_role("button", name="Take it back", exact=True).click()
    phone.get_by_role("button", name="Yes, take it back").click()
    expect(phone.get_by_text("Taken back")).to_be_visible()
    expect(hand_off.get_by_role("link", name="Consent taken back")).to_be_visible(timeout=COMES_BACK_MS)


def test_what_is_signed_without_a_network_leaves_once_it_is_back(meeting: Meeting) -> None:
    phone = say_yes(meeting)
    phone.get_by_role("link", name="Decide what is shared, and sign").click()
    phone.get_by_role("textbox", name="Your name").fill("Caleb Hart")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="I agree and sign").click()
    expect(phone.get_by_text("It stays on this device")).to_be_visible()
    assert accounting(meeting) == []
    phone.context.set_offline(False)
    expect(phone.get_by_role("heading", name="You have signed")).to_be_visible(timeout=COMES_BACK_MS)


def test_a_signature_is_drawn_with_a_finger_and_kept(meeting: Meeting) -> None:
    phone = say_yes(meeting)
    phone.get_by_role("link", name="Decide what is shared, and sign").click()
    phone.get_by_role("textbox", name="Your name").fill("Caleb Hart")
    phone.get_by_role("button", name="Draw it too").click()
    pad = phone.get_by_label("Draw your signature")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for begin in (0.2, 0.5):
        phone.mouse.move(box["x"] + box["width"] * begin, box["y"] + 10)
        phone.mouse.down()
        phone.mouse.move(box["x"] + box["width"] * (begin + 0.2), box["y"] + 60, steps=5)
        phone.mouse.up()
    phone.get_by_role("button", name="I agree and sign").click()
    phone.get_by_role("link", name="See and keep a copy").click()
    assert phone.get_by_role("img", name="Drawn signature").locator("polyline").count() == 2


def test_the_device_of_the_professional_is_handed_over(meeting: Meeting) -> None:
    say_yes(meeting)
    console = meeting.console
    console.get_by_role("link", name="Sign the consent").click()
    expect(console.get_by_text("Hand this device to")).to_be_visible()
    console.get_by_text("Words to read out").click()
    expect(console.get_by_text("Ask anything you want first")).to_be_visible()
    console.get_by_role("button", name="I agree and sign").click()
    expect(console.get_by_role("heading", name="You decide what is shared")).to_be_visible()
    console.get_by_role("textbox", name="Your name").fill("Caleb Hart")
    console.get_by_role("button", name="I agree and sign").click()
    expect(console.get_by_role("heading", name="Caleb Hart has signed")).to_be_visible()
    assert fits(console, LAPTOP["width"])
    console.get_by_role("link", name="Back to the meeting").click()
    expect(console.get_by_role("link", name="Consent signed")).to_be_visible()


def test_what_a_desk_will_ask_is_saved_and_comes_back(meeting: Meeting) -> None:
    phone = say_yes(meeting)
    phone.get_by_role("link", name="Decide what is shared, and sign").click()
    phone.get_by_text("What they will ask about you").click()
    phone.get_by_label("Date of birth").fill("1994-05-02")
    phone.get_by_label("City").fill("Keene")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Saved.")).to_be_visible()
    phone.reload()
    phone.get_by_text("What they will ask about you").click()
    expect(phone.get_by_label("Date of birth")).to_have_value("1994-05-02")
    expect(phone.get_by_label("City")).to_have_value("Keene")
