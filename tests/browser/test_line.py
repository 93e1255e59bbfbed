"""A page's line to the server, as the browser itself reports on it."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.servers import Server

OpenPage = Callable[..., Page]


def test_a_phone_that_wakes_while_it_connects_does_not_start_over(
    open_page: OpenPage, server: Server, seeded: Any
):
    ruth = next(person for person in seeded["people"] if person["role"] == "team_member")
    page = open_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.add_init_script(WAKE_WHEN_THE_SCRIPTS_HAVE_RUN)
    page.goto(f"{server.base_url}/join#{ruth['token']}")
    page.get_by_role("button", name=f"Continue as {ruth['name']}").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    page.get_by_label("I promise this too").check()
    page.get_by_role("button", name="I’m ready").click()
    expect(page.get_by_text("You are ready")).to_be_visible()
    assert page.evaluate("() => window.woken") == 2
    assert [text for text in said if "WebSocket" in text] == []


WAKE_WHEN_THE_SCRIPTS_HAVE_RUN = """
    window.woken = 0;
    const wake = (target, name) => { target.dispatchEvent(new Event(name)); window.woken++; };
    document.addEventListener("DOMContentLoaded", () => {
        wake(document, "visibilitychange");
        wake(window, "online");
    });"""
