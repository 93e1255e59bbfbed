"""Whoever connects to a room is looked up anew each time, and shown together with whoever else has come."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from facilitator.infra import broadcast, db
from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused
from facilitator.people import service as people
from facilitator.room import entering, live, service
from facilitator.room.arrivals import GATHERING_S, Arrivals
from tests.people.doors import SAME_ORIGIN, Family, Sockets, join, sign_in


class Door:
    """What the socket server does when somebody connects, with its tasks run when the test says so."""

    def __init__(self, app: Flask, family: Family, sockets: Sockets) -> None:
        self.family = family
        self._app = app
        self._sockets = sockets
        self._tasks: list[Callable[[], None]] = []
        self.slept_s: list[float] = []
        self.arrivals = Arrivals(self._tasks.append, self.slept_s.append)

    def connect(self, name: str, cookie: str = "", **auth: str) -> None:
        hello = {"room": self.family.live, **auth}
        if not cookie and not auth:
            hello["token"] = self.family.tokens[name]
        headers = {"Cookie": cookie} if cookie else {}
        request = lambda: self._app.test_request_context("/socket.io/", headers=headers)  # noqa: E731
        self.arrivals.came(entering.enter(name, hello, request))

    def hang_up(self, name: str) -> None:
        left = broadcast.leave(name)
        assert left is not None
        self.arrivals.left(left.room)

    def run_next(self) -> None:
        self._tasks.pop(0)()

    def run(self) -> None:
        while self._tasks:
            self.run_next()

    def views(self, name: str) -> list[Any]:
        return [payload for sid, event, payload in self._sockets.told if (sid, event) == (name, "view")]


@pytest.fixture
def door(app: Flask, family: Family, sockets: Sockets) -> Iterator[Door]:
    live.forget()
    yield Door(app, family, sockets)
    live.forget()


@pytest.fixture
def console(app: Flask, family: Family) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client).status_code == 200
    return client


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the watch had just looked."""
    monkeypatch.setattr(live, "_watched_at_s", time.monotonic())


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("facilitator_session")
    assert found is not None
    return f"{found.key}={found.value}"


def code_of(refusal: "pytest.ExceptionInfo[Refused]") -> str:
    return refusal.value.code


@contextmanager
def statements() -> Iterator[list[str]]:
    """All that is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    yield asked
    event.remove(db.engine(), "before_cursor_execute", note)


def reads_of(table: str, asked: list[str]) -> int:
    return sum(f"FROM {table}" in statement for statement in asked)


def revoke(console: FlaskClient, person: PersonId) -> None:
    assert console.delete(f"/people/{person}/invitation", headers=SAME_ORIGIN).status_code == 200


def test_several_that_come_in_one_turn_cost_the_others_one_showing(door: Door, console: FlaskClient):
    door.connect("Dana", cookie_of(console))
    door.run()
    assert len(door.views("Dana")) == 1
    for name in ("Ana", "Ben", "Rosa"):
        door.connect(name)
    door.run()
    assert len(door.views("Dana")) == 2
    assert [len(door.views(name)) for name in ("Ana", "Ben", "Rosa")] == [1, 1, 1]


def test_several_that_go_in_one_turn_cost_one_showing(door: Door, console: FlaskClient):
    door.connect("Dana", cookie_of(console))
    for name in ("Ana", "Ben", "Rosa"):
        door.connect(name)
    door.run()
    before = len(door.views("Dana"))
    for name in ("Ana", "Ben", "Rosa"):
        door.hang_up(name)
    door.run()
    assert len(door.views("Dana")) == before + 1


def test_a_newcomer_is_not_made_to_wait_for_the_others(door: Door, console: FlaskClient):
    door.connect("Dana", cookie_of(console))
    door.run()
    assert door.slept_s == [GATHERING_S, 0]
    door.connect("Ben")
    door.run_next()
    assert [view["sections"].keys() for view in door.views("Ben")] == [{"me"}]  # as it is before they are admitted
    assert len(door.views("Dana")) == 1
    door.run()
    assert len(door.views("Dana")) == 2


def test_everybody_sees_who_is_there_once_all_have_come_and_gone(door: Door, console: FlaskClient):
    door.connect("Dana", cookie_of(console))
    for name in ("Ana", "Ben", "Rosa"):
        door.connect(name)
    door.hang_up("Ben")
    door.run()
    shown = {each["id"]: each["connected"] for each in door.views("Dana")[-1]["sections"]["people"]}
    names = {person: name for name, person in door.family.people.items()}
    assert {names[person] for person, connected in shown.items() if connected} == {"Dana", "Ana", "Rosa"}


def test_a_room_that_cannot_be_shown_does_not_keep_the_others_waiting(door: Door, monkeypatch):
    shown = []

    def show(room: str) -> None:
        shown.append(room)
        raise RuntimeError("broken")

    monkeypatch.setattr(service, "welcome", show)
    door.connect("Ana")
    door.arrivals.came(door.family.rehearsal)
    door.run()
    assert set(shown) == {door.family.live, door.family.rehearsal}


def test_a_revoked_link_is_refused_at_its_next_connection_though_the_room_is_in_memory(
    door: Door, console: FlaskClient
):
    door.connect("Ana")
    door.connect("Ben")
    door.run()
    revoke(console, door.family.people["Ana"])
    assert door.family.live in live.here()
    with pytest.raises(Refused) as refusal:
        door.connect("Ana")
    assert code_of(refusal) == "not_signed_in"
    assert {each.sid for each in broadcast.everybody()} == {"Ben"}


def test_a_link_that_is_revoked_while_its_owner_comes_in_lets_nobody_in(door: Door):
    """The room is read between the look at the link and the entrance, and that takes its time."""
    ana = door.family.people["Ana"]
    revoked = []

    def meanwhile(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM room_events" in statement and not revoked:
            revoked.append(ana)
            with db.writing() as tx:
                people.revoke_invitations(tx, ana)
            broadcast.disconnect(person=ana, code="revoked")

    event.listen(db.engine(), "before_cursor_execute", meanwhile)
    with pytest.raises(Refused) as refusal:
        door.connect("Ana")
    event.remove(db.engine(), "before_cursor_execute", meanwhile)
    assert revoked == [ana]
    assert code_of(refusal) == "not_signed_in"
    assert broadcast.everybody() == []


def test_a_link_to_another_meeting_a_driver_and_an_unknown_room_are_refused(door: Door, dana):
    with pytest.raises(Refused) as refusal:
        door.connect("Sam")
    assert code_of(refusal) == "not_allowed"
    with pytest.raises(Refused) as refusal:
        entering.enter("Ana", {"room": "nowhere", "token": door.family.tokens["Ana"]}, None)  # type: ignore[arg-type]
    assert code_of(refusal) == "not_found"
    with pytest.raises(Refused) as refusal:
        door.connect("Ana", token="x" * 43)
    assert code_of(refusal) == "not_signed_in"


def test_a_cookie_lets_in_until_its_owner_signs_out(app: Flask, door: Door, console: FlaskClient):
    kept = cookie_of(console)
    door.connect("Dana", kept)
    assert broadcast.connection("Dana").person == door.family.people["Dana"]  # type: ignore[union-attr]
    assert broadcast.connection("Dana").sign_in is not None  # type: ignore[union-attr]
    assert console.post("/sign-out", headers=SAME_ORIGIN).status_code in (200, 302, 303)
    assert broadcast.everybody() == []
    with pytest.raises(Refused) as refusal:
        door.connect("Dana", kept)
    assert code_of(refusal) == "not_signed_in"


def test_a_phone_comes_in_by_the_seat_that_it_names(app: Flask, door: Door):
    phone = app.test_client()
    for name in ("Ana", "Ben"):
        assert join(phone, token=door.family.tokens[name]).status_code == 200
    door.connect("phone", cookie_of(phone), seat=door.family.people["Ana"])
    assert broadcast.connection("phone").person == door.family.people["Ana"]  # type: ignore[union-attr]
    with pytest.raises(Refused) as refusal:
        door.connect("other", cookie_of(phone), seat=door.family.people["Rosa"])
    assert code_of(refusal) == "not_signed_in"


def test_a_connection_to_a_room_in_memory_asks_the_database_for_the_link_alone(door: Door):
    door.connect("Ana")
    door.run()
    with statements() as asked:
        door.connect("Ben")
        door.run()
    assert [each for each in asked if "BEGIN" not in each] == [each for each in asked if "invitations" in each]
    assert reads_of("invitations", asked) == 1


def test_whoever_is_the_last_to_go_costs_nothing(door: Door):
    door.connect("Ana")
    door.run()
    with statements() as asked:
        door.hang_up("Ana")
        door.run()
    assert asked == []


def test_after_a_stumble_what_surrounds_a_watched_room_is_not_read_anew(door: Door, watched: None):
    door.connect("Ana")
    door.hang_up("Ana")
    with statements() as asked:
        door.connect("Ana")
        door.run()
    assert reads_of("room_events", asked) == 1  # the log is looked at all the same
    assert reads_of("cases", asked) == 0


@pytest.mark.parametrize("why", ["nobody watches", "something moved", "a page changed something", "long ago"])
def test_but_it_is_where_it_may_have_changed(
    door: Door, console: FlaskClient, watched: None, monkeypatch: pytest.MonkeyPatch, why: str
):
    door.connect("Ana")
    if why == "something moved":
        live.doubt([door.family.live])
    elif why == "a page changed something":
        assert console.post("/sign-out", headers=SAME_ORIGIN).status_code in (200, 302, 303)
    door.hang_up("Ana")
    if why == "nobody watches":
        monkeypatch.setattr(live, "_watched_at_s", live.NEVER_S)
    elif why == "long ago":
        monkeypatch.setattr(live, "STUMBLE_S", 0.0)
    with statements() as asked:
        door.connect("Ana")
        door.run()
    assert reads_of("cases", asked) == 1


@contextmanager
def most_connections() -> Iterator[list[int]]:
    """How many connections to the database were in use after each that was taken."""
    in_use: list[int] = []
    now = 0

    def taken(*_: Any) -> None:
        nonlocal now
        now += 1
        in_use.append(now)

    def given_back(*_: Any) -> None:
        nonlocal now
        now -= 1

    pool = db.engine().pool
    event.listen(pool, "checkout", taken)
    event.listen(pool, "checkin", given_back)
    yield in_use
    event.remove(pool, "checkout", taken)
    event.remove(pool, "checkin", given_back)


def test_whoever_comes_by_cookie_never_holds_one_connection_and_waits_for_another(
    door: Door, console: FlaskClient, family: Family
):
    """A crowd that did would take them all, and nobody would ever get a second."""
    live.forget()
    with most_connections() as in_use:
        door.connect("Dana", cookie_of(console))
    assert set(in_use) == {1}
    live.forget()
    with most_connections() as in_use:
        assert console.get(f"/rooms/{family.live}/view").status_code == 200
    assert set(in_use) == {1}
