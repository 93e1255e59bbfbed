"""The professional hands out links, renews them and takes them back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from facilitator.infra import db
from facilitator.people import service as people
from facilitator.people.roles import Role
from tests.people.doors import SAME_ORIGIN, Family, Sockets, a_member_of_staff, join, may_see, seat_of, sign_in


def renew(client: FlaskClient, person: str) -> TestResponse:
    return client.post(f"/people/{person}/invitation", headers=SAME_ORIGIN)


def revoke(client: FlaskClient, person: str) -> TestResponse:
    return client.delete(f"/people/{person}/invitation", headers=SAME_ORIGIN)


@pytest.fixture
def console(app: Flask, family: Family) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client).status_code == 200
    return client


def test_a_new_link_works_and_the_old_one_does_not(app: Flask, console: FlaskClient, family: Family):
    answer = renew(console, family.people["Ana"])
    assert answer.status_code == 200
    url = answer.get_json()["join_url"]
    start, token = url.split("#")
    assert start == f"{app.config['PUBLIC_URL']}/join"
    assert join(app.test_client(), token=family.tokens["Ana"]).status_code == 410
    assert join(app.test_client(), token=token).status_code == 200


def test_the_qr_code_is_an_image_without_script_or_style(console: FlaskClient, family: Family):
    svg = renew(console, family.people["Ana"]).get_json()["qr_svg"]
    assert svg.startswith("<svg ")
    assert svg.endswith("</svg>")
    assert not {"<script", "style=", "onload", "href"} & set(svg.split())


def test_a_revoked_link_is_dead_and_closes_the_sockets(
    app: Flask, console: FlaskClient, family: Family, sockets: Sockets
):
    phone, ana = app.test_client(), family.people["Ana"]
    join(phone, token=family.tokens["Ana"])
    sockets.open("phone", family.live, ana, seat_of(ana).id)
    sockets.open("by bare link", family.live, ana, None)
    sockets.open("ben", family.live, family.people["Ben"], None)
    assert revoke(console, ana).status_code == 200
    assert sorted(sockets.closed) == ["by bare link", "phone"]
    assert {payload["code"] for _, _, payload in sockets.told} == {"revoked"}
    assert not may_see(phone, family.live)
    assert join(phone, token=family.tokens["Ana"]).status_code == 410
    with db.reading() as tx:
        assert people.person_by_token(tx, family.tokens["Ana"]) is None
        assert people.person_by_token(tx, family.tokens["Ben"]) is not None


def test_renewing_cuts_off_whoever_came_by_the_old_link(
    app: Flask, console: FlaskClient, family: Family, sockets: Sockets
):
    phone, ana = app.test_client(), family.people["Ana"]
    join(phone, token=family.tokens["Ana"])
    sockets.open("phone", family.live, ana, seat_of(ana).id)
    renew(console, ana)
    assert sockets.closed == ["phone"]
    assert not may_see(phone, family.live)


@pytest.mark.parametrize("act", [renew, revoke])
def test_only_the_professionals_of_the_case_may(app: Flask, family: Family, act):
    stranger = app.test_client()
    assert act(stranger, family.people["Ana"]).status_code == 401
    join(stranger, token=family.tokens["Ben"])
    assert act(stranger, family.people["Ana"]).status_code == 401
    for email, is_admin, role in (
        ("other@practice.test", False, None),
        ("admin@practice.test", True, None),
        ("trainee@practice.test", False, Role.OBSERVER),
    ):
        account = a_member_of_staff(email, is_admin=is_admin)
        if role is not None:
            with db.writing() as tx:
                people.add_person(tx, people.NewPerson(family.case, role, "Kim", account_id=account))
        colleague = app.test_client()
        assert sign_in(colleague, email=email).status_code == 200
        assert act(colleague, family.people["Ana"]).status_code == 404
    assert join(app.test_client(), token=family.tokens["Ana"]).status_code == 200


@pytest.mark.parametrize("act", [renew, revoke])
def test_a_co_facilitator_may(app: Flask, family: Family, act):
    account = a_member_of_staff("co@practice.test")
    with db.writing() as tx:
        people.add_person(tx, people.NewPerson(family.case, Role.CO_FACILITATOR, "Kim", account_id=account))
    colleague = app.test_client()
    sign_in(colleague, email="co@practice.test")
    assert act(colleague, family.people["Ana"]).status_code == 200


@pytest.mark.parametrize("act", [renew, revoke])
@pytest.mark.parametrize("person", ["nobody", "%00", "x" * 300, "%F0%9F%8C%BB"])
def test_an_unknown_person_is_not_found(console: FlaskClient, act, person: str):
    assert act(console, person).status_code == 404


def test_members_of_staff_have_no_link(console: FlaskClient, family: Family):
    assert renew(console, family.people["Dana"]).status_code == 403
