"""A command that comes while its connection is being closed is not lost: it is to be sent once more."""

from typing import Any

from flask import Flask

from facilitator.infra import broadcast, ids
from facilitator.infra.broadcast import Connection
from facilitator.infra.ids import PersonId, RoomId

SID = "closing"


def test_on_a_closing_connection_a_command_is_answered_not_now(app: Flask) -> None:
    connection = Connection(SID, RoomId(ids.new_id()), PersonId(ids.new_id()), None)
    connection.closing = True
    broadcast.enter(connection)
    answers: list[dict[str, Any]] = []
    try:
        body = {"id": ids.new_id(), "name": "raise_hand", "args": {}}
        app.extensions["hot_events"]["command"](SID, body, answers.append)
    finally:
        broadcast.leave(SID)
    assert [answer["error"]["code"] for answer in answers] == ["not_saved"]
