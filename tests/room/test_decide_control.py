"""Exactly one person leads the meeting, and passes it on by offering."""

import pytest

from facilitator.infra.ids import PersonId
from facilitator.room import commands as ask
from facilitator.room import events as did
from tests.makers import a_room

COOP, INES = map(PersonId, ("coop", "ines"))


def test_control_passes_when_it_is_taken_not_when_it_is_offered():
    meeting = a_room()
    assert meeting.asks("ines", ask.HandOver(COOP)) == [did.ControlOffered(COOP)]
    assert (meeting.state.controller, meeting.state.offered_to) == (INES, COOP)
    assert meeting.asks("coop", ask.TakeControl()) == [did.ControlTaken(COOP)]
    assert (meeting.state.controller, meeting.state.offered_to) == (COOP, None)


def test_control_cannot_be_taken_without_an_offer():
    assert a_room().refuses("coop", ask.TakeControl()) == "not_allowed"


def test_an_offer_can_be_taken_once():
    meeting = a_room()
    meeting.asks("ines", ask.HandOver(COOP))
    meeting.asks("coop", ask.TakeControl())
    assert meeting.asks("coop", ask.TakeControl()) == []
    assert meeting.refuses("ines", ask.TakeControl()) == "not_allowed"


@pytest.mark.parametrize("person", ["ruth", "dan", "olive"])
def test_the_meeting_is_handed_to_professionals_only(person: str):
    assert a_room().refuses("ines", ask.HandOver(PersonId(person))) == "not_allowed"


def test_the_meeting_is_not_handed_to_somebody_who_is_not_here():
    assert a_room(gone={"coop": "left"}).refuses("ines", ask.HandOver(COOP)) == "not_admitted"


def test_an_offer_lapses_when_its_receiver_leaves():
    meeting = a_room()
    meeting.asks("ines", ask.HandOver(COOP))
    meeting.asks("coop", ask.Leave())
    assert meeting.state.offered_to is None


def test_offering_again_or_to_oneself_changes_nothing():
    meeting = a_room()
    assert meeting.asks("ines", ask.HandOver(INES)) == []
    meeting.asks("ines", ask.HandOver(COOP))
    assert meeting.asks("ines", ask.HandOver(COOP)) == []
