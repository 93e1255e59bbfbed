"""Whether the process lives, and whether it is ready."""

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text

from facilitator.infra import clock, db, outbox
from facilitator.infra.health import STUCK_AFTER_S


def test_it_lives(client: FlaskClient):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"ok": True})


def test_it_is_ready(client: FlaskClient):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "ok": True,
        "database": True,
        "migrations": True,
        "outbox": True,
        "outbox_due_s": None,
        "outbox_dead": 0,
        "redis": None,
        "workers": 1,
    }


def test_it_is_not_ready_without_its_database(client: FlaskClient):
    db.configure("sqlite:////nowhere/at/all.db")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] is False
    assert client.get("/healthz").status_code == 200


def test_it_is_not_ready_before_the_migrations(client: FlaskClient):
    with db.writing() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["migrations"] is False


def test_it_is_not_ready_without_any_migration(client: FlaskClient):
    with db.writing() as tx:
        tx.execute(text("DELETE FROM alembic_version"))
    assert client.get("/readyz").get_json()["migrations"] is False


def test_it_stays_ready_when_a_newer_version_has_migrated(client: FlaskClient):
    with db.writing() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = 'of_next_year'"))
    assert client.get("/readyz").status_code == 200


def test_it_is_not_ready_while_messages_pile_up(client: FlaskClient):
    with db.writing() as tx:
        outbox.enqueue(tx, [outbox.Message("key", "text", "people:a", "{}", "subject")])
    assert client.get("/readyz").status_code == 200
    with time_machine.travel(clock.now() + timedelta(seconds=STUCK_AFTER_S + 1)):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["outbox"] is False
    assert answer.get_json()["outbox_due_s"] > STUCK_AFTER_S


def test_messages_that_were_given_up_are_shown_for_a_day_and_it_stays_ready(client: FlaskClient):
    with db.writing() as tx:
        outbox.enqueue(tx, [outbox.Message("key", "text", "people:a", "{}", "subject")])
        claimed = outbox.claim(tx, clock.now(), "lease")
        assert claimed is not None
        assert outbox.settle(tx, claimed, outbox.State.DEAD, clock.now(), "status 410")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["outbox_dead"]) == (200, 1)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert client.get("/readyz").get_json()["outbox_dead"] == 0
