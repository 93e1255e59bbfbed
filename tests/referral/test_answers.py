"""What facilities answer, over HTTP: only what they signed counts, once, and only forwards."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db
from facilitator.referral import facilities, inbox, lines, service
from facilitator.referral.channels.tables import AnswerRow
from facilitator.referral.facilities import NewFacility
from facilitator.referral.tables import Referral
from tests.referral.families import a_family, an_outcome, say_yes, stage
from tests.referral.simulator import PATH, AnsweringSystem, Letter, signed, with_headers

FUZZED = 1000


@pytest.fixture
def family(app: Flask) -> Seeded:
    return a_family()


@pytest.fixture
def system(family: Seeded) -> AnsweringSystem:
    say_yes(family, an_outcome())
    return AnsweringSystem(family.referral.id, family.referral.webhook_secret)


def post(client: FlaskClient, letter: Letter) -> int:
    return client.post(PATH, data=letter.body, headers=letter.headers).status_code


def kept() -> int:
    with db.reading() as tx:
        return tx.scalar(select(func.count()).select_from(AnswerRow)) or 0


def log_length(family: Seeded) -> int:
    with db.reading() as tx:
        return len(service.timeline(tx, family.referral.id))


def test_a_facility_says_yes_and_later_who_is_there(
    client: FlaskClient, family: Seeded, system: AnsweringSystem
) -> None:
    for state in ("received", "accepted", "arrived", "admitted"):
        answer = client.post(PATH, data=(letter := system.says(state)).body, headers=letter.headers)
        assert (answer.status_code, answer.get_json()) == (200, {"ok": True, "changed": True, "state": state})
    assert stage(family) == "admitted"


def test_a_repeat_is_200_and_changes_nothing(client: FlaskClient, family: Seeded, system: AnsweringSystem) -> None:
    letter = system.says("accepted")
    assert post(client, letter) == 200
    before = log_length(family)
    for _ in range(5):
        again = client.post(PATH, data=letter.body, headers=letter.headers)
        assert (again.status_code, again.get_json()) == (200, {"ok": True, "changed": False, "state": "accepted"})
    assert (log_length(family), kept()) == (before, 1)


def test_ten_at_the_same_moment_are_one(app: Flask, family: Seeded, system: AnsweringSystem) -> None:
    letter, before = system.says("accepted"), log_length(family)
    with ThreadPoolExecutor(5) as pool:
        codes = list(pool.map(lambda _: post(app.test_client(), letter), range(10)))
    assert (set(codes), kept(), log_length(family)) == ({200}, 1, before + 1)


def test_the_same_id_with_something_else_is_refused(
    client: FlaskClient, family: Seeded, system: AnsweringSystem
) -> None:
    letter = system.says("accepted")
    assert post(client, letter) == 200
    assert post(client, system.says("declined", reason="other", id=letter.id)) == 409
    assert (stage(family), kept()) == ("accepted", 1)


def test_what_is_older_than_what_is_known_is_kept_and_moves_nothing(
    client: FlaskClient, family: Seeded, system: AnsweringSystem
) -> None:
    assert post(client, system.says("accepted")) == 200
    late = system.says("declined", reason="no_capacity", at=clock.now() - timedelta(minutes=1))
    answer = client.post(PATH, data=late.body, headers=late.headers)
    assert (answer.status_code, answer.get_json()["changed"]) == (200, False)
    assert stage(family) == "accepted"
    with db.reading() as tx:
        results = [each.result for each in inbox.of_referral(tx, family.referral.id)]
    assert results == ["moved", "unchanged"]


def test_what_cannot_follow_is_409_with_the_reason_kept_and_moves_nothing(
    client: FlaskClient, family: Seeded, system: AnsweringSystem
) -> None:
    letter = system.says("admitted")
    answer = client.post(PATH, data=letter.body, headers=letter.headers)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "illegal_move")
    assert len(answer.get_json()["error"]["message"]) > 20
    assert post(client, letter) == 409, "a repeat gets the same answer"
    assert (kept(), stage(family)) == (1, "sent")


def test_a_forged_unsigned_or_old_answer_is_401_and_leaves_no_trace(
    client: FlaskClient, family: Seeded, system: AnsweringSystem
) -> None:
    good = system.says("accepted")
    letters = [
        system.forges("accepted"),
        Letter(good.body.replace(b"accepted", b"declined"), good.headers),
        with_headers(good, {"webhook-signature": None}),
        with_headers(good, {"webhook-id": None}),
        with_headers(good, {"webhook-timestamp": None}),
        with_headers(good, {"webhook-id": "another"}),
        with_headers(good, {"webhook-timestamp": str(int(time.time()) + 1)}),
        with_headers(good, {"webhook-signature": "v1,bm90IGl0"}),
        with_headers(good, {"webhook-signature": "nonsense"}),
        with_headers(good, {"webhook-id": "x" * 500}),
        signed(good.body, system.secret, sent_ago_s=301),
        signed(good.body, system.secret, sent_ago_s=-301),
    ]
    assert [post(client, letter) for letter in letters] == [401] * len(letters)
    assert (kept(), stage(family)) == (0, "sent")
    assert post(client, good) == 200, "premise: the letter itself was good"


def test_both_secrets_are_believed_while_one_replaces_the_other(
    client: FlaskClient, family: Seeded, system: AnsweringSystem
) -> None:
    now = clock.now()
    with db.writing() as tx:
        primary = tx.get_one(Referral, family.referral.id).primary_id
        fresh = lines.rotate(tx, primary, now, both_for=timedelta(seconds=30))
    assert post(client, system.says("received")) == 200
    assert post(client, AnsweringSystem(system.referral, fresh).says("accepted")) == 200
    with db.writing() as tx:
        lines.rotate(tx, primary, now, both_for=timedelta(0))
        fallback = tx.get_one(Referral, family.referral.id).fallback_id
        lines.rotate(tx, fallback, now, both_for=timedelta(0))
    assert post(client, system.says("arrived")) == 401
    assert post(client, AnsweringSystem(system.referral, fresh).says("arrived")) == 401


def test_another_facility_learns_nothing_but_that_it_was_not_asked(
    client: FlaskClient, family: Seeded, system: AnsweringSystem
) -> None:
    stranger = a_family_elsewhere()
    answer = AnsweringSystem(family.referral.id, stranger).says("accepted")
    assert post(client, answer) == 404
    nowhere = AnsweringSystem("0" * 32, stranger).says("accepted")
    assert post(client, nowhere) == 404
    assert post(client, AnsweringSystem("0" * 32, lines.new_secret()).says("accepted")) == 401
    assert (kept(), stage(family)) == (0, "sent")


def a_family_elsewhere() -> str:
    """The secret of a facility that was asked about somebody else."""
    other = a_family()
    return other.referral.webhook_secret


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"referral": 7, "state": "accepted", "at": "2026-03-01T12:00:00Z"}',
        b'{"referral": "%s", "state": "delighted", "at": "2026-03-01T12:00:00Z"}',
        b'{"referral": "%s", "state": "accepted"}',
        b'{"referral": "%s", "state": "accepted", "at": "noon"}',
        b'{"referral": "%s", "state": "accepted", "at": "2026-03-01T12:00:00"}',
        b'{"referral": "%s", "state": "accepted", "at": "9026-03-01T12:00:00Z"}',
        b'{"referral": "%s", "state": "accepted", "at": "0001-01-01T00:00:00+14:00"}',
        b'{"referral": "%s", "state": "accepted", "at": "2026-03-01T12:00:00Z", "reason": "other"}',
        b'{"referral": "%s", "state": "declined", "at": "2026-03-01T12:00:00Z"}',
        b'{"referral": "%s", "state": "declined", "at": "2026-03-01T12:00:00Z", "reason": "mood"}',
        b"\xff\xfe",
    ],
)
def test_what_makes_no_sense_is_422_and_says_what_would(
    client: FlaskClient, family: Seeded, system: AnsweringSystem, body: bytes
) -> None:
    letter = signed(body.replace(b"%s", family.referral.id.encode()), system.secret)
    answer = client.post(PATH, data=letter.body, headers=letter.headers)
    assert answer.status_code == 422
    assert len(answer.get_json()["error"]["message"]) > 10
    assert (kept(), stage(family)) == (0, "sent")


def false_letters(system: AnsweringSystem, yes: datetime, chance: random.Random) -> list[Letter]:
    """None of them may move anything once the facility has said `yes`."""
    letters: list[Letter] = []
    for _ in range(FUZZED):
        state = chance.choice(["received", "need_more", "accepted", "declined", "no_show", "cancelled"])
        reason = "no_capacity" if state == "declined" else None
        kind = chance.choice(["forged", "stale", "doubled", "old"])
        if kind == "forged":
            letters.append(system.forges(state, reason=reason))
        elif kind == "old":
            body = system.says(state, reason).body
            letters.append(signed(body, system.secret, sent_ago_s=chance.uniform(301, 9e4)))
        elif kind == "stale" or not letters:
            letters.append(system.says(state, reason, at=yes - timedelta(seconds=chance.uniform(1, 3600))))
        else:
            letters.append(chance.choice(letters))
    return letters


def test_a_thousand_forged_stale_doubled_and_reordered_answers_move_nothing_wrongly(
    client: FlaskClient, family: Seeded, system: AnsweringSystem
) -> None:
    assert post(client, system.says("received")) == 200
    yes = clock.now()
    assert post(client, system.says("accepted", at=yes)) == 200
    true = [system.says("arrived", at=yes + timedelta(milliseconds=1))]
    true.append(system.says("admitted", at=yes + timedelta(milliseconds=2)))
    chance = random.Random(20260301)
    letters = false_letters(system, yes, chance)
    chance.shuffle(letters)
    for place, letter in sorted(zip((300, 600), true, strict=True), reverse=True):
        letters.insert(place, letter)
    before = log_length(family)
    codes = [post(client, letter) for letter in letters]
    assert set(codes) == {200, 401}
    assert (stage(family), log_length(family)) == ("admitted", before + 2)


def test_a_late_yes_of_a_facility_that_was_called_off_is_answered_and_moves_nothing(
    client: FlaskClient, family: Seeded
) -> None:
    with db.writing() as tx:
        row = tx.get_one(Referral, family.referral.id)
        fallback_secret = lines.rotate(tx, row.fallback_id, clock.now(), both_for=timedelta(0))
    say_yes(family, an_outcome())
    first = AnsweringSystem(family.referral.id, family.referral.webhook_secret)
    second = AnsweringSystem(family.referral.id, fallback_secret)
    assert post(client, second.says("accepted")) == 404, "premise: it was not asked yet"
    assert post(client, first.says("declined", reason="no_capacity")) == 200
    assert post(client, second.says("accepted")) == 200
    assert post(client, first.says("accepted")) in (200, 409)
    with db.reading() as tx:
        bids = {bid.which: bid.stage for bid in service.summary(tx, family.referral.id).bids}
    assert bids == {"primary": "declined", "fallback": "accepted"}


def test_a_facility_may_be_in_the_directory_without_ever_being_asked(client: FlaskClient, family: Seeded) -> None:
    secret = lines.new_secret()
    with db.writing() as tx:
        facilities.add(tx, NewFacility("Elsewhere", "intake", "603-555-0150", "http://127.0.0.1:9/", secret))
    assert post(client, AnsweringSystem(family.referral.id, secret).says("accepted")) == 401
