"""Family and friends come in by their link: nothing is spent by looking, and the secret does not stay behind."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.servers import Server

BUDGET_BYTES = 60 * 1024

OpenPage = Callable[..., Page]


def member(seeded: Any, number: int) -> Any:
    return [person for person in seeded["people"] if person["role"] == "team_member"][number]


def test_a_link_says_whose_seat_it_is_and_leaves_no_secret_in_the_address_bar(open_page: OpenPage, seeded: Any):
    ruth = member(seeded, 0)
    page = open_page()
    page.goto(ruth["join_url"])
    expect(page.get_by_role("heading", name=ruth["name"])).to_be_visible()
    assert page.url.endswith("/join")
    assert page.title() == "Family meeting"


def test_continue_takes_the_seat_and_leads_to_the_room(open_page: OpenPage, seeded: Any):
    ruth = member(seeded, 0)
    page = open_page()
    page.goto(ruth["join_url"])
    page.get_by_role("button", name=f"Continue as {ruth['name']}").click()
    page.wait_for_url(f"**/rooms/*?seat={ruth['id']}")
    assert page.evaluate("() => sessionStorage.getItem('invitation')") is None


def test_a_reload_before_continuing_does_not_lose_the_way(open_page: OpenPage, seeded: Any):
    ruth = member(seeded, 0)
    page = open_page()
    page.goto(ruth["join_url"])
    expect(page.get_by_role("heading", name=ruth["name"])).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=ruth["name"])).to_be_visible()


def test_someone_else_can_say_so_and_the_link_is_forgotten(open_page: OpenPage, seeded: Any):
    page = open_page()
    page.goto(member(seeded, 1)["join_url"])
    page.get_by_role("button", name="This is not me").click()
    expect(page.get_by_role("heading", name="Then please stop here")).to_be_visible()
    assert page.evaluate("() => sessionStorage.getItem('invitation')") is None


def test_a_link_that_was_taken_back_says_whom_to_ask(open_page: OpenPage, server: Server):
    page = open_page()
    page.goto(f"{server.base_url}/join#never-given-to-anybody")
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    expect(page.get_by_text("ask for a new link")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_without_a_connection_the_same_page_goes_on_later(open_page: OpenPage, seeded: Any):
    ruth = member(seeded, 0)
    page = open_page()
    page.goto(ruth["join_url"])
    expect(page.get_by_role("button", name="Continue as")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Continue as").click()
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Continue as").click()
    page.wait_for_url("**/rooms/**")


def test_a_code_is_checked_for_what_is_missing_before_it_is_asked(open_page: OpenPage, server: Server):
    page = open_page()
    page.goto(f"{server.base_url}/j")
    page.get_by_label("Room code").press_sequentially("1234567")
    page.get_by_role("button", name="Go to the waiting room").click()
    expect(page.get_by_role("alert")).to_have_text("A room code has 8 digits. You have typed 7.")
    expect(page.get_by_label("Room code")).to_be_focused()


def test_a_pasted_code_opens_the_waiting_room(open_page: OpenPage, server: Server, seeded: Any):
    page = open_page()
    page.goto(f"{server.base_url}/j")
    page.get_by_label("Room code").fill(code_of_the_meeting(open_page(), server, seeded))
    page.get_by_label("Your name").fill("Aunt Zoë")
    page.get_by_role("button", name="Go to the waiting room").click()
    page.wait_for_url("**/rooms/**")


def test_the_join_page_is_light(open_page: OpenPage, seeded: Any):
    page = open_page()
    loaded: list[int] = []
    page.on("requestfinished", lambda request: loaded.append(request.sizes()["responseBodySize"]))
    page.goto(member(seeded, 2)["join_url"], wait_until="networkidle")
    assert len(loaded) >= 5, "the page, its style, its two scripts and the answer"
    assert sum(loaded) < BUDGET_BYTES


def code_of_the_meeting(page: Page, server: Server, seeded: Any) -> str:
    page.goto(f"{server.base_url}/sign-in")
    page.get_by_label("E-mail").fill(seeded["staff"]["email"])
    page.get_by_label("Password").fill(seeded["staff"]["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page.locator(".room--live .room__code").inner_text()
