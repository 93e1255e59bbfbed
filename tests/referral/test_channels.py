"""Every way to a facility, through the real dispatcher: what arrives by it, before and after consent."""

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from facilitator.demo import family as story
from facilitator.infra import clock, db, outbox
from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused
from facilitator.referral import disclosures, links, service
from facilitator.referral.arrangement import Channel
from facilitator.referral.channels import phone
from facilitator.referral.channels.local import Kept, newest, recipient
from facilitator.referral.channels.tables import PaperRow
from tests.referral.facility import FacilitySimulator, a_facility
from tests.referral.families import a_family, an_outcome, say_yes, stage
from tests.referral.gateways import a_mail_server, a_text_provider
from tests.referral.lines import dispatching, reach, sign, states, take_back, until


@pytest.fixture
def facility() -> Iterator[FacilitySimulator]:
    with a_facility() as simulator:
        yield simulator


def notes_to(name: str) -> list[Kept]:
    with db.reading() as tx:
        return [kept for kept in newest(tx, 100) if recipient(tx, kept) == name]


def link_in(text: str) -> str:
    found = re.search(r"/referrals/\w+", text)
    assert found, text
    return found[0]


NAME = "Caleb Hart"
DESK = "Harbor Ridge Recovery, admissions"


@pytest.mark.usefixtures("database")
def test_by_webhook_the_heads_up_names_nobody_and_the_record_comes_after_the_signature(
    facility: FacilitySimulator,
) -> None:
    family = a_family(facility.url)
    with dispatching():
        say_yes(family, an_outcome())
        outbox.poke()
        (heads_up,) = facility.wait_for(1)
        consent = sign(family)
        outbox.poke()
        record = json.loads(facility.wait_for(2)[1].body)
        until(lambda: states("record") == [("delivered", "")])
    assert NAME not in heads_up.body.decode()
    assert (record["type"], record["referral"], record["consent"]) == (
        "referral.record",
        family.referral.id,
        consent,
    )
    assert record["bundle"]["resourceType"] == "Bundle"
    assert NAME in json.dumps(record["bundle"])
    with db.reading() as tx:
        assert [line.certain for line in disclosures.of_referral(tx, family.referral.id)] == [True]


@pytest.mark.usefixtures("database")
def test_by_fhir_the_record_is_the_bundle_itself(facility: FacilitySimulator) -> None:
    family = a_family(facility.url)
    reach(family, channel=Channel.FHIR)
    with dispatching():
        say_yes(family, an_outcome())
        outbox.poke()
        (heads_up,) = facility.wait_for(1)
        sign(family)
        outbox.poke()
        record = facility.wait_for(2)[1]
        until(lambda: states("record") == [("delivered", "")])
    assert json.loads(heads_up.body)["entry"][0]["resource"]["resourceType"] == "Communication"
    assert NAME not in heads_up.body.decode()
    assert record.headers["content-type"] == "application/fhir+json"
    assert json.loads(record.body)["type"] == "transaction"
    assert NAME in record.body.decode()


@pytest.mark.parametrize(("email", "kind"), [("desk@harbor.example", "email"), (None, "text")])
def test_by_link_a_desk_without_a_system_sees_the_papers_when_it_asks_for_them(
    client: FlaskClient, email: str | None, kind: str
) -> None:
    family = a_family()
    reach(family, channel=Channel.LINK, email=email)
    with dispatching():
        say_yes(family, an_outcome())
        outbox.poke()
        until(lambda: len(notes_to(DESK)) == 1 and stage(family) in ("sent", "received"))
        sign(family)
        outbox.poke()
        until(lambda: len(notes_to(DESK)) == 2 and states("record") == [("delivered", "")])
    second, first = notes_to(DESK)
    assert {first.kind, second.kind} == {kind}
    assert first.text.startswith("Plan A is on. Open: http")
    assert not any(part in first.text + second.text for part in NAME.split())
    page = client.get(link_in(second.text)).text
    assert NAME not in page, "premise: whoever only looks learns no name"
    assert "Show the papers" in page
    shown = client.post(link_in(first.text), data={"show": "papers"}).text
    assert NAME in shown
    assert "42 CFR part 2 prohibits unauthorized use or disclosure" in shown
    with db.reading() as tx:
        assert [row.opened_at is not None for row in tx.scalars(select(PaperRow))] == [True]


def test_papers_are_gone_from_the_page_when_consent_is_taken_back(client: FlaskClient) -> None:
    family = a_family()
    reach(family, channel=Channel.LINK, email="desk@harbor.example")
    with dispatching():
        say_yes(family, an_outcome())
        sign(family)
        outbox.poke()
        until(lambda: len(notes_to(DESK)) == 2)
    link = link_in(notes_to(DESK)[0].text)
    assert NAME in client.post(link, data={"show": "papers"}).text, "premise: it was there to see"
    take_back(family)
    for page in (client.get(link).text, client.post(link, data={"show": "papers"}).text):
        assert NAME not in page
        assert "Consent was withdrawn" in page


@pytest.mark.usefixtures("database")
def test_a_record_whose_consent_ended_on_the_way_is_given_up_unsent(facility: FacilitySimulator) -> None:
    family = a_family(facility.url)
    say_yes(family, an_outcome())
    sign(family)
    with db.writing() as tx:
        claimed = []
        while (message := outbox.claim(tx, clock.now(), "lease")) is not None:
            claimed.append(message)
    record = next(message for message in claimed if message.kind == "record")
    take_back(family)
    with dispatching() as dispatcher:
        verdict = dispatcher._send(record)
    assert (type(verdict).__name__, verdict.why) == ("Refusal", "consent does not hold")  # type: ignore[union-attr]
    assert not any(NAME in delivery.body.decode() for delivery in facility.deliveries)


@pytest.mark.usefixtures("database")
def test_without_a_receipt_a_note_with_a_link_and_a_call_follow(facility: FacilitySimulator) -> None:
    facility.answers = [500] * 50
    family = a_family(facility.url)
    reach(family, receipt_s=1, email="desk@harbor.example")
    with dispatching():
        say_yes(family, an_outcome())
        outbox.poke()
        until(lambda: len(notes_to(DESK)) == 1)
        until(lambda: states("phone") == [("delivered", "")])
    assert "Open: http" in notes_to(DESK)[0].text
    with db.reading() as tx:
        (task,) = service.summary(tx, family.referral.id).tasks
    assert (task.who, task.phone, task.done_at) == (DESK, story.PRIMARY.phone, None)
    assert story.CALL_BACK_PHONE in task.script


def test_a_professional_ticks_off_a_call_once(app: Flask, facility: FacilitySimulator) -> None:
    facility.answers = [400, 400]
    family = a_family(facility.url)
    with dispatching():
        say_yes(family, an_outcome())
        outbox.poke()
        until(lambda: ("delivered", "") in states("phone"))
    staff = app.test_client()
    given = {"email": family.staff.email, "password": family.staff.password}
    assert staff.post("/api/sign-in", json=given).status_code == 200
    page = staff.get(f"/handoff/{family.referral.id}").text
    assert "Call now" in page
    with db.reading() as tx:
        (task,) = service.summary(tx, family.referral.id).tasks
    path, same_origin = f"/api/referrals/{family.referral.id}/calls/done", {"Sec-Fetch-Site": "same-origin"}
    assert app.test_client().post(path, json={"key": task.key}, headers=same_origin).status_code == 401
    assert staff.post(path, json={"key": "no such call"}, headers=same_origin).status_code == 404
    for _ in range(2):
        assert staff.post(path, json={"key": task.key}, headers=same_origin).status_code == 200
    assert "Call now" not in staff.get(f"/handoff/{family.referral.id}").text


@pytest.mark.usefixtures("database")
def test_a_call_belongs_to_its_referral_alone(facility: FacilitySimulator) -> None:
    facility.answers = [400, 400]
    family, other = a_family(facility.url), a_family()
    with dispatching():
        say_yes(family, an_outcome())
        outbox.poke()
        until(lambda: ("delivered", "") in states("phone"))
    with db.writing() as tx:
        (task,) = phone.of_referral(tx, family.referral.id)
        with pytest.raises(Refused, match="no such call"):
            phone.done(tx, other.referral.id, task.key, PersonId("somebody"))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("down", ["mail", "text"])
def test_a_gateway_that_hangs_delays_nothing_but_its_own(facility: FacilitySimulator, down: str) -> None:
    families = [a_family(facility.url) for _ in range(6)]
    with a_mail_server() as mail, a_text_provider() as texts:
        mail.hangs, texts.hangs = down == "mail", down == "text"
        settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": mail.port,
            "smtp_security": "none",
            "mail_from": "plan@practice.example",
            "text_account": "AC1",
            "text_url": texts.url,
        }
        with dispatching(**settings):
            for family in families:
                reach(family, channel=Channel.LINK, email="desk@harbor.example", receipt_s=1)
                say_yes(family, an_outcome())
            outbox.poke()
            quick = a_family(facility.url)
            say_yes(quick, an_outcome())
            outbox.poke()
            assert until(lambda: stage(quick) == "received") < 1.0
            others = (lambda: len(texts.texts) >= 12) if down == "mail" else (lambda: len(mail.letters) >= 6)
            until(others, timeout_s=3.0)


@pytest.mark.usefixtures("database")
def test_every_attempt_at_a_link_says_the_same(facility: FacilitySimulator) -> None:
    family = a_family()
    primary = reach(family, channel=Channel.LINK, email="desk@harbor.example")
    with (
        a_mail_server() as mail,
        dispatching(
            smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="none", mail_from="plan@practice.example"
        ),
    ):
        mail.refusals = [450]
        say_yes(family, an_outcome())
        outbox.poke()
        until(lambda: len(mail.letters) == 1)
    with db.writing() as tx:
        key = mail.letters[0]["Message-ID"].strip("<>").partition("@")[0].replace(".", ":")
        link = links.make(tx, family.referral.id, primary, key)
    assert mail.letters[0].get_content().strip() == f"Plan A is on. Open: {link}"
    assert states("webhook")[0][0] == "delivered"
