"""The command `python -m facilitator.language`: one JSON answer a line, at once, whatever comes in."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def command() -> Iterator["subprocess.Popen[str]"]:
    program = [sys.executable, "-m", "facilitator.language"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as running:
        yield running
        assert running.stdin
        running.stdin.close()
        assert running.wait(20) == 0


def _ask(command: "subprocess.Popen[str]", line: str) -> Any:
    assert command.stdin
    assert command.stdout
    command.stdin.write(line + "\n")
    command.stdin.flush()
    return json.loads(command.stdout.readline())


def test_a_line_is_answered_before_the_next_is_sent(command: "subprocess.Popen[str]") -> None:
    text = "You are a liar and a coward."
    answer = _ask(command, json.dumps({"id": "a", "text": text}))

    assert answer["id"] == "a"
    assert answer["flag"] is True
    assert 0 < answer["score"] <= 1
    assert "contempt" in answer["categories"]
    assert answer["severity"] in {2, 3}
    assert "liar" in text[answer["spans"][0]["start"] : answer["spans"][0]["end"]]
    assert answer["why"]
    assert answer["suggestion"].startswith("When ")


def test_a_kind_line_is_answered_with_no_finding(command: "subprocess.Popen[str]") -> None:
    answer = _ask(command, json.dumps({"id": 7, "text": "I am glad you came, Sam."}))

    assert (answer["id"], answer["flag"], answer["severity"]) == (7, False, 0)
    assert (answer["categories"], answer["spans"]) == ([], [])
    assert (answer["why"], answer["suggestion"]) == ("", "")


def test_the_role_of_the_speaker_is_heeded(command: "subprocess.Popen[str]") -> None:
    line = {"id": "b", "text": "You are a liar and a coward.", "speaker_role": "loved_one"}

    assert _ask(command, json.dumps(line))["flag"] is False


def test_earlier_utterances_are_heeded(command: "subprocess.Popen[str]") -> None:
    line = {"id": "c", "text": "ruin every holiday we had", "register": "spoken", "before": ["and you always"]}

    assert _ask(command, json.dumps(line))["flag"] is True


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "{}",
        '{"id": "x"}',
        '{"id": "x", "text": 5}',
        '{"id": "x", "text": "", "register": "sung"}',
    ],
)
def test_a_line_that_cannot_be_read_gets_an_error_and_the_next_an_answer(
    command: "subprocess.Popen[str]", line: str
) -> None:
    answer = _ask(command, line)

    assert answer["id"] is None
    assert "id" in answer["error"]
    assert _ask(command, json.dumps({"id": "next", "text": "Hello."}))["id"] == "next"
