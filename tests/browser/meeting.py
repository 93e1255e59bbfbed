"""A meeting in real browsers: a console on a laptop and phones, driven as people drive them."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.wire import Wire
from tests.clusters import Cluster
from tests.servers import Server

OpenPage = Callable[..., Page]

LAPTOP = {"width": 1366, "height": 768}
COMES_BACK_MS = 15_000
"""A dead line shows itself to a client within nine seconds; then it has to come back."""


class Meeting:
    def __init__(self, server: Server | Cluster, open_page: OpenPage) -> None:
        self.server = server
        self.seeded: Any = server.seed()
        self._open_page = open_page
        self.wires: list[Wire] = []
        self.console = open_page(viewport=LAPTOP)
        self._sign_in()

    def person(self, role: str, number: int = 0) -> Any:
        return [p for p in self.seeded["people"] if p["role"] == role][number]

    def join(self, person: Any, by: Wire | None = None, **options: Any) -> Page:
        """From the link to the waiting room; the team gives its promise there, the loved one is asked for none."""
        phone = self._open_page(**options)
        base_url = by.base_url if by else self.server.base_url
        phone.goto(f"{base_url}/join#{person['token']}")
        phone.get_by_role("button", name=f"Continue as {person['name']}").click()
        if person["role"] == "team_member":
            phone.get_by_label("I promise this too").check()
            phone.get_by_role("button", name="I’m ready").click()
        return phone

    def let_in(self, person: Any) -> None:
        seat = self.console.get_by_role("listitem").filter(has_text=person["name"])
        seat.get_by_role("button", name="Let in").click()
        expect(seat.get_by_role("button", name="Let in")).to_have_count(0)

    def open_room(self) -> None:
        self.console.get_by_role("button", name="Open the room").click()
        expect(self.console.get_by_role("button", name="Pause for all")).to_be_visible()

    def accept(self) -> None:
        """The plan is shown, and the moderator records the yes."""
        self.console.get_by_role("button", name="Present the plan").click()
        expect(self.console.get_by_text(re.compile("Shown to all"))).to_be_visible()
        self.console.get_by_role("button", name="Outcome").click()
        self.console.get_by_role("radio", name=re.compile("^Accepts")).check()
        self.console.get_by_role("button", name=re.compile("^Record:")).click()
        expect(self.console.get_by_role("region", name="Hand-off")).to_be_visible()

    def give_floor_to(self, person: Any) -> None:
        """To whoever is next, because they raised their hand."""
        floor = self.console.get_by_role("region", name="Who speaks", exact=True)
        floor.get_by_role("button", name=f"Next: {person['name']}").click()
        expect(floor.get_by_role("button", name="Done")).to_be_visible()

    def wire(self) -> Wire:
        self.wires.append(Wire(self.server.port))
        return self.wires[-1]

    def close(self) -> None:
        for wire in self.wires:
            wire.close()

    def _sign_in(self) -> None:
        staff = self.seeded["staff"]
        self.console.goto(f"{self.server.base_url}/sign-in")
        self.console.get_by_label("E-mail").fill(staff["email"])
        self.console.get_by_label("Password", exact=True).fill(staff["password"])
        self.console.get_by_role("button", name="Sign in").click()
        self.console.wait_for_url(f"{self.server.base_url}/")
        self.console.goto(f"{self.server.base_url}/rooms/{self.seeded['rooms']['live']}")
