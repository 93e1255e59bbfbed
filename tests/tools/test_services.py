"""The services that tests stand on are real and private to one run."""

import pytest
from sqlalchemy import create_engine, text

from tests import services


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_postgresql_is_as_careful_as_in_earnest(database_url: str):
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW fsync")) == "on"
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    engine.dispose()


def test_redis_answers_until_it_is_stopped_and_again_when_it_is_back():
    with services.redis() as server:
        assert services.redis_answers(server.port)
        server.stop()
        assert not services.redis_answers(server.port)
        assert services.redis_answers(server.start().port)
