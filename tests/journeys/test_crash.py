"""Killed as by a power cut, and started again: what was acknowledged is there, and the phones come back."""

import time
import uuid
from collections.abc import Callable

import pytest

from tests.journeys.clients import speech
from tests.journeys.family import a_family
from tests.journeys.test_main_job import Facility, facility
from tests.servers import Server

__all__ = ["facility"]

KEPT = ("room", "floor", "queue", "totals", "plan", "outcome", "flags", "captions", "signals", "notes", "cues")


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, running_server: Callable[..., Server], facility: Facility) -> Server:
    return running_server("eventlet", request.param, FACILITY_PRIMARY_URL=facility.url)


def test_killed_in_the_middle_of_a_turn_everything_acknowledged_is_still_there(server: Server) -> None:
    with a_family(server) as family:
        ana, ben, cara = family.team[:3]
        family.gather(family.live, phones=[ana, ben, cara, family.loved_one])
        for phone in (ana, ben, cara):
            phone.do("raise_hand")
        family.console.do("grant_turn", person=ana.person, limit_s=90)
        family.console.do("extend_turn", by_s=30)
        ana.do("hear_segment", **speech("You are a junkie."))
        family.console.do("take_note", text="Ana is close to tears.")
        family.console.do("pause")
        last = family.console.do("resume")
        before = family.console.view()
        assert before["seq"] == last

        server.kill9()
        phones = (ana, ben, cara, family.loved_one)
        for phone in phones:
            phone.received.clear()
        server.start()
        came_back = time.monotonic()
        for phone in phones:
            phone.wait_for(lambda _, p=phone: p.received and "floor" in p.received[0]["sections"])
        assert time.monotonic() - came_back < 5

        after = family.console.view()
        assert after["seq"] == before["seq"]
        assert _kept(after["sections"]) == _kept(before["sections"])
        assert ana.sections["floor"] == before["sections"]["floor"]
        assert "agree with their logs" in server.flask("room", "verify")
        ana.do("yield_turn")
        assert cara.wait_for(lambda s: s["floor"]["holder"] is None)["queue"] == [ben.person, cara.person]


def test_killed_right_after_yes_was_acknowledged_the_heads_up_still_arrives_once(
    server: Server, facility: Facility
) -> None:
    with a_family(server) as family:
        family.gather(family.live, phones=[family.team[0], family.loved_one])
        family.console.do("present_plan")
        same = str(uuid.uuid4())
        answer = family.console.ask("record_outcome", same, kind="accepts")
        server.kill9()
        assert answer["ok"]
        server.start()
        facility.wait_for(1)
        family.loved_one.wait_for(lambda s: s.get("outcome") and s["outcome"]["kind"] == "accepts")
        again = family.console.post("record_outcome", same, kind="accepts")
        assert again.json() == answer
        time.sleep(1)  # time enough for a second one to arrive, if there were one
        assert len({headers["webhook-id"] for headers, _, _ in facility.arrived}) == 1


def _kept(sections: dict[str, object]) -> dict[str, object]:
    kept = {name: sections[name] for name in KEPT}
    room = dict(kept["room"])  # type: ignore[call-overload]
    room.pop("server_now")
    return {**kept, "room": room}
