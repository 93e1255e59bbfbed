"""The demo family at its devices, around one running server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.clusters import Cluster
from tests.journeys.clients import Client
from tests.servers import Server


class Family:
    """The seeded case with its devices: `console`, `loved_one`, `observer`, and `team` in seeded order."""

    def __init__(self, server: Server | Cluster, seeded: dict[str, Any]) -> None:
        self.server = server
        self.seeded = seeded
        self.live: str = seeded["rooms"]["live"]
        self.rehearsal: str = seeded["rooms"]["rehearsal"]
        staff = seeded["staff"]
        self.console = Client(server.base_url, "console").sign_in(staff["email"], staff["password"])
        self.people = {p["id"]: p for p in seeded["people"]}
        self.devices = {p["id"]: Client(server.base_url, p["name"]).join(p["token"]) for p in seeded["people"]}

    def of_role(self, role: str) -> list[Client]:
        return [self.devices[p["id"]] for p in self.seeded["people"] if p["role"] == role]

    @property
    def team(self) -> list[Client]:
        return self.of_role("team_member")

    @property
    def loved_one(self) -> Client:
        return self.of_role("loved_one")[0]

    @property
    def observer(self) -> Client:
        return self.of_role("observer")[0]

    @property
    def phones(self) -> list[Client]:
        """Everybody with a place in the room who is no professional."""
        return [*self.team, self.loved_one, self.observer]

    def gather(self, room: str, phones: list[Client] | None = None) -> "Family":
        """Everybody in the waiting room, let in, and the room open."""
        self.console.connect(room)
        for phone in phones if phones is not None else self.phones:
            phone.connect(room)
            self.console.do("admit", person=phone.person)
        self.console.do("open_room")
        for phone in phones if phones is not None else self.phones:
            phone.wait_for(lambda s: s.get("room", {}).get("state") == "live")
        return self

    def close(self) -> None:
        for device in (self.console, *self.devices.values()):
            device.close()


@contextmanager
def a_family(server: Server | Cluster) -> Iterator[Family]:
    family = Family(server, server.seed())
    try:
        yield family
    finally:
        family.close()
