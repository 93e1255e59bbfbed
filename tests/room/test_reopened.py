"""A "yes" that did not hold: the room shows it, and the same meeting can record it again, even when it is over."""

import uuid

import pytest

from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db, wire
from facilitator.infra.ids import PersonId
from facilitator.people import service as people
from facilitator.referral import service as referral
from facilitator.room import service
from facilitator.room.phases import Kind

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def family() -> Seeded:
    return seed.families(1, totp=False)[0]


def person(family: Seeded, role: str) -> PersonId:
    with db.reading() as tx:
        return next(each.person for each in people.contacts_of_case(tx, family.case) if each.role == role)


def does(family: Seeded, name: str, **args: object) -> int:
    asked = wire.parse({"id": str(uuid.uuid4()), "name": name, "args": args}, service.KNOWN)
    return service.handle(family.rooms[Kind.LIVE], asked, person(family, "interventionist"))


def seen(family: Seeded, role: str) -> dict[str, dict[str, object]]:
    sections = service.view(family.rooms[Kind.LIVE], person(family, role))["sections"]
    assert isinstance(sections, dict)
    return sections


def says_yes(family: Seeded) -> None:
    does(family, "open_room")
    does(family, "present_plan")
    does(family, "record_outcome", kind="accepts")


def turns_back(family: Seeded) -> None:
    with db.writing() as tx:
        referral.move(tx, family.referral.id, "refused_on_the_way", person(family, "escort"))


@pytest.mark.parametrize("over", [False, True])
def test_the_yes_is_recorded_again_and_the_referral_leaves_again(family: Seeded, over: bool) -> None:
    says_yes(family)
    assert seen(family, "interventionist")["outcome"]["reopened"] is False
    if over:
        does(family, "end_room")
    turns_back(family)
    told = seen(family, "interventionist")
    assert (told["outcome"]["reopened"], told["referral"]["stage"]) == (True, "refused_on_the_way")
    does(family, "amend_outcome", kind="accepts", reason="He calls from the gas station.")
    told = seen(family, "interventionist")
    assert (told["outcome"]["reopened"], told["referral"]["stage"]) == (False, "sent")
    amended = told["outcome"]["amended"]
    assert isinstance(amended, list)
    assert [stood["kind"] for stood in amended] == ["accepts"]


def test_a_second_tap_on_the_new_yes_sends_nothing_more(family: Seeded) -> None:
    says_yes(family)
    turns_back(family)
    first = does(family, "amend_outcome", kind="accepts", reason="He came back.")
    assert does(family, "amend_outcome", kind="accepts", reason="He came back.") == first


def test_what_the_professional_recorded_is_in_the_log_under_their_name(family: Seeded) -> None:
    says_yes(family)
    with db.reading() as tx:
        entries = referral.timeline(tx, family.referral.id)
    actors = {type(event).__name__: entry.actor for entry in entries for event in entry.events}
    assert actors["Released"] == person(family, "interventionist")
    assert actors["Armed"] == "system"


def test_the_family_sees_the_stage_and_the_steps_and_nothing_else_of_it(family: Seeded) -> None:
    says_yes(family)
    does(family, "admit", person=person(family, "team_member"))
    assert set(seen(family, "team_member")["referral"]) == {"state", "steps"}
    whole = seen(family, "interventionist")["referral"]
    assert {"bids", "clocks", "moments", "tasks", "consent", "fallback_due", "gaps"} <= set(whole)
    assert clock.parse(str(whole["sent_at"]))
