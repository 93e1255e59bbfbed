"""The load generator reads what a server sends, however the bytes are cut, and sends what a server takes."""

import pytest

from benchmarks.load import wire
from facilitator.infra import frames

LENGTHS = (1, 125, 126, 65_535, 65_536)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_message_is_whole_only_with_its_last_byte(length: int):
    payload = b"4" * length
    data = frames.frame(payload)
    for cut in {0, 1, 2, len(data) // 2, len(data) - 1} - {len(data)}:
        assert wire.messages(data[:cut]) == ([], 0)
    assert wire.messages(data + data[:1]) == ([payload], len(data))


def test_other_frames_are_passed_over():
    data = frames.frame(b"2") + frames.frame(b"", frames.Opcode.PONG) + frames.frame(b"40/room,{}")
    assert wire.messages(data) == ([b"2", b"40/room,{}"], len(data))


@pytest.mark.parametrize("length", LENGTHS[:4])
def test_what_it_sends_is_masked_as_a_client_must(length: int):
    sent = wire.frame(b"4" * length)
    heard: list[object] = []
    parser = frames.Parser(100_000)
    parser.feed(sent)
    while (message := parser.next()) is not None:
        heard.append(message)
    assert heard == ["4" * length]


def test_a_view_tells_who_has_the_floor_and_what_was_flagged():
    message = (
        b'42/room,["view",{"room":"r","seq":7,"sections":{"floor":{"holder":"ben","granted_at":null},"people":[],'
        b'"flags":[{"id":"f","segment":"s","text":"\\"seq\\":9"}]}}]'
    )
    assert wire.view(message) == wire.View("r", 7, frozenset({"floor", "flags"}), "ben", ("s",))


def test_an_answer_says_yes_or_why_not():
    assert wire.answer(b'43/room,12[{"ok":true,"seq":5}]') == (12, wire.Answer(True, 5))
    number, answer = wire.answer(b'43/room,3[{"ok":false,"error":{"code":"not_allowed","message":"No."}}]')
    assert (number, answer.ok, answer.error) == (3, False, {"code": "not_allowed", "message": "No."})
