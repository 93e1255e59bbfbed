"""A practice with one member of staff and one family."""

from collections.abc import Iterator

import pytest
from flask import Flask

from facilitator.infra import broadcast
from facilitator.infra.ids import AccountId
from tests.people.doors import Family, Sockets, a_family, a_member_of_staff


@pytest.fixture
def dana(app: Flask) -> AccountId:
    return a_member_of_staff()


@pytest.fixture
def family(dana: AccountId) -> Family:
    return a_family(dana)


@pytest.fixture
def sockets(app: Flask) -> Iterator[Sockets]:
    assert broadcast.everybody() == []
    made = Sockets(app)
    yield made
    for connection in broadcast.everybody():
        broadcast.leave(connection.sid)
