"""One family's meeting as an outside program drives it, patient with a server that dies in between."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import requests

from tests.referral.simulator import PATH, AnsweringSystem

ASK_TIMEOUT_S = 5.0
BETWEEN_TRIES_S = 0.1
GIVE_UP_S = 90.0


class Session:
    """`wrong` keeps what was answered in another way than a patient client has to expect: there should be none."""

    def __init__(self, base_url: str, seeded: dict[str, Any]) -> None:
        self.base_url = base_url
        self.seeded = seeded
        self.referral: str = seeded["referral"]["id"]
        self.system = AnsweringSystem(self.referral, seeded["referral"]["webhook_secret"])
        self.http = requests.Session()
        self.wrong: list[str] = []
        self._room = f"/rooms/{seeded['rooms']['live']}"

    def begin(self) -> None:
        """The professional signs in, opens the room and shows the plan."""
        staff = {"email": self.seeded["staff"]["email"], "password": self.seeded["staff"]["password"]}
        self._until_right(
            lambda: self.http.post(f"{self.base_url}/api/sign-in", json=staff, timeout=ASK_TIMEOUT_S)
        )
        self._until_right(lambda: self.http.get(f"{self.base_url}/api/csrf", timeout=ASK_TIMEOUT_S))
        self.command("open_room")
        self.command("present_plan")

    def say_yes(self) -> str:
        """The id of the command that was acknowledged; a repeat of it has no second effect."""
        return self.command("record_outcome", kind="accepts")

    def command(self, name: str, **args: Any) -> str:
        """The same id at each try, as a client must."""
        body = {"id": str(uuid.uuid4()), "name": name, "args": args}
        self._until_right(lambda: self.post(f"{self._room}/commands", body))
        return body["id"]

    def sign_consent(self) -> None:
        """On the professional's device, with a witness: the loved one has none of their own here."""
        name = next(person["name"] for person in self.seeded["people"] if person["role"] == "loved_one")
        body = {
            "signature": {"kind": "typed", "name": name},
            "witness": "Dana Whitfield",
            "on_behalf_of_device": True,
        }
        self._until_right(lambda: self.post(f"/api/referrals/{self.referral}/consent", body))

    def facility_says(self, state: str, reason: str | None = None) -> None:
        """The same letter at each try, as a facility's system sends it."""
        letter = self.system.says(state, reason)
        url = self.base_url + PATH
        self._until_right(
            lambda: self.http.post(url, data=letter.body, headers=letter.headers, timeout=ASK_TIMEOUT_S)
        )

    def record(self) -> Any:
        return self._until_right(
            lambda: self.http.get(f"{self.base_url}/api/referrals/{self.referral}", timeout=ASK_TIMEOUT_S)
        ).json()

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        token = {"X-CSRF-Token": self.http.cookies.get("csrf") or ""}
        return self.http.post(self.base_url + path, json=body, headers=token, timeout=ASK_TIMEOUT_S)

    def _until_right(self, ask: Callable[[], requests.Response]) -> requests.Response:
        """Tries until it is answered: no connection, a broken one and 503 are what a client has to expect."""
        deadline = time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline:
            try:
                answer = ask()
            except requests.RequestException:
                time.sleep(BETWEEN_TRIES_S)
                continue
            if answer.ok:
                return answer
            if answer.status_code != 503:
                self.wrong.append(f"{answer.request.method} {answer.status_code} {answer.text[:200]}")
                break
            time.sleep(BETWEEN_TRIES_S)
        raise AssertionError(f"not answered rightly within {GIVE_UP_S:.0f} s: {self.wrong}")
