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


def test_redis_answers(redis_url: str):
    port = int(redis_url.rsplit(":", 1)[1].split("/")[0])
    assert services.redis_answers(port)
    assert not services.redis_answers(port + 1)
