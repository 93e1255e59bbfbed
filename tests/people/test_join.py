"""Family and friends come in by their own link; the seat belongs to the person and moves between devices."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from facilitator.infra import clock, db, ids
from facilitator.people import service as people
from facilitator.people import sign_ins
from facilitator.people.tables import Invitation, SignIn
from facilitator.referral.tables import Facility, Referral
from facilitator.room.tables import Room
from tests.people.doors import SAME_ORIGIN, Family, Sockets, error_code, is_signed_in, join, may_see, seat_of


def test_looking_tells_whose_seat_it_is_and_spends_nothing(client: FlaskClient, family: Family):
    for _ in range(3):
        answer = client.post("/api/join/look", json={"token": family.tokens["Ana"]}, headers=SAME_ORIGIN)
        assert answer.status_code == 200
        told = answer.get_json()
        assert (told["name"], told["relation"], told["invited_by"]) == ("Ana", "sister", "Dana")
        assert clock.parse(told["when"]) <= clock.now()
    assert set(told) == {"name", "relation", "invited_by", "when"}
    with db.reading() as tx:
        assert tx.query(SignIn).all() == []
        assert {row.first_used_at for row in tx.query(Invitation)} == {None}


def test_a_preview_that_fetches_the_page_spends_nothing(client: FlaskClient, family: Family):
    page = client.get(f"/join#{family.tokens['Ana']}")
    assert page.status_code == 200
    assert client.get("/api/join").status_code == 405
    with db.reading() as tx:
        assert tx.query(SignIn).all() == []


def test_joining_gives_the_seat_and_says_where_to_go(client: FlaskClient, family: Family):
    ana = family.people["Ana"]
    answer = join(client, token=family.tokens["Ana"])
    assert answer.status_code == 200
    assert answer.get_json() == {
        "person": ana,
        "role": "team_member",
        "rooms": [family.live, family.rehearsal],
        "socket_path": "/socket.io",
        "page": f"/rooms/{family.live}?seat={ana}",
    }
    assert may_see(client, family.live)


def test_the_loved_one_is_never_shown_the_rehearsal(client: FlaskClient, family: Family):
    assert join(client, token=family.tokens["Rosa"]).get_json()["rooms"] == [family.live]


def test_a_driver_has_the_hand_off_instead_of_a_room(client: FlaskClient, family: Family):
    referral = a_referral(family)
    joined = join(client, token=family.tokens["Sam"]).get_json()
    assert joined["rooms"] == []
    assert joined["page"] == f"/handoff/{referral}?seat={family.people['Sam']}"


def test_before_anything_is_arranged_a_drivers_link_stays_unspent(client: FlaskClient, family: Family):
    answer = join(client, token=family.tokens["Sam"])
    assert (answer.status_code, error_code(answer)) == (409, "not_open")
    with db.reading() as tx:
        assert tx.query(SignIn).all() == []
        assert {row.first_used_at for row in tx.query(Invitation)} == {None}


def test_a_meeting_that_ended_comes_last(client: FlaskClient, family: Family):
    with db.writing() as tx:
        tx.get_one(Room, family.live).waiting_room_open = False
    joined = join(client, token=family.tokens["Ana"]).get_json()
    assert joined["rooms"] == [family.rehearsal, family.live]


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 200])
def test_a_link_that_never_was_and_one_that_was_taken_back_look_the_same(
    client: FlaskClient, family: Family, token: str
):
    with db.writing() as tx:
        people.revoke_invitations(tx, family.people["Ana"])
    unknown = join(client, token=token)
    revoked = join(client, token=family.tokens["Ana"])
    assert unknown.status_code == revoked.status_code == 410
    assert unknown.text == revoked.text
    looked = client.post("/api/join/look", json={"token": family.tokens["Ana"]}, headers=SAME_ORIGIN)
    assert looked.text == revoked.text


def test_only_the_digest_of_a_link_is_kept(family: Family):
    with db.reading() as tx:
        kept = {row.token_digest for row in tx.query(Invitation)}
    assert kept == {ids.digest(token) for token in family.tokens.values()}
    assert all(len(token) >= 22 for token in family.tokens.values()), "128 bits in base64"


def test_the_same_browser_joining_again_keeps_its_sign_in(client: FlaskClient, family: Family, sockets: Sockets):
    join(client, token=family.tokens["Ana"])
    before = seat_of(family.people["Ana"])
    sockets.open("phone", family.live, family.people["Ana"], before.id)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        join(client, token=family.tokens["Ana"])
    after = seat_of(family.people["Ana"])
    assert after.id == before.id
    assert after.expires_at > before.expires_at
    assert sockets.told == []


def test_a_second_device_takes_the_seat_over_and_the_first_is_told(
    app: Flask, client: FlaskClient, family: Family, sockets: Sockets
):
    ana, other_phone = family.people["Ana"], app.test_client()
    join(client, token=family.tokens["Ana"])
    join(other_phone, token=family.tokens["Ben"])
    sockets.open("old phone", family.live, ana, seat_of(ana).id)
    sockets.open("ben", family.live, family.people["Ben"], seat_of(family.people["Ben"]).id)
    assert join(other_phone, token=family.tokens["Ana"]).status_code == 200
    assert sockets.told == [("old phone", "gone", {"code": "moved"})]
    assert sockets.closed == ["old phone"]
    assert not may_see(client, family.live)
    assert may_see(other_phone, family.live, seat=ana)
    with db.reading() as tx:
        moved = people.revoked_since(tx, clock.now() - timedelta(minutes=1))
        assert [person for _, person in moved] == [ana]
        assert people.why_ended(tx, moved[0][0]) == "moved"


def test_the_first_device_can_take_it_back(app: Flask, client: FlaskClient, family: Family):
    other_phone = app.test_client()
    for device in (client, other_phone, client):
        assert join(device, token=family.tokens["Ana"]).status_code == 200
    assert may_see(client, family.live)
    assert not may_see(other_phone, family.live)


def test_a_seat_lasts_a_day_and_has_no_idle_limit(client: FlaskClient, family: Family):
    begun = clock.now()
    join(client, token=family.tokens["Ana"])
    with time_machine.travel(begun + timedelta(hours=23)):
        assert may_see(client, family.live)
    with time_machine.travel(begun + sign_ins.SEAT_LIFETIME + timedelta(minutes=1)):
        assert not may_see(client, family.live)


def test_many_may_join_from_one_address(app: Flask, family: Family):
    statuses = {join(app.test_client(), token=family.tokens["Ana"]).status_code for _ in range(60)}
    assert statuses == {200}


class TestSeveralSeatsInOneBrowser:
    """A couple shares a phone; a demonstration runs in tabs."""

    @pytest.fixture(autouse=True)
    def _both_joined(self, client: FlaskClient, family: Family) -> None:
        join(client, token=family.tokens["Ana"])
        join(client, token=family.tokens["Ben"])

    def test_each_tab_names_its_seat(self, client: FlaskClient, family: Family):
        for name in ("Ana", "Ben"):
            view = client.get(f"/rooms/{family.live}/view?seat={family.people[name]}").get_json()
            assert view["sections"]["me"]["name"] == name

    def test_without_a_name_it_is_the_latest(self, client: FlaskClient, family: Family):
        def asking() -> str:
            name: str = client.get(f"/rooms/{family.live}/view").get_json()["sections"]["me"]["name"]
            return name

        assert asking() == "Ben"
        join(client, token=family.tokens["Ana"])
        assert asking() == "Ana"

    def test_a_seat_that_is_not_held_is_nobody_and_not_somebody_else(self, client: FlaskClient, family: Family):
        assert not may_see(client, family.live, seat=family.people["Rosa"])
        assert not may_see(client, family.live, seat="nonsense")

    def test_signing_one_seat_out_leaves_the_other(self, client: FlaskClient, family: Family):
        ana = family.people["Ana"]
        assert client.post(f"/sign-out?seat={ana}", headers=SAME_ORIGIN, json={}).status_code == 200
        assert not may_see(client, family.live, seat=ana)
        assert may_see(client, family.live, seat=family.people["Ben"])

    def test_signing_out_without_a_name_gives_up_every_seat(self, client: FlaskClient, family: Family):
        client.post("/sign-out", headers=SAME_ORIGIN, json={})
        assert not may_see(client, family.live)

    def test_they_do_not_make_anybody_staff(self, client: FlaskClient, family: Family):
        assert not is_signed_in(client)
        answer = client.post(f"/people/{family.people['Ana']}/invitation", headers=SAME_ORIGIN)
        assert answer.status_code == 401
        assert error_code(answer) == "not_signed_in"


def a_referral(family: Family) -> str:
    facility = Facility(
        id=ids.new_id(), organization="Harbor", service="Detox", phone="+15550100", endpoint="http://h", secret=b""
    )
    referral = Referral(
        id=ids.new_id(),
        case_id=family.case,
        primary_id=facility.id,
        fallback_id=facility.id,
        state="planned",
        created_at=clock.now(),
    )
    with db.writing() as tx:
        tx.add(facility)
        tx.flush()
        tx.add(referral)
    return referral.id
