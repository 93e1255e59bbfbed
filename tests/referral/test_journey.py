"""How far it is, from those who travel: by which device, in which words, and how often they press."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import db, ids
from facilitator.infra.refusal import Refused
from facilitator.referral import service
from facilitator.referral.summary import Which
from tests.referral.asked import answers, lead, rows, summary
from tests.referral.families import an_outcome, say_yes, stage

RACES = 200
CLICKS = 1000


@pytest.fixture
def family(app: Flask) -> Seeded:
    made = seed.families(1, totp=False)[0]
    say_yes(made, an_outcome())
    answers(made, Which.PRIMARY, "accepted")
    return made


@pytest.fixture
def client_of(app: Flask, family: Seeded) -> Callable[[str], FlaskClient]:
    def client(role: str) -> FlaskClient:
        made = app.test_client()
        if role == "interventionist":
            given = {"email": family.staff.email, "password": family.staff.password}
            assert made.post("/api/sign-in", json=given).status_code == 200
            return made
        token = next(each.token for each in (*family.people, *family.others) if each.role == role)
        assert made.post("/api/join", json={"token": token}).status_code == 200
        return made

    return client


def moves(client: FlaskClient, family: Seeded, name: str, **more: Any) -> tuple[int, Any]:
    return posted(client, family, {"move": name, **more})


def posted(client: FlaskClient, family: Seeded, body: dict[str, Any]) -> tuple[int, Any]:
    answer = client.post(
        f"/api/referrals/{family.referral.id}/moves",
        json={"id": str(uuid.UUID(ids.new_id())), **body},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("role", ["escort", "driver", "interventionist"])
def test_whoever_travels_says_when_they_left_and_arrived(
    client_of: Callable[[str], FlaskClient], family: Seeded, role: str
) -> None:
    client = client_of(role)
    assert moves(client, family, "left") == (200, {"ok": True, "state": "en_route"})
    assert moves(client, family, "arrived") == (200, {"ok": True, "state": "arrived"})
    told = summary(family).moments
    assert all((told.yes, told.left, told.arrived))
    assert told.admitted is None


def test_the_facility_alone_closes_it(client_of: Callable[[str], FlaskClient], family: Seeded) -> None:
    moves(client_of("escort"), family, "left")
    code, body = moves(client_of("interventionist"), family, "admitted")
    assert (code, body["error"]["code"]) == (422, "malformed")
    assert answers(family, Which.PRIMARY, "admitted").state == "admitted"
    assert summary(family).moments.admitted is not None


@pytest.mark.parametrize("role", ["loved_one", "team_member", "observer"])
def test_the_family_in_the_room_has_no_say_in_it(
    client_of: Callable[[str], FlaskClient], family: Seeded, role: str
) -> None:
    assert moves(client_of(role), family, "left")[0] == 403
    assert stage(family) == "accepted"


@pytest.mark.parametrize("name", ["no_show", "fallback", "resend", "withdraw"])
@pytest.mark.parametrize("role", ["escort", "driver"])
def test_what_is_the_professionals_is_not_the_drivers(
    client_of: Callable[[str], FlaskClient], family: Seeded, role: str, name: str
) -> None:
    code, body = moves(client_of(role), family, name, reason="We think so.")
    assert (code, body["error"]["code"]) == (403, "not_allowed")


def test_a_stranger_is_told_that_there_is_nothing(app: Flask, family: Seeded) -> None:
    other = seed.families(1, totp=False)[0]
    stranger = app.test_client()
    assert moves(stranger, family, "left")[0] == 401
    token = next(each.token for each in other.people if each.role == "escort")
    assert stranger.post("/api/join", json={"token": token}).status_code == 200
    assert moves(stranger, family, "left")[0] == 404


def test_the_same_press_twice_gets_the_same_answer(
    client_of: Callable[[str], FlaskClient], family: Seeded
) -> None:
    client, press = client_of("escort"), str(uuid.UUID(ids.new_id()))
    first = moves(client, family, "left", id=press)
    moves(client, family, "arrived")
    assert moves(client, family, "left", id=press) == first
    assert moves(client, family, "left", id=press.upper()) == first
    assert stage(family) == "arrived"


def test_one_id_for_two_things_is_refused(client_of: Callable[[str], FlaskClient], family: Seeded) -> None:
    client, press = client_of("escort"), str(uuid.UUID(ids.new_id()))
    moves(client, family, "left", id=press)
    code, body = moves(client, family, "arrived", id=press)
    assert (code, body["error"]["code"], stage(family)) == (409, "id_reused", "en_route")


@pytest.mark.parametrize(
    "wrong", [{"id": "x"}, {"move": 3}, {"move": "fly"}, {"reason": "x" * 501}, {"extra": 1}, {"id": None}]
)
def test_what_cannot_be_read_is_refused_in_words(
    client_of: Callable[[str], FlaskClient], family: Seeded, wrong: dict[str, Any]
) -> None:
    code, body = posted(client_of("escort"), family, {"move": "left", **wrong})
    assert (code, body["error"]["code"]) == (422, "malformed")
    assert body["error"]["message"].endswith(".")


def test_turning_back_opens_the_outcome_again_and_tells_the_facility(
    client_of: Callable[[str], FlaskClient], family: Seeded
) -> None:
    client = client_of("escort")
    moves(client, family, "left")
    assert moves(client, family, "refused_on_the_way", reason="He got out at the lights.") == (
        200,
        {"ok": True, "state": "refused_on_the_way"},
    )
    seen = summary(family)
    assert (seen.reopened, seen.bids[0].stage) == (True, "refused_on_the_way")
    assert rows(family)["facility:cancel"].kind == "webhook"
    assert "1-800-662-4357" in seen.gaps[0]
    with db.reading() as tx:
        assert "He got out at the lights." in service.words(tx, family.referral.id).values()
        log = str(service.timeline(tx, family.referral.id))
    assert "lights" not in log


def test_the_record_says_who_said_what_of_which_facility(
    client_of: Callable[[str], FlaskClient], family: Seeded
) -> None:
    moves(client_of("escort"), family, "refused_on_the_way", reason="He got out at the lights.")
    told = client_of("interventionist").get(f"/api/referrals/{family.referral.id}").get_json()
    moved = [line for line in told["timeline"] if line["event"] == "Moved"]
    assert [(line["which"], line["to"], line["words"]) for line in moved] == [
        ("primary", "accepted", "Nora at the desk"),
        ("primary", "refused_on_the_way", "He got out at the lights."),
    ]
    assert moved[1]["by"] == next(each.id for each in family.people if each.role == "escort")
    assert (told["state"], told["referral"]["moments"]["left"]) == ("refused_on_the_way", None)


def test_after_turning_back_it_can_go_out_again_and_begins_anew(
    client_of: Callable[[str], FlaskClient], family: Seeded
) -> None:
    moves(client_of("escort"), family, "refused_on_the_way")
    assert moves(client_of("interventionist"), family, "resend") == (200, {"ok": True, "state": "sent"})
    assert rows(family)["facility:2"].state == "waiting"
    assert rows(family)["facility:cancel"].state == "cancelled", "the old cancellation must not come after it"
    assert moves(client_of("interventionist"), family, "resend")[0] == 409


def test_withdrawing_says_why_and_is_final(app: Flask, client_of: Callable[[str], FlaskClient]) -> None:
    unused = seed.families(1, totp=False)[0]
    given = {"email": unused.staff.email, "password": unused.staff.password}
    client = app.test_client()
    client.post("/api/sign-in", json=given)
    assert moves(client, unused, "withdraw")[0] == 422
    assert moves(client, unused, "withdraw", reason="They found a place nearby.")[1]["state"] == "withdrawn"
    say_yes(unused, an_outcome())
    assert (stage(unused), "facility" in rows(unused)) == ("withdrawn", False)
    assert "Nothing was sent" in summary(unused).gaps[0]


def test_a_thousand_clicks_have_one_effect(family: Seeded) -> None:
    """F6: through the service, from several threads, on each database."""
    by, press = lead(family), ids.new_id()

    def click(_: int) -> str:
        with db.writing() as tx:
            return service.move(tx, family.referral.id, "left", by, None, press).state

    with ThreadPoolExecutor(4) as pool:
        answered = set(pool.map(click, range(CLICKS)))
    with db.reading() as tx:
        moved = [entry for entry in service.timeline(tx, family.referral.id) if "EN_ROUTE" in str(entry.events)]
    assert (answered, len(moved)) == ({"en_route"}, 1)


def test_two_who_race_have_exactly_one_winner_and_the_other_is_told(app: Flask) -> None:
    """F7: both facilities say yes at the same moment, again and again."""
    families = seed.families(RACES // 2, totp=False)
    for made in families:
        say_yes(made, an_outcome())
        with db.writing() as tx:
            service.confirm_fallback(tx, made.referral.id, lead(made))
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(answers, made, which, "accepted") for made in families for which in Which]
        said = [job.result().state for job in jobs]
    assert sorted(set(said)) == ["accepted", "cancel_asked"]
    for made in families:
        assert sorted(bid.stage for bid in summary(made).bids) == ["accepted", "cancel_asked"]
        assert (
            len([name for name in rows(made) if name.endswith((":late", "facility:cancel", "fallback:cancel"))])
            == 2
        )


def test_two_moderators_who_confirm_and_resend_at_once_make_one_second_heads_up(app: Flask) -> None:
    families = seed.families(RACES // 10, totp=False)
    for made in families:
        say_yes(made, an_outcome())

    def confirm(made: Seeded) -> bool:
        try:
            with db.writing() as tx:
                return service.confirm_fallback(tx, made.referral.id, lead(made)).changed
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(confirm, [made for made in families for _ in range(10)]))
    assert won.count(True) == len(families)
