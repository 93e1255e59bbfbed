"""Sign-in codes of an authenticator app: each lets in once."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from facilitator.infra import clock, db
from facilitator.people.tables import Account
from tests.people.doors import a_member_of_staff, is_signed_in, sign_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def guarded(app: Flask) -> str:
    return a_member_of_staff(totp_secret=SECRET)


@pytest.fixture
def in_mid_step() -> Iterator[None]:
    """No step of thirty seconds ends while this test runs."""
    now = clock.now()
    with time_machine.travel(now.replace(second=now.second // 30 * 30 + 10), tick=True):
        yield


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def test_password_and_code_let_in(client: FlaskClient, guarded: str):
    assert sign_in(client, totp=code_at(clock.now())).status_code == 200
    assert is_signed_in(client)


def test_a_code_may_be_typed_in_two_groups(client: FlaskClient, guarded: str):
    code = code_at(clock.now())
    assert sign_in(client, totp=f"{code[:3]} {code[3:]}").status_code == 200


@pytest.mark.parametrize("totp", ["", "000000x", "abcdef", "١٢٣٤٥٦", "12345"])
def test_the_password_alone_does_not(client: FlaskClient, guarded: str, totp: str):
    assert sign_in(client, totp=totp).status_code == 401
    assert sign_in(client).status_code == 401
    assert not is_signed_in(client)


def test_a_code_that_was_used_is_worthless(app: Flask, client: FlaskClient, guarded: str):
    code = code_at(clock.now())
    assert sign_in(client, totp=code).status_code == 200
    assert sign_in(app.test_client(), totp=code).status_code == 401


@pytest.mark.usefixtures("in_mid_step")
def test_a_code_older_than_one_that_was_used_is_worthless(client: FlaskClient, guarded: str):
    now = clock.now()
    assert sign_in(client, totp=code_at(now)).status_code == 200
    assert sign_in(client, totp=code_at(now - timedelta(seconds=30))).status_code == 401
    assert sign_in(client, totp=code_at(now + timedelta(seconds=30))).status_code == 200


@pytest.mark.usefixtures("in_mid_step")
def test_a_clock_half_a_minute_off_is_forgiven_and_more_is_not(client: FlaskClient, guarded: str):
    now = clock.now()
    assert sign_in(client, totp=code_at(now - timedelta(seconds=90))).status_code == 401
    assert sign_in(client, totp=code_at(now + timedelta(seconds=90))).status_code == 401
    assert sign_in(client, totp=code_at(now - timedelta(seconds=30))).status_code == 200


def test_a_wrong_password_does_not_spend_the_code(client: FlaskClient, guarded: str):
    code = code_at(clock.now())
    assert sign_in(client, password="wrong", totp=code).status_code == 401
    assert sign_in(client, totp=code).status_code == 200


def test_of_two_at_the_same_moment_one_comes_in(app: Flask, guarded: str):
    code = code_at(clock.now())
    start, statuses = threading.Barrier(4), []

    def race() -> None:
        start.wait()
        statuses.append(sign_in(app.test_client(), totp=code).status_code)

    racers = [threading.Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(statuses) == [200, 401, 401, 401]


def test_guessing_codes_is_throttled_like_guessing_passwords(client: FlaskClient, guarded: str):
    assert [sign_in(client, totp=f"{n:06d}").status_code for n in range(10)] == [401] * 10
    assert sign_in(client, totp=code_at(clock.now())).status_code == 429
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert sign_in(client, totp=code_at(clock.now())).status_code == 200


def test_the_secret_is_sealed_at_rest(guarded: str):
    with db.reading() as tx:
        kept = tx.get_one(Account, guarded).totp_secret
    assert kept is not None
    assert SECRET.encode() not in kept
