"""What a device of the fault runs does with answers: "not now" is asked again, "no" is not."""

import random

import pytest

from benchmarks.load import wire
from benchmarks.load.client import Asked
from benchmarks.load.line import Person
from benchmarks.load.phone import PAUSES_S, Phone, Waiting
from benchmarks.load.way import Way
from benchmarks.load.wire import Answer

NUMBER = 1
YES, NO = Answer(True, 7), Answer(False, error={"code": "not_your_turn"})
LATER = Answer(False, error={"code": "not_saved"})


@pytest.fixture
def phone() -> Phone:
    made = Phone(Person(("127.0.0.1", 1)), "room", "ruth", "team_member", Way("/socket.io", random.Random(1)))
    frame = wire.command(NUMBER, "c-1", "raise_hand", {})
    made.asked[NUMBER] = Asked("c-1", "raise_hand", "ruth", 0.0, frame)
    made.waiting[NUMBER] = Waiting(made.asked[NUMBER])
    return made


def test_what_was_not_saved_is_asked_again_later_each_time(phone: Phone):
    for pause_s in PAUSES_S:
        phone.answered(10.0, NUMBER, LATER)
        assert phone.waiting[NUMBER].again_s == 10.0 + pause_s
    assert phone.put_off == {"not_saved": len(PAUSES_S)}
    assert [asked.id for asked in phone.unanswered()] == ["c-1"]


def test_a_no_is_an_answer(phone: Phone):
    phone.answered(10.0, NUMBER, NO)
    assert (phone.waiting, phone.unanswered(), phone.acks) == ({}, [], [])


@pytest.mark.parametrize("answers", [(YES, NO), (NO, YES), (YES, YES)])
def test_every_promise_is_kept_and_none_is_overruled(phone: Phone, answers: tuple[Answer, Answer]):
    for at_s, answer in enumerate(answers):
        phone.answered(float(at_s), NUMBER, answer, by_http=at_s == 1)
    assert len(phone.acks) == answers.count(YES)
    assert phone.answers[NUMBER][1] == YES


def test_a_command_goes_by_http_as_it_goes_by_the_socket():
    for args in ({}, {"text": "x" * 200}):
        frame = wire.command(NUMBER, "c-1", "take_note", args)
        assert wire.msgspec.json.decode(wire.body(frame)) == {"id": "c-1", "name": "take_note", "args": args}
