"""What runs out before the meeting is on the first page in time."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db
from facilitator.people import service as people
from facilitator.people.board import Alert, dashboard
from facilitator.people.roles import Role
from tests.people.doors import HTML, a_member_of_staff, sign_in
from tests.referral.families import an_outcome, say_yes


@pytest.fixture
def family(app: Flask) -> Seeded:
    return seed.families(1, totp=False)[0]


def alarms(family: Seeded, later: timedelta = timedelta()) -> list[Alert]:
    with db.reading() as tx:
        account = people.account_by_email(tx, family.staff.email)
    assert account is not None
    with time_machine.travel(clock.now() + later, tick=False):
        return [alert for alert in dashboard(people.AccountId(account.id)).alerts if alert.grave]


def test_a_ready_family_rings_no_alarm(family: Seeded) -> None:
    assert alarms(family) == []


@pytest.mark.parametrize(
    ("later", "items"),
    [
        (timedelta(hours=23), []),
        (timedelta(hours=25), ["transport"]),
        (timedelta(hours=73), ["transport", "line"]),
        (timedelta(days=8), ["bed", "transport", "line"]),
    ],
    ids=str,
)
def test_time_alone_rings_them_one_after_another(family: Seeded, later: timedelta, items: list[str]) -> None:
    found = alarms(family, later)
    assert [alert.href for alert in found] == [f"/cases/{family.case}/referral?at={item}#{item}" for item in items]
    assert all("Call" in alert.text for alert in found)


def test_the_page_shows_the_alarm_and_the_way_to_put_it_right(client: FlaskClient, family: Seeded) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        sign_in(client, email=family.staff.email, password=family.staff.password)
        page = client.get("/", headers=HTML).text
    assert "notice--danger" in page
    assert f'href="/cases/{family.case}/referral?at=transport#transport"' in page
    assert "The driver has not confirmed today" in page


def test_once_the_yes_is_out_the_board_tells_and_not_the_alarm(family: Seeded) -> None:
    assert say_yes(family, an_outcome()).released
    assert alarms(family, timedelta(days=8)) == []


def test_an_observer_is_not_rung_for_what_they_cannot_change(family: Seeded) -> None:
    account = a_member_of_staff("trainee@practice.test")
    with db.writing() as tx:
        people.add_person(tx, people.NewPerson(family.case, Role.OBSERVER, "Kim", account_id=account))
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        seen = dashboard(account)
    assert seen.cases
    assert [alert for alert in seen.alerts if alert.grave] == []
