"""The arranged referral as a professional works on it: forms change it, gates follow, the lines are tested."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from facilitator.config import Settings
from facilitator.demo import seed
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, db, ids, outbox
from facilitator.infra.dispatcher import Dispatcher
from facilitator.infra.outbox import OutboxRow
from facilitator.people import service as people
from facilitator.plan import service as plan
from facilitator.referral import editor, lines, options, service, simulate
from facilitator.referral.channels.every import channels
from facilitator.referral.channels.webhook import WebhookChannel
from facilitator.referral.gates import GateName, Light
from facilitator.referral.tables import Facility
from tests.people.doors import HTML, SAME_ORIGIN
from tests.referral.facility import FacilitySimulator, a_facility
from tests.referral.families import an_outcome, say_yes

FORM = {**HTML, **SAME_ORIGIN}


@pytest.fixture
def family(app: Flask) -> Seeded:
    return seed.families(1, totp=False)[0]


@pytest.fixture
def client(app: Flask, family: Seeded) -> FlaskClient:
    client = app.test_client()
    given = {"email": family.staff.email, "password": family.staff.password}
    assert client.post("/api/sign-in", json=given).status_code == 200
    return client


@pytest.fixture
def desk() -> Iterator[FacilitySimulator]:
    with a_facility() as simulator:
        yield simulator


def path(family: Seeded, *parts: str) -> str:
    return "/".join((f"/cases/{family.case}/referral", *parts))


def post(client: FlaskClient, where: str, **fields: Any) -> Any:
    return client.post(where, data=fields, headers=FORM)


def lights(family: Seeded) -> dict[GateName, Light]:
    with db.reading() as tx:
        return {gate.name: gate.light for gate in editor.editor(tx, family.referral.id, clock.now()).gates}


def state(family: Seeded) -> str:
    with db.reading() as tx:
        return service.summary(tx, family.referral.id).state


def dispatch() -> None:
    dispatcher = Dispatcher({"webhook": WebhookChannel(loopback_allowed=True)}, service.message_settled)
    dispatcher.finish()
    dispatcher.run()


def test_everything_of_a_ready_family_is_green(client: FlaskClient, family: Seeded) -> None:
    assert set(lights(family).values()) == {Light.GREEN}
    page = client.get(path(family), headers=HTML)
    assert page.status_code == 200
    assert "Ready to leave" in page.text
    assert f"{len(GateName)} ready, 0 to look at, 0 not ready" in page.text


BROKEN: list[tuple[str, dict[str, Any], GateName]] = [
    ("bed", {"number": "", "given_by": "", "until": ""}, GateName.BED),
    (
        "payer",
        {"name": "Granite Mutual", "by": "authorization", "settled": "A-1", "verified_by": ""},
        GateName.PAYER,
    ),
    ("clearance", {"question": ["Any seizure?"], "answer": [""], "clearance_answered": "yes"}, GateName.CLEARANCE),
    ("transport", {"driver": ""}, GateName.TRANSPORT),
    ("escort", {"escort": ""}, GateName.ESCORT),
    ("bag", {"item": ["identity card"], "not_needed": [""], "ready": ["0"]}, GateName.BAG),
    ("documents", {"item": ["Insurance card, both sides"], "not_needed": [""], "ready": []}, GateName.DOCUMENTS),
    ("naloxone", {"naloxone_in_room": "yes"}, GateName.NALOXONE),
    ("consent", {}, GateName.CONSENT),
    ("others", {"needs_time": "Call.", "reacts_negatively": "", "backs_out": "Turn."}, GateName.OTHERS),
]


@pytest.mark.parametrize(("section", "typed", "gate"), BROKEN, ids=[each[0] for each in BROKEN])
def test_an_item_that_is_taken_away_turns_red_and_disarms(
    client: FlaskClient, family: Seeded, section: str, typed: dict[str, Any], gate: GateName
) -> None:
    answer = post(client, path(family, "sections", section), **typed)
    assert (answer.status_code, answer.location) == (303, f"{path(family)}?at={section}#{section}")
    assert {name for name, light in lights(family).items() if light is Light.RED} == {gate}
    assert state(family) == "planned"
    assert "1 not ready" in client.get(path(family), headers=HTML).text


def test_what_is_put_right_arms_again(client: FlaskClient, family: Seeded) -> None:
    post(client, path(family, "sections", "naloxone"))
    assert state(family) == "planned"
    post(client, path(family, "sections", "naloxone"), naloxone_in_room="yes", naloxone_in_vehicle="yes")
    assert state(family) == "armed"


def test_home_is_amber_and_stops_nothing(client: FlaskClient, family: Seeded) -> None:
    post(client, path(family, "sections", "home"), children="none", pets="", employer="none")
    assert lights(family)[GateName.HOME] is Light.AMBER
    assert state(family) == "armed"


def test_every_field_of_transport_and_bag_comes_back_as_it_was_typed(client: FlaskClient, family: Seeded) -> None:
    driver = next(each.id for each in family.others if each.role == "driver")
    typed = {
        "driver": driver,
        "confirmed": "now",
        "vehicle": "سيارة زرقاء",
        "pickup": "side gate 🚪",
        "minutes": "75",
        "second_vehicle": "Ben's van",
        "route": "North\nthen east",
        "stops": "Exit 4\n\nExit 9",
        "medication": "In the <b>glove box</b>",
    }
    post(client, path(family, "sections", "transport"), **typed)
    rows = {
        "item": ["identity card", "insurance card", "medication in original containers", "", "guitar"],
        "not_needed": ["", "pays himself", "", "", ""],
        "ready": ["0", "2", "4"],
    }
    post(client, path(family, "sections", "bag"), **rows)
    with db.reading() as tx:
        kept = editor.editor(tx, family.referral.id, clock.now()).plan
    assert kept.drive is not None
    assert (kept.drive.vehicle, kept.drive.pickup, kept.drive.minutes) == ("سيارة زرقاء", "side gate 🚪", 75)
    assert kept.drive.stops == ("Exit 4", "Exit 9")
    assert [(item.name, item.packed, item.not_needed) for item in kept.bag] == [
        ("identity card", True, ""),
        ("insurance card", False, "pays himself"),
        ("medication in original containers", True, ""),
        ("guitar", True, ""),
    ]
    page = client.get(path(family), headers=HTML).text
    assert "سيارة زرقاء" in page
    assert "<b>glove box</b>" not in page
    assert state(family) == "armed"


def test_another_driver_has_to_say_yes_for_themselves(client: FlaskClient, family: Seeded) -> None:
    other = next(each.id for each in family.people if each.name == "Tom Hart")
    typed = {
        "driver": other,
        "confirmed": "",
        "vehicle": "v",
        "pickup": "p",
        "minutes": "5",
        "second_vehicle": "w",
    }
    post(client, path(family, "sections", "transport"), **typed)
    assert lights(family)[GateName.TRANSPORT] is Light.RED
    post(client, path(family, "sections", "transport"), **typed | {"confirmed": "now"})
    assert lights(family)[GateName.TRANSPORT] is Light.GREEN


@pytest.mark.parametrize(
    ("section", "typed", "word"),
    [
        ("bed", {"number": "7", "given_by": "Nora", "until": "soon"}, "a day and a time"),
        ("bed", {"number": "7", "given_by": "", "until": ""}, "until when"),
        ("payer", {"name": "x", "by": "magic"}, "how the payment was settled"),
        ("transport", {"driver": "0" * 32}, "somebody of this case"),
        ("bag", {"item": ["x"] * 41, "not_needed": [""] * 41}, "at most 40"),
        ("bag", {"item": ["x", "y"], "not_needed": [""]}, "Load the page again"),
        ("meeting", {"call_back_phone": "", "leave_within_minutes": "5", "meeting_minutes": "5"}, "call back"),
        (
            "meeting",
            {"call_back_phone": "1", "leave_within_minutes": "-5", "meeting_minutes": "5"},
            "whole number",
        ),
        ("owners", {"gate": "garden"}, "not on the list"),
    ],
)
def test_what_cannot_be_read_is_said_on_the_page_and_changes_nothing(
    client: FlaskClient, family: Seeded, section: str, typed: dict[str, Any], word: str
) -> None:
    answer = post(client, path(family, "sections", section), **typed)
    assert answer.status_code == 422
    assert word in answer.text
    assert state(family) == "armed"


def test_somebody_sees_to_an_item(client: FlaskClient, family: Seeded) -> None:
    ben = next(each.id for each in family.people if each.name == "Ben Okafor")
    post(client, path(family, "sections", "owners"), gate="bag", owner=ben)
    with db.reading() as tx:
        gates = {gate.name: gate.owner for gate in editor.editor(tx, family.referral.id, clock.now()).gates}
    assert gates[GateName.BAG] == "Ben Okafor"
    assert gates[GateName.TRANSPORT] == "Ray Hart"


def test_where_to_go_next_is_never_what_somebody_typed(client: FlaskClient, family: Seeded) -> None:
    odd = post(client, path(family, "sections", "naloxone"), gate="//elsewhere.example\r\nX-Odd: 1")
    assert odd.location == f"{path(family)}?at=naloxone#naloxone"
    assert "X-Odd" not in odd.headers


def test_a_part_that_does_not_exist_is_not_found(client: FlaskClient, family: Seeded) -> None:
    assert post(client, path(family, "sections", "garden")).status_code == 404


def test_once_a_yes_is_under_way_nothing_is_changed_here(client: FlaskClient, family: Seeded) -> None:
    say_yes(family, an_outcome())
    assert "under way" in client.get(path(family), headers=HTML).text
    answer = post(client, path(family, "sections", "naloxone"))
    assert answer.status_code == 409
    assert "hand-off board" in answer.text


def test_two_other_facilities_have_to_be_named_in_the_consent_again(client: FlaskClient, family: Seeded) -> None:
    with db.reading() as tx:
        found = editor.editor(tx, family.referral.id, clock.now())
    swapped = {"primary": found.fallback.id, "fallback": found.primary.id}
    assert post(client, path(family, "facilities"), **swapped).status_code == 303
    assert state(family) == "armed"
    with db.writing() as tx:
        new = service.NewFacility("Third House", "intake", "603-555-0177", "", lines.new_secret(), True)
        third = service.add_facility(tx, new)
    post(client, path(family, "facilities"), primary=third, fallback=found.primary.id)
    assert lights(family)[GateName.CONSENT] is Light.RED
    assert lights(family)[GateName.LINE] is Light.RED
    assert state(family) == "planned"
    again = post(client, path(family, "facilities"), primary=third, fallback=third)
    assert (again.status_code, "not the first one again" in again.text) == (409, True)


def test_a_case_without_a_referral_begins_with_two_facilities(client: FlaskClient, family: Seeded) -> None:
    with db.writing() as tx:
        case_id = plan.create_case(tx, plan.NewCase("Another family"))
        account = people.account_by_email(tx, family.staff.email)
        assert account is not None
        role, name = people.Role.INTERVENTIONIST, "Dana"
        people.add_person(tx, people.NewPerson(case_id, role, name, account_id=account.id, phone="603-555-0100"))
        found = editor.editor(tx, family.referral.id, clock.now())
    begin = f"/cases/{case_id}/referral"
    assert "Choose two facilities" in client.get(begin, headers=HTML).text
    assert post(client, f"{begin}/facilities", primary=found.primary.id, fallback="").status_code == 422
    assert (
        post(client, f"{begin}/facilities", primary=found.primary.id, fallback=found.fallback.id).status_code
        == 303
    )
    page = client.get(begin, headers=HTML).text
    assert "Not ready to leave" in page
    assert "No bed is held" in page


def test_after_a_closed_one_another_begins_and_everybody_is_asked_again(
    client: FlaskClient, family: Seeded
) -> None:
    assert post(client, path(family, "again")).status_code == 409
    with db.writing() as tx:
        lead = next(each for each in people.contacts_of_case(tx, family.case) if each.role == "interventionist")
        service.withdraw(tx, family.referral.id, lead.person, "The date was moved.")
    assert "This hand-off is over" in client.get(path(family), headers=HTML).text
    assert post(client, path(family, "again")).status_code == 303
    with db.reading() as tx:
        newest = service.of_case(tx, family.case)
        assert newest is not None
        assert newest != family.referral.id
        found = editor.editor(tx, newest, clock.now())
    red = {gate.name for gate in found.gates if gate.light is Light.RED}
    asked_again = {GateName.BED, GateName.TRANSPORT, GateName.ESCORT, GateName.BAG, GateName.NALOXONE}
    assert red == asked_again | {GateName.CLEARANCE, GateName.DOCUMENTS, GateName.CONSENT}
    assert found.plan.drive is not None
    assert found.plan.drive.vehicle == "green station wagon"


def test_the_loved_one_can_be_given_nothing_to_do(family: Seeded) -> None:
    with db.reading() as tx:
        named = [each.label for each in editor.people_of(tx, family.case)]
    assert any("Ray Hart" in each for each in named)
    assert not any("Caleb" in each or "Jonah" in each for each in named)


STEP = {"kind": "counselling", "facility": "", "reason": "She asked for it."}


def steps(family: Seeded) -> list[options.Option]:
    with db.reading() as tx:
        return list(options.of_case(tx, family.case))


def test_a_step_needs_a_clinicians_word_before_anything_is_armed(client: FlaskClient, family: Seeded) -> None:
    assert post(client, path(family, "options"), **STEP).status_code == 303
    assert state(family) == "planned"
    added = steps(family)[-1]
    assert (added.kind, added.chosen.approval) == (options.Kind.COUNSELLING, None)
    nameless = post(client, path(family, "options", "approve"), option=added.id, clinician=" ", credential="MD")
    assert nameless.status_code == 422
    assert state(family) == "planned"
    post(client, path(family, "options", "approve"), option=added.id, clinician="Imani Cole", credential="MD")
    approval = steps(family)[-1].chosen.approval
    assert approval is not None
    assert (approval.name, approval.credential) == ("Imani Cole", "MD")
    assert clock.now() - approval.at < timedelta(minutes=1)
    assert state(family) == "armed"


def test_a_changed_step_has_to_be_approved_again_and_an_unchanged_one_not(
    client: FlaskClient, family: Seeded
) -> None:
    step = steps(family)[-1]
    same = {"kind": step.kind, "facility": "", "reason": step.chosen.reason}
    post(client, path(family, "options", step.id, "save"), **same)
    assert state(family) == "armed"
    post(client, path(family, "options", step.id, "save"), **same | {"reason": "Something else."})
    assert steps(family)[-1].chosen.approval is None
    assert state(family) == "planned"


def test_the_order_of_the_steps_is_peoples_own(client: FlaskClient, family: Seeded) -> None:
    before = [step.kind for step in steps(family)]
    post(client, path(family, "options", steps(family)[1].id, "up"))
    assert [step.kind for step in steps(family)] == [before[1], before[0], *before[2:]]
    post(client, path(family, "options", steps(family)[0].id, "up"))
    post(client, path(family, "options", steps(family)[-1].id, "remove"))
    assert len(steps(family)) == len(before) - 1
    assert state(family) == "armed"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (STEP | {"reason": "  "}, "Why this step"),
        (STEP | {"kind": "prayer"}, "what kind"),
        (STEP | {"facility": "f" * 32}, "facility of the directory"),
        (STEP | {"asam_level": "3.7"}, "edition"),
        (STEP | {"asam_level": "3.7", "asam_edition": "4th edition"}, "who decided|professional who decided"),
    ],
)
def test_half_a_step_is_refused(client: FlaskClient, family: Seeded, typed: dict[str, str], word: str) -> None:
    answer = post(client, path(family, "options"), **typed)
    assert answer.status_code == 422
    assert re.search(word, answer.text)


def test_a_step_of_another_case_cannot_be_reached(app: Flask, client: FlaskClient, family: Seeded) -> None:
    other = seed.families(1, totp=False)[0]
    for what in ("save", "remove", "up"):
        assert post(client, path(family, "options", steps(other)[1].id, what), **STEP).status_code == 404
    approval = {"option": steps(other)[0].id, "clinician": "X", "credential": "MD"}
    assert post(client, path(family, "options", "approve"), **approval).status_code == 404


def reach(family: Seeded, url: str) -> None:
    with db.writing() as tx:
        found = editor.editor(tx, family.referral.id, clock.now())
        both = [found.primary.id, found.fallback.id]
        tx.execute(update(Facility).where(Facility.id.in_(both)).values(endpoint=url, tested_at=None))
        tx.expire_all()
        service.review(tx, family.referral.id, clock.now())


def test_the_simulated_hand_off_goes_the_real_way_and_counts(
    client: FlaskClient, family: Seeded, desk: FacilitySimulator
) -> None:
    reach(family, desk.url)
    assert (lights(family)[GateName.LINE], state(family)) == (Light.RED, "planned")
    before = log_of(family)
    assert post(client, path(family, "test")).status_code == 303
    dispatch()
    first, second = desk.wait_for(2)
    assert first.id.startswith("test:")
    assert first.id != second.id
    for delivery in (first, second):
        assert b'"type":"referral.test"' in delivery.body
        assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= set(delivery.headers)
        assert family.referral.id.encode() not in delivery.body
    assert lights(family)[GateName.LINE] is Light.GREEN
    page = client.get(path(family, "test"), headers=HTML).text
    assert page.count("Answered") == 2
    assert re.search(r"\d\.\d s</b>", page)
    assert log_of(family) == [*before, "Armed"]


def test_the_plan_follows_what_is_found_out_about_its_facilities(
    client: FlaskClient, family: Seeded, desk: FacilitySimulator
) -> None:
    with db.reading() as tx:
        primary = editor.editor(tx, family.referral.id, clock.now()).primary
    clocks = {"receipt_s": "60", "reminder_s": "300", "answer_s": "900", "confirm_s": "120"}
    post(client, f"/facilities/{primary.id}/line", channel="webhook", endpoint=desk.url, **clocks)
    assert state(family) == "planned"
    post(client, f"/facilities/{primary.id}/test")
    dispatch()
    assert state(family) == "armed"
    said = {"organization": primary.organization, "service": primary.service, "phone": primary.phone}
    post(client, f"/facilities/{primary.id}", **said, moud="")
    assert lights(family)[GateName.MOUD] is Light.RED
    assert state(family) == "planned"
    post(client, f"/facilities/{primary.id}", **said, moud="not_offered")
    assert lights(family)[GateName.MOUD] is Light.AMBER
    assert state(family) == "armed"


def test_a_line_that_does_not_answer_stays_red_and_says_why(
    client: FlaskClient, family: Seeded, desk: FacilitySimulator
) -> None:
    reach(family, desk.url)
    desk.answers = [400, 410]
    post(client, path(family, "test"))
    dispatch()
    assert lights(family)[GateName.LINE] is Light.RED
    page = client.get(path(family, "test"), headers=HTML).text
    assert page.count("Not answered") == 2
    assert "status 400" in page


def test_a_facility_without_a_system_is_tested_with_a_few_words(client: FlaskClient, family: Seeded) -> None:
    with db.writing() as tx:
        found = editor.editor(tx, family.referral.id, clock.now())
        both = Facility.id.in_([found.primary.id, found.fallback.id])
        by_mail = {"channel": "link", "email": "desk@harbor.example", "endpoint": "", "tested_at": None}
        tx.execute(update(Facility).where(both).values(by_mail))
    post(client, path(family, "test"))
    dispatcher = Dispatcher(channels(Settings()), service.message_settled)
    dispatcher.finish()
    dispatcher.run()
    with db.reading() as tx:
        kept = service.newest_local_messages(tx, 9)
        told = {(each.kind, each.text) for each in kept if each.key.startswith("test:")}
    assert told == {("email", "This is a test. You need not do anything.")}
    assert lights(family)[GateName.LINE] is Light.GREEN


def test_a_newer_test_takes_back_one_that_still_waits(client: FlaskClient, family: Seeded) -> None:
    post(client, path(family, "test"))
    post(client, path(family, "test"))
    with db.reading() as tx:
        found = editor.editor(tx, family.referral.id, clock.now())
        newest, before = simulate.latest(tx, found.primary.id)
    assert newest.under_way
    assert (before.under_way, before.ok) == (False, False)


def log_of(family: Seeded) -> list[str]:
    with db.reading() as tx:
        entries = service.timeline(tx, family.referral.id)
    return [type(event).__name__ for entry in entries for event in entry.events]


def test_others_cannot_see_or_change_it(app: Flask, family: Seeded) -> None:
    other = seed.families(1, totp=False)[0]
    stranger = app.test_client()
    stranger.post("/api/sign-in", json={"email": other.staff.email, "password": other.staff.password})
    relative = app.test_client()
    relative.post("/api/join", json={"token": family.people[1].token})
    for who, status in ((stranger, 404), (relative, 403)):
        assert who.get(path(family), headers=HTML).status_code == status
        assert who.get(path(family, "test"), headers=HTML).status_code == status
        for change in (("facilities",), ("sections", "bag"), ("options",), ("options", "approve"), ("test",)):
            assert post(who, path(family, *change)).status_code == status
    nobody = app.test_client()
    assert nobody.get(path(family), headers=HTML).location == f"/sign-in?next={path(family)}"
    assert post(nobody, path(family, "sections", "bag")).status_code == 401
    assert state(family) == "armed"


def red(family: Seeded) -> set[GateName]:
    return {name for name, light in lights(family).items() if light is Light.RED}


def test_what_runs_out_disarms_by_itself_at_that_moment(family: Seeded) -> None:
    """The hold lasts a week, the driver's word a day, the test of the line three days."""
    with db.reading() as tx:
        due = {row.key: row.due_at for row in tx.scalars(select(OutboxRow).where(OutboxRow.kind == "clock"))}
    assert [key.split(":")[1] for key in due] == ["look"]
    (first,) = due.values()
    assert timedelta(hours=23) < first - clock.now() < timedelta(hours=25)
    for later, expected in ((timedelta(days=1), {GateName.TRANSPORT}), (timedelta(days=3), None)):
        with time_machine.travel(clock.now() + later + timedelta(seconds=5), tick=False):
            assert ring() == 1
            assert expected is None or red(family) == expected
            assert state(family) == "planned"


def ring() -> int:
    """Whatever is due is marked as delivered, as the dispatcher does it."""
    rang = 0
    with db.writing() as tx:
        while (message := outbox.claim(tx, clock.now(), ids.new_id())) is not None:
            assert outbox.settle(tx, message, outbox.State.DELIVERED, clock.now())
            service.message_settled(tx, message, None)
            rang += 1
    return rang


def test_two_professionals_who_save_different_parts_at_once_lose_nothing(app: Flask, family: Seeded) -> None:
    clients = [app.test_client() for _ in range(2)]
    for each in clients:
        each.post("/api/sign-in", json={"email": family.staff.email, "password": family.staff.password})

    def save(number: int) -> int:
        typed = {"children": f"aunt {number}", "pets": "none", "employer": "none"}
        others = {"needs_time": f"call {number}", "reacts_negatively": "wait", "backs_out": "stop"}
        section, fields = (("home", typed), ("others", others))[number % 2]
        return int(post(clients[number % 2], path(family, "sections", section), **fields).status_code)

    for number in range(0, 20, 2):
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(save, (number, number + 1))) == [303, 303]
        with db.reading() as tx:
            kept = editor.editor(tx, family.referral.id, clock.now()).plan
        assert (kept.home.children, kept.others.needs_time) == (f"aunt {number}", f"call {number + 1}")
