"""From the yes to the admission as people live it: a laptop, two phones and a desk; and when it does not hold."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from facilitator.referral.summary import Which
from tests import axe
from tests.browser.journey import SMALLEST, Journey
from tests.browser.meeting import COMES_BACK_MS, LAPTOP, Meeting
from tests.servers import Server

OpenPage = Callable[..., Page]

AT_ONCE_MS = 2_500
"""A second of the product's own; the rest is for a machine that runs other tests besides."""


@pytest.fixture
def journey(running_server: Callable[..., Server], open_page: OpenPage) -> Iterator[Journey]:
    meeting = Meeting(running_server("eventlet", "sqlite"), open_page)
    yield Journey(meeting, open_page)
    meeting.close()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def state(page: Page, text: str) -> None:
    expect(page.locator("[data-state]")).to_have_text(text, timeout=AT_ONCE_MS)


def test_from_the_yes_to_the_admission(journey: Journey) -> None:
    board, escort, console = journey.board, journey.escort, journey.meeting.console
    journey.meeting.accept()
    expect(journey.rung("told")).to_contain_text("min after the yes", timeout=COMES_BACK_MS)
    journey.sign()
    expect(board.locator("#bid-primary")).to_contain_text("Papers delivered", timeout=COMES_BACK_MS)
    expect(board.get_by_role("region", name="Consent")).to_contain_text("Signed.")
    received = board.request.get(f"{journey.meeting.server.base_url}/demo/received").text()
    assert "referral.record" in received
    assert "Caleb" in received

    desk = journey.desk(Which.PRIMARY)
    desk.get_by_role("button", name="Yes, we can take them").click()
    expect(journey.rung("accepted")).to_contain_text("min after the yes", timeout=AT_ONCE_MS)
    state(escort, "The facility said yes. The car can leave.")
    escort.get_by_role("button", name="We have left").dblclick()
    expect(journey.rung("left")).to_contain_text("min after the yes", timeout=AT_ONCE_MS)
    hand_off = console.get_by_role("region", name="Hand-off")
    expect(hand_off).to_contain_text("Left", timeout=AT_ONCE_MS)
    expect(journey.family.get_by_text("On the way.")).to_be_visible(timeout=AT_ONCE_MS)
    escort.get_by_role("button", name="We have arrived").click()
    expect(journey.rung("arrived")).to_contain_text("min after the yes", timeout=AT_ONCE_MS)

    desk.get_by_label("Who admitted them?").fill("Nora Castellano, nurse")
    desk.get_by_role("button", name="They have been admitted").click()
    expect(journey.rung("admitted")).to_contain_text("By Nora Castellano, nurse", timeout=AT_ONCE_MS)
    expect(board.get_by_text("From the yes to the door")).to_be_visible()
    expect(hand_off).to_contain_text(re.compile(r"admitted after \d+ min"), timeout=AT_ONCE_MS)
    expect(escort.get_by_text("They are in good hands now")).to_be_visible(timeout=AT_ONCE_MS)
    assert [journey.said(to) for to in ("accepted", "en_route", "arrived", "admitted")] == [1, 1, 1, 1]
    assert "Harbor Ridge Recovery" not in journey.family.locator(".face__outcome").inner_text()


def test_a_journey_that_turns_back_opens_the_outcome_again(journey: Journey) -> None:
    board, escort, console = journey.board, journey.escort, journey.meeting.console
    journey.meeting.accept()
    journey.desk(Which.PRIMARY).get_by_role("button", name="Yes, we can take them").click()
    escort.get_by_role("button", name="We have left").click()
    escort.get_by_text("They turned back, or want to stop").click()
    escort.get_by_label("What happened").fill("He got out at the lights.")
    escort.get_by_role("button", name="Yes, we turned back").click()
    expect(escort.get_by_text("Thank you for staying with them")).to_be_visible()
    expect(board.get_by_text("The outcome is open again")).to_be_visible(timeout=AT_ONCE_MS)
    board.get_by_text("Everything that happened").click()
    expect(board.get_by_text("He got out at the lights.")).to_be_visible()
    assert "lights" not in escort.content()
    board.get_by_role("link", name="Record the outcome").click()
    board.wait_for_url("**/rooms/*")

    expect(console.get_by_text("The outcome is open again")).to_be_visible(timeout=AT_ONCE_MS)
    console.get_by_role("button", name="Amend outcome").click()
    console.get_by_role("radio", name=re.compile("^Accepts")).check()
    console.get_by_label("Why is it changed?").fill("He wants to go after all.")
    console.get_by_role("button", name=re.compile("^Record:")).click()
    expect(escort.get_by_text("Get ready, and wait a moment")).to_be_visible(timeout=COMES_BACK_MS)
    assert [line["event"] for line in journey.record()["timeline"]].count("Released") == 2


def test_a_no_goes_to_plan_b_and_everybody_who_travels_sees_where(journey: Journey) -> None:
    board, escort = journey.board, journey.escort
    journey.meeting.accept()
    desk = journey.desk(Which.PRIMARY)
    desk.get_by_text("We cannot take them").first.click()
    desk.get_by_text("No bed").click()
    desk.get_by_role("button", name="No, we cannot take them").click()
    heading(board, "Plan B")
    expect(board.locator("#bid-primary")).to_contain_text("Said no: it has no room")
    expect(board.locator("#bid-fallback")).to_contain_text("Has the message", timeout=COMES_BACK_MS)
    journey.desk(Which.FALLBACK).get_by_role("button", name="Yes, we can take them").click()
    state(board, "The facility said yes. The car can leave.")
    heading(escort, "Plan B")
    expect(escort.get_by_text("It is another place than planned")).to_be_visible()
    way = escort.get_by_role("region", name="The way")
    expect(way).to_contain_text("Millbrook Valley Hospital")
    expect(way).not_to_contain_text("Harbor Road")


def test_one_tap_asks_the_second_facility_however_often_it_is_tapped(journey: Journey) -> None:
    journey.meeting.accept()
    journey.board.get_by_role("button", name="Go to plan B now").dblclick()
    expect(journey.board.get_by_role("button", name="Go to plan B now")).to_have_count(0)
    expect(journey.board.locator("#bid-fallback")).to_contain_text("They are reminded", timeout=COMES_BACK_MS)
    assert [line["event"] for line in journey.record()["timeline"]].count("FallbackReleased") == 1


def test_taps_without_a_network_are_kept_in_order_and_count_from_when_they_were_made(journey: Journey) -> None:
    escort = journey.escort
    journey.meeting.accept()
    journey.desk(Which.PRIMARY).get_by_role("button", name="Yes, we can take them").click()
    expect(escort.get_by_role("button", name="We have left")).to_be_visible()
    escort.context.set_offline(True)
    expect(escort.get_by_text("No connection")).to_be_visible(timeout=COMES_BACK_MS)
    escort.get_by_role("button", name="We have left").dblclick()
    expect(escort.get_by_text("Not sent yet")).to_be_visible()
    escort.get_by_role("button", name="We have arrived").click()
    escort.wait_for_timeout(2_000)
    assert journey.said("en_route") == 0
    escort.context.set_offline(False)
    expect(journey.rung("arrived")).to_contain_text("min after the yes", timeout=COMES_BACK_MS)
    expect(escort.get_by_text("Not sent yet")).to_be_hidden(timeout=COMES_BACK_MS)
    expect(escort.get_by_text("No connection")).to_be_hidden()
    assert (journey.said("en_route"), journey.said("arrived")) == (1, 1)


def test_a_board_catches_up_after_the_server_was_away(journey: Journey) -> None:
    journey.meeting.accept()
    expect(journey.rung("told")).to_contain_text("min after the yes", timeout=COMES_BACK_MS)
    journey.meeting.server.kill9()
    expect(journey.board.get_by_text("No connection")).to_be_visible(timeout=COMES_BACK_MS)
    journey.meeting.server.start()
    expect(journey.board.get_by_text("No connection")).to_be_hidden(timeout=COMES_BACK_MS)
    journey.desk(Which.PRIMARY).get_by_role("button", name="Yes, we can take them").click()
    expect(journey.rung("accepted")).to_contain_text("min after the yes", timeout=AT_ONCE_MS)


def test_what_is_open_or_half_typed_stays_when_something_changes(journey: Journey) -> None:
    escort = journey.escort
    journey.meeting.accept()
    escort.get_by_label("naloxone, where you can reach it").check()
    escort.get_by_text("They turned back, or want to stop").click()
    escort.get_by_label("What happened").fill("He wants to")
    journey.desk(Which.PRIMARY).get_by_role("button", name="Yes, we can take them").click()
    expect(escort.get_by_role("button", name="We have left")).to_be_visible()
    expect(escort.get_by_label("What happened")).to_have_value("He wants to")
    expect(escort.get_by_label("What happened")).to_be_focused()
    escort.reload()
    expect(escort.get_by_label("naloxone, where you can reach it")).to_be_checked()


def test_each_screen_fits_and_axe_finds_nothing(journey: Journey) -> None:
    assert axe.troubles(journey.board) == []
    journey.meeting.accept()
    expect(journey.rung("told")).to_contain_text("min after the yes", timeout=COMES_BACK_MS)
    desk = journey.desk(Which.PRIMARY)
    shown = {"board": journey.board, "escort": journey.escort, "desk": desk, "console": journey.meeting.console}
    found = {name: axe.troubles(page) for name, page in {**shown, "loved one": journey.loved_one}.items()}
    desk.get_by_role("button", name="Yes, we can take them").click()
    journey.escort.get_by_role("button", name="We have left").click()
    journey.escort.get_by_text("They turned back, or want to stop").click()
    found["escort, leaving"] = axe.troubles(journey.escort)
    journey.escort.get_by_role("button", name="Yes, we turned back").click()
    expect(journey.board.get_by_text("The outcome is open again")).to_be_visible(timeout=COMES_BACK_MS)
    journey.board.get_by_text("Everything that happened").click()
    found |= {"board, open again": axe.troubles(journey.board), "escort, back": axe.troubles(journey.escort)}
    assert {name: told for name, told in found.items() if told} == {}
    for width in (SMALLEST["width"], LAPTOP["width"]):
        for page in (journey.board, journey.escort):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_a_thumb_finds_the_buttons_of_the_journey(journey: Journey) -> None:
    journey.meeting.accept()
    journey.desk(Which.PRIMARY).get_by_role("button", name="Yes, we can take them").click()
    button = journey.escort.get_by_role("button", name="We have left")
    expect(button).to_be_visible()
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 60
    assert box["width"] >= 250
    assert box["y"] + box["height"] <= SMALLEST["height"], "it can be seen without scrolling"
