"""E-mails and texts by real gateways: what arrives, what is tried again, what is given up."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from facilitator.config import Settings
from facilitator.demo.seed import Seeded
from facilitator.infra import clock, crypto, db
from facilitator.infra.dispatcher import Delivered, Refusal, TryLater
from facilitator.infra.outbox import Claimed
from facilitator.people.tables import Person
from facilitator.referral.channels import recipients
from facilitator.referral.channels.mail import SmtpChannel
from facilitator.referral.channels.text import ProviderChannel
from tests.referral.families import a_family
from tests.referral.gateways import MailServer, TextProvider, a_mail_server, a_text_provider

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with a_mail_server() as found:
        yield found


@pytest.fixture
def provider() -> Iterator[TextProvider]:
    with a_text_provider() as found:
        yield found


def by_mail(server: MailServer) -> SmtpChannel:
    config = Settings(
        smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="none", mail_from="plan@practice.example"
    )
    return SmtpChannel(config)


def by_text(provider: TextProvider) -> ProviderChannel:
    config = Settings(text_account="AC1", text_token="secret", text_from="+16035550100", text_url=provider.url)
    return ProviderChannel(config)


def a_note(
    family: Seeded, phone: str | None = "603-555-0119", email: str | None = "walter@example.org"
) -> Claimed:
    """To the escort, who can be reached as said."""
    escort = next(person for person in family.people if person.role == "escort")
    with db.writing() as tx:
        row = tx.get_one(Person, escort.id)
        row.phone = crypto.seal(phone, f"people:{row.id}:phone") if phone else None
        row.email = crypto.seal(email, f"people:{row.id}:email") if email else None
    body = json.dumps({"text": "Plan A is on. Open: https://practice.example/join#abc"})
    to = f"people:{escort.id}"
    return Claimed("abc:escort:2", "text", to, to, family.referral.id, body, 1, "lease", clock.now())


def test_an_e_mail_says_little_and_carries_the_messages_key(server: MailServer) -> None:
    assert by_mail(server).send(a_note(a_family())) == Delivered()
    (letter,) = server.letters
    assert (letter["To"], letter["From"]) == ("walter@example.org", "plan@practice.example")
    assert (letter["Subject"], letter["Message-ID"]) == ("Plan A", "<abc.escort.2@practice.example>")
    assert letter.get_content().strip() == "Plan A is on. Open: https://practice.example/join#abc"


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (450, TryLater("mail server said 450")),
        (550, Refusal("mail server said 550")),
        (535, TryLater("mail server said 535")),
    ],
)
def test_a_mail_server_says_not_now_or_never(server: MailServer, code: int, verdict: Any) -> None:
    server.refusals = [code]
    assert by_mail(server).send(a_note(a_family())) == verdict
    assert server.letters == []


def test_a_mail_server_that_hangs_or_is_away_is_tried_again(server: MailServer) -> None:
    note, channel = a_note(a_family()), by_mail(server)
    server.hangs = True
    assert isinstance(channel.send(note), TryLater)
    away = Settings(smtp_host="127.0.0.1", smtp_port=9, smtp_security="none", mail_from="plan@practice.example")
    assert isinstance(SmtpChannel(away).send(note), TryLater)


def test_mail_never_goes_unencrypted_where_encryption_was_asked_for(server: MailServer) -> None:
    asked = Settings(smtp_host="127.0.0.1", smtp_port=server.port, mail_from="plan@practice.example")
    assert isinstance(SmtpChannel(asked).send(a_note(a_family())), TryLater)
    assert server.letters == []


def test_a_text_goes_to_the_number_in_the_international_form(provider: TextProvider) -> None:
    assert by_text(provider).send(a_note(a_family())) == Delivered()
    (text,) = provider.texts
    assert text["path"] == "/2010-04-01/Accounts/AC1/Messages.json"
    assert (text["To"], text["From"]) == ("+16035550119", "+16035550100")
    assert text["Body"].startswith("Plan A is on.")
    assert provider.headers[0]["authorization"] == "Basic " + base64.b64encode(b"AC1:secret").decode()


def test_a_provider_says_not_now_or_never(provider: TextProvider) -> None:
    note, channel = a_note(a_family()), by_text(provider)
    provider.answers = [(429, {"Retry-After": "7"}), (503, {}), (401, {}), (400, {})]
    said = [channel.send(note) for _ in range(4)]
    why = "text gateway said"
    assert said == [
        TryLater(f"{why} 429", 7.0),
        TryLater(f"{why} 503"),
        TryLater(f"{why} 401"),
        Refusal(f"{why} 400"),
    ]


def test_whoever_cannot_be_reached_that_way_is_given_up_at_once(
    server: MailServer, provider: TextProvider
) -> None:
    note = a_note(a_family(), phone="ask his sister", email=None)
    assert by_mail(server).send(note) == Refusal("no e-mail address")
    assert by_text(provider).send(note) == Refusal("no phone number")


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+1 603-555-0188", "+16035550188"),
        ("(603) 555-0188", "+16035550188"),
        ("1-800-662-4357", "+18006624357"),
        ("Sam Reyes, next door, +1 603-555-0188", "+16035550188"),
        ("+44 20 7946 0018", "+442079460018"),
        ("555-0188", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_found_in_whatever_was_written_down(written: str | None, dialled: str | None) -> None:
    assert recipients.dialled(written) == dialled


def test_the_safety_contact_of_a_case_is_found_by_the_case() -> None:
    family = a_family()
    with db.reading() as tx:
        found = recipients.find(tx, f"cases:{family.case}")
    assert found == recipients.Recipient("Safety contact", "+16035550188", None)
