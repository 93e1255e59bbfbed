"""After a yes, in real browsers: the board on the laptop, the escort's phone, the desks of both facilities."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from facilitator.infra import crypto, db
from facilitator.infra.ids import ReferralId
from facilitator.referral import links
from facilitator.referral.summary import Which
from facilitator.referral.tables import Referral
from tests.browser.meeting import Meeting

SMALLEST = {"width": 320, "height": 640}


class Journey:
    """Made before the yes; the loved one is in the room, the escort has their page open, the laptop the board."""

    def __init__(self, meeting: Meeting, open_page: Callable[..., Page]) -> None:
        self.meeting = meeting
        self._open_page = open_page
        self.referral = ReferralId(meeting.seeded["referral"]["id"])
        self.loved_one = meeting.join(meeting.person("loved_one"), viewport=SMALLEST)
        self.family = meeting.join(meeting.person("team_member"), viewport=SMALLEST)
        self.escort = meeting.join(meeting.person("escort"), viewport=SMALLEST)
        for role in ("loved_one", "team_member"):
            meeting.let_in(meeting.person(role))
        meeting.open_room()
        self.board = meeting.console.context.new_page()
        room = meeting.seeded["rooms"]["live"]
        self.board.goto(f"{meeting.server.base_url}/handoff/{self.referral}?room={room}")

    def desk(self, which: Which) -> Page:
        """The page of a facility's desk, by a link as it gets one."""
        server = self.meeting.server
        db.configure(server.environment["DATABASE_URL"])
        crypto.configure(crypto.Keyring.at(server.instance / "keys.json"))
        with db.writing() as tx:
            row = tx.get_one(Referral, self.referral)
            facility = row.primary_id if which is Which.PRIMARY else row.fallback_id
            made = links.make(tx, self.referral, facility, f"a message to {which}")
        db.engine().dispose()
        assert made is not None
        page = self._open_page(viewport=SMALLEST)
        page.goto(f"{server.base_url}/referrals/{made.rpartition('/')[2]}")
        return page

    def rung(self, name: str) -> Locator:
        """One step of the ladder on the board."""
        return self.board.locator(f"[data-rung={name}]")

    def sign(self) -> None:
        self.loved_one.get_by_role("link", name="Decide what is shared, and sign").click()
        self.loved_one.get_by_role("textbox", name="Your name").fill("Caleb Hart")
        self.loved_one.get_by_role("button", name="I agree and sign").click()
        expect(self.loved_one.get_by_role("heading", name="You have signed")).to_be_visible()

    def record(self) -> Any:
        """What the staff's call tells."""
        path = f"{self.meeting.server.base_url}/api/referrals/{self.referral}"
        return self.meeting.console.request.get(path).json()

    def said(self, to: str) -> int:
        """How often the log says that it came so far."""
        return sum(line["event"] == "Moved" and line["to"] == to for line in self.record()["timeline"])
