"""What a "yes" sets off, and what taking it back does."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import select

from facilitator.demo import family as story
from facilitator.demo import seed
from facilitator.infra import clock, crypto, db, ids, outbox
from facilitator.infra.ids import ReferralId
from facilitator.infra.outbox import Claimed, OutboxRow
from facilitator.people import service as people
from facilitator.people.tables import Person
from facilitator.referral import service
from facilitator.referral.opened import OpenReferral
from tests.referral.families import a_family, an_outcome, say_yes, stage, take_it_back

pytestmark = pytest.mark.usefixtures("database")

TELLING = re.compile(
    r"opioid|heroin|fentanyl|drug|substance|addict|rehab|detox|treatment|recovery|withdrawal|naloxone|methadone",
    re.IGNORECASE,
)


def claim_all() -> list[Claimed]:
    found = []
    with db.writing() as tx:
        while (message := outbox.claim(tx, clock.now(), ids.new_id())) is not None:
            found.append(message)
    return found


def keys() -> list[str]:
    """Of all messages; the clocks are tested for themselves."""
    with db.reading() as tx:
        return sorted(tx.scalars(select(OutboxRow.key).where(OutboxRow.kind != "clock")))


def deliver(message: Claimed) -> None:
    with db.writing() as tx:
        assert outbox.settle(tx, message, outbox.State.DELIVERED, clock.now())
        service.message_settled(tx, message, None)


def test_a_demo_family_is_ready() -> None:
    family = a_family()
    with db.reading() as tx:
        summary = service.summary(tx, family.referral.id)
    assert (summary.state, summary.armed, summary.gaps) == ("armed", True, ())


def test_a_yes_writes_one_message_each_to_facility_driver_and_escort() -> None:
    family, outcome = a_family(), an_outcome()
    activation = say_yes(family, outcome)
    assert (activation.state, activation.released, activation.gaps) == ("sent", True, ())
    assert keys() == [f"{outcome}:{step}" for step in ("escort", "facility", "transport")]
    assert {message.kind for message in claim_all()} == {"webhook", "text"}


def test_ten_duplicate_activations_make_one_set_of_messages() -> None:
    family, outcome = a_family(), an_outcome()
    with ThreadPoolExecutor(5) as pool:
        activations = list(pool.map(lambda _: say_yes(family, outcome), range(10)))
    assert [each.released for each in activations].count(True) == 1
    assert {each.state for each in activations} == {"sent"}
    assert len(keys()) == 3


def test_the_heads_up_says_what_the_desk_needs_and_nobodys_name() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    (heads_up,) = (message.body for message in claim_all() if message.kind == "webhook")
    said = json.loads(heads_up)
    assert set(said) == {"type", "referral", "hold_number", "eta_minutes", "call_back_phone", "answer_by", "at"}
    assert said["type"] == "referral.heads_up"
    assert said["referral"] == family.referral.id
    assert said["hold_number"].startswith("HR-")
    assert said["eta_minutes"] == 65
    assert (clock.parse(said["answer_by"]) - clock.parse(said["at"])).total_seconds() == 900


def test_no_message_names_anybody_or_what_is_the_matter() -> None:
    family, outcome = a_family(), an_outcome()
    say_yes(family, outcome)
    messages = claim_all()
    take_it_back(family, outcome)
    messages += claim_all()
    assert len(messages) == 6, "premise: all six kinds of message were written"
    names = [part for each in story.CHARACTERS for part in each.name.split()] + story.PROFESSIONAL.split()
    for message in messages:
        body = re.sub(r"https?://\S+", "", message.body)
        assert not TELLING.search(body), body
        assert [name for name in names if re.search(rf"\b{name}\b", body)] == []


def test_the_driver_and_the_escort_get_a_personal_link_and_keep_their_old_one() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    texts = [json.loads(message.body)["text"] for message in claim_all() if message.kind == "text"]
    escort = next(person for person in family.people if person.role == "escort")
    with db.reading() as tx:
        opened = {people.person_by_token(tx, text.partition("#")[2]) is not None and text[:19] for text in texts}
        kept = people.person_by_token(tx, escort.token)
    assert opened == {"Plan A is on. Open:"}
    assert kept is not None
    assert kept.id == escort.id


def test_a_person_with_no_phone_is_written_an_e_mail_and_one_with_neither_is_a_gap() -> None:
    family = a_family()
    _reach("Walter Bennett", phone=None, email="walter@example.org")
    _reach("Ray Hart", phone=None, email=None)
    say_yes(family, an_outcome())
    assert sorted(message.kind for message in claim_all()) == ["email", "webhook"]
    with db.reading() as tx:
        gaps = service.summary(tx, family.referral.id).gaps
    assert [gap for gap in gaps if "driver" in gap]


def _reach(name: str, phone: str | None, email: str | None) -> None:
    with db.writing() as tx:
        row = next(each for each in tx.scalars(select(Person)) if people.name_of(each) == name)
        row.phone = crypto.seal(phone, f"people:{row.id}:phone") if phone else None
        row.email = crypto.seal(email, f"people:{row.id}:email") if email else None


def test_a_yes_without_a_ready_referral_stands_and_says_whom_to_call() -> None:
    family, outcome = a_family(), an_outcome()
    with db.writing() as tx:
        unready = msgspec.structs.replace(OpenReferral(tx, family.referral.id, clock.now()).arrangement, hold=None)
        service.rearrange(tx, family.referral.id, unready, clock.now())
    activation = say_yes(family, outcome)
    assert (activation.state, activation.released, keys()) == ("planned", False, [])
    assert "603-555-0130" in activation.gaps[0]
    assert any("No bed is held" in gap for gap in activation.gaps)


def test_a_yes_without_any_referral_stands_and_says_whom_to_call() -> None:
    with db.writing() as tx:
        activation = service.activate(tx, ReferralId("0" * 32), an_outcome(), clock.now())
    assert (activation.state, activation.released) == ("missing", False)
    assert "1-800-662-4357" in activation.gaps[0]


def test_a_yes_that_is_rolled_back_leaves_no_trace() -> None:
    family = a_family()
    with pytest.raises(ZeroDivisionError):
        _say_yes_and_fail(family)
    assert (keys(), stage(family)) == ([], "armed")


def _say_yes_and_fail(family: seed.Seeded) -> None:
    with db.writing() as tx:
        assert service.activate(tx, family.referral.id, an_outcome(), clock.now()).released
        assert 1 / 0


def test_the_facilitys_receipt_is_in_the_log_and_in_the_summary() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    for message in claim_all():
        deliver(message)
    with db.reading() as tx:
        summary = service.summary(tx, family.referral.id)
        events = [
            type(event).__name__ for entry in service.timeline(tx, family.referral.id) for event in entry.events
        ]
    assert (summary.state, {step.state for step in summary.steps}) == ("received", {"delivered"})
    assert events[:3] == ["Planned", "Armed", "Released"]
    assert sorted(events[3:]) == ["Arrived", "Arrived", "Arrived", "Received"]


def test_taking_back_a_yes_before_anything_left_tells_nobody() -> None:
    family, outcome = a_family(), an_outcome()
    say_yes(family, outcome)
    take_it_back(family, outcome)
    assert (stage(family), claim_all(), len(keys())) == ("cancelled", [], 3)


def test_taking_back_a_yes_tells_exactly_those_who_may_know() -> None:
    family, outcome = a_family(), an_outcome()
    say_yes(family, outcome)
    told = next(message for message in claim_all() if message.kind == "webhook")
    deliver(told)
    take_it_back(family, outcome)
    assert f"{outcome}:facility:cancel" in keys()
    assert stage(family) == "cancel_asked"
    for message in claim_all():
        deliver(message)
    assert stage(family) == "cancelled"


def test_somebody_who_lost_their_phone_keeps_nobody_else_from_hearing_that_it_is_off() -> None:
    family, outcome = a_family(), an_outcome()
    say_yes(family, outcome)
    claim_all()
    _reach("Ray Hart", phone=None, email=None)
    take_it_back(family, outcome)
    assert [key.partition(":")[2] for key in keys() if key.endswith(":cancel")] == [
        "escort:cancel",
        "facility:cancel",
    ]


def test_taking_it_back_twice_changes_nothing_more() -> None:
    family, outcome = a_family(), an_outcome()
    say_yes(family, outcome)
    claim_all()
    take_it_back(family, outcome)
    before = keys()
    take_it_back(family, outcome)
    assert (keys(), len(before)) == (before, 6)


def test_a_yes_given_again_goes_out_again_and_stops_the_cancellation() -> None:
    family, outcome = a_family(), an_outcome()
    say_yes(family, outcome)
    claim_all()
    take_it_back(family, outcome)
    assert say_yes(family, outcome).released
    assert sorted(message.key for message in claim_all()) == [
        f"{outcome}:{step}:2" for step in ("escort", "facility", "transport")
    ]
    assert stage(family) == "sent"


def test_a_watcher_is_told_of_each_change_once() -> None:
    family, other = a_family(), a_family()
    with db.reading() as tx:
        cursor, cases = service.changes_since(tx, None)
    assert cases == set(), "premise: it begins with what is already there"
    say_yes(family, an_outcome())
    with db.reading() as tx:
        cursor, cases = service.changes_since(tx, cursor)
    assert (cases, other.case in cases) == ({family.case}, False)
    with db.reading() as tx:
        assert service.changes_since(tx, cursor)[1] == set()


def test_a_receipt_that_comes_twice_is_counted_once() -> None:
    family = a_family()
    say_yes(family, an_outcome())
    message = next(each for each in claim_all() if each.kind == "webhook")
    with db.writing() as tx:
        service.message_settled(tx, message, None)
        service.message_settled(tx, message, None)
    with db.reading() as tx:
        arrived = [entry for entry in service.timeline(tx, family.referral.id) if "Received" in str(entry.events)]
    assert (len(arrived), len(keys())) == (1, 3)
