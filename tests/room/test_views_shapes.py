"""What the sections hold: the names and values that screens and outside programs rely on."""

from datetime import timedelta

import pytest

from facilitator.infra.ids import CueId, PersonId
from facilitator.infra.times import iso
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room.commands import CueKind
from facilitator.room.phases import Condition, Phase
from facilitator.room.views import stamped
from tests.makers import BEGAN, a_room
from tests.room.canaries import a_room_at, sections

RUTH, BEN, DAN, COOP = map(PersonId, ("ruth", "ben", "dan", "coop"))
AT = iso(BEGAN)


def test_the_room_says_where_the_meeting_stands():
    meeting = a_room(phase=Phase.OFFER)
    assert sections(meeting, "ana")["room"] == {
        "id": "room",
        "kind": "live",
        "phase": "offer",
        "state": "live",
        "controller": "ines",
        "offered_to": None,
        "break_until": None,
        "paused_by": None,
        "opened_at": AT,
        "phase_since": AT,
        "label": "loved one",
    }


@pytest.mark.parametrize("condition", list(Condition))
def test_every_condition_is_named_to_everybody_inside(condition: Condition):
    assert sections(a_room(condition=condition), "dan")["room"]["state"] == condition


def test_a_pause_says_whose_it_is_and_a_break_until_when():
    meeting = a_room()
    meeting.asks("dan", ask.Pause())
    assert sections(meeting)["room"]["paused_by"] == "dan"
    meeting.asks("ines", ask.TakeBreak(10))
    assert sections(meeting)["room"]["break_until"] == iso(meeting.at + timedelta(minutes=10))


def test_everybody_knows_themselves_and_who_leads():
    assert sections(a_room(), "ana")["me"] == {
        "person": "ana",
        "role": "team_member",
        "name": "canary name of ana",
        "admitted": True,
        "standing": "admitted",
        "held_message": None,
        "ready": False,
        "controller": False,
        "facilitator": "canary name of ines",
        "kind": "live",
    }


def test_somebody_who_waits_has_the_message_for_them_until_they_are_let_in():
    meeting = a_room_at("told")
    mine = sections(meeting, "cara")["me"]
    assert (mine["standing"], mine["admitted"]) == ("waiting", False)
    assert mine["held_message"] == "canary message to cara"
    meeting.happens(did.PersonAdmitted(PersonId("cara")))
    assert sections(meeting, "cara")["me"]["held_message"] is None


def test_the_server_time_is_in_the_two_sections_from_which_clocks_are_set():
    now = BEGAN + timedelta(seconds=1.5)
    timed = stamped(sections(a_room_at("everything")), now)
    assert {name for name, section in timed.items() if "server_now" in (section or ())} == {"room", "me"}
    assert timed["room"]["server_now"] == "2026-03-01T17:00:01.500Z"


def test_stamping_leaves_the_sections_themselves_alone():
    """They are compared with what a client has: a time in them would make every view new."""
    plain = sections(a_room())
    stamped(plain, BEGAN)
    assert "server_now" not in plain["room"]


def test_the_floor_is_told_in_timestamps():
    meeting = a_room(speaking="ruth", limit_s=180)
    meeting.asks("ines", ask.ExtendTurn(30))
    meeting.wait(10)
    meeting.asks("ines", ask.Interpose(DAN))
    under = {
        "holder": "ruth",
        "granted_at": AT,
        "limit_s": 180,
        "paused_at": iso(meeting.at),
        "paused_total_ms": 0,
        "extended_s": 30,
    }
    turn = {
        **under,
        "holder": "dan",
        "granted_at": iso(meeting.at),
        "limit_s": 240,
        "paused_at": None,
        "extended_s": 0,
    }
    assert sections(meeting, "olive")["floor"] == {**turn, "interrupted": under}


def test_a_free_floor_has_no_holder_and_no_times():
    assert sections(a_room())["floor"] == {
        "holder": None,
        "granted_at": None,
        "limit_s": None,
        "paused_at": None,
        "paused_total_ms": 0,
        "extended_s": 0,
        "interrupted": None,
    }


def test_the_queue_and_the_totals_are_the_same_for_everybody():
    meeting = a_room(queue=["ana", "ben"], speaking="ruth")
    meeting.wait(9)
    meeting.asks("ruth", ask.YieldTurn())
    for viewer in ("ines", "ruth", "dan", "olive"):
        assert sections(meeting, viewer)["queue"] == ["ana", "ben"]
        assert sections(meeting, viewer)["totals"] == {"ruth": 9_000}


def test_people_say_who_is_connected_and_whose_hand_is_up():
    meeting = a_room()
    meeting.asks("ana", ask.RaiseHand())
    people = {person["id"]: person for person in sections(meeting, "ben")["people"]}
    assert {p for p, person in people.items() if person["connected"]} == {"ruth", "dan"}
    assert {p for p, person in people.items() if person["hand_since"]} == {"ana"}
    assert set(people["ana"]) == {"id", "name", "relation", "role", "standing", "connected", "hand_since"}


def test_the_plan_has_its_time_once_it_is_presented():
    assert sections(a_room())["plan"]["presented_at"] is None
    plan = sections(a_room_at("presented"), "dan")["plan"]
    assert plan["presented_at"] == AT
    assert set(plan) == {
        *("presented_at", "facility", "level", "steps", "leaves", "what_to_bring", "transport", "escort"),
        *("medication", "for_family"),
    }


def test_the_outcome_keeps_its_history():
    assert sections(a_room(), "dan")["outcome"] is None
    outcome = sections(a_room_at("amended"), "dan")["outcome"]
    assert outcome == {
        "id": "room-1",
        "kind": "needs_time",
        "at": AT,
        "by": "ines",
        "amended": [{"kind": "accepts", "at": AT, "by": "ines"}],
        "reopened": False,
    }


def test_the_family_sees_of_the_referral_only_that_it_moves():
    referral = sections(a_room_at("accepted"), "ana")["referral"]
    step = {"name": "facility", "label": "canary hand-off step", "state": "waiting", "at": None}
    assert referral == {"state": "armed", "steps": [step]}


def test_the_loved_one_also_sees_the_way_to_the_consent():
    referral = sections(a_room_at("accepted"), "dan")["referral"]
    assert (referral["consent"], referral["consent_page"]) == ("waiting", "/consent/canary referral id")
    assert set(referral) == {"state", "steps", "consent", "consent_page"}


def test_a_phone_shows_the_newest_cue_that_was_not_seen():
    meeting = a_room_at("told")
    meeting.happens(did.CueSent(CueId("cue-2"), RUTH, CueKind.BREATHE))
    assert sections(meeting, "ruth")["cue"] == {"id": "cue-2", "kind": "breathe", "text": None, "sent_at": AT}
    meeting.happens(did.CueWasSeen(CueId("cue-2")))
    assert sections(meeting, "ruth")["cue"]["id"] == "cue-ruth"
    meeting.happens(did.CueWasSeen(CueId("cue-ruth")))
    assert sections(meeting, "ruth")["cue"] is None


def test_a_statement_is_read_part_by_part_and_its_bottom_line_comes_with_the_reveal():
    before, after = (sections(a_room_at(stage), "ruth")["statement"] for stage in ("told", "revealed"))
    assert [part["name"] for part in before["parts"]] == ["love", "incident", "concern", "hope", "ask"]
    assert (before["words"], before["read_s"]) == (400, 180)
    assert (before["bottom_line"], after["bottom_line"]) == (None, "canary bottom line of ruth")


def test_revealing_for_somebody_without_a_bottom_line_shows_no_empty_card():
    meeting = a_room()
    meeting.asks("ines", ask.RevealBottomLine(BEN))
    assert sections(meeting, "ana")["revealed"] == []


def test_an_offer_of_control_is_on_the_room():
    meeting = a_room()
    meeting.asks("ines", ask.HandOver(COOP))
    assert sections(meeting, "coop")["room"]["offered_to"] == "coop"
