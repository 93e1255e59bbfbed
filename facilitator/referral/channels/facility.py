"""To a facility, by whichever way it takes messages: its own system, its FHIR server, or a link to a page here."""

from collections.abc import Mapping

import msgspec

from facilitator.infra import db, dispatcher
from facilitator.infra.dispatcher import Verdict
from facilitator.infra.ids import ReferralId
from facilitator.infra.outbox import Claimed
from facilitator.referral import facilities, links
from facilitator.referral.arrangement import Channel
from facilitator.referral.channels import words
from facilitator.referral.react import Note

LINKED = "facilities:"


class FacilityChannel:
    """Looks at each try how the facility takes its messages, so that a change made meanwhile counts."""

    def __init__(self, ways: Mapping[Channel, dispatcher.Channel]) -> None:
        self._ways = ways

    def send(self, message: Claimed) -> Verdict:
        with db.reading() as tx:
            way = facilities.card(tx, message.to.removeprefix(LINKED)).channel
        return self._ways[way].send(message)


class LinkChannel:
    """A few words to the desk's mailbox, or to its phone where it has none; the page behind the link says more."""

    def __init__(self, email: dispatcher.Channel, text: dispatcher.Channel) -> None:
        self._email = email
        self._text = text

    def send(self, message: Claimed) -> Verdict:
        with db.reading() as tx:
            by_mail = bool(facilities.card(tx, message.to.removeprefix(LINKED)).email)
        note = msgspec.json.encode(Note(words.brief(message.body))).decode()
        brief = msgspec.structs.replace(message, kind="email" if by_mail else "text", body=note)
        return (self._email if by_mail else self._text).send(brief)


class Linked:
    """Notes as they are, but those to a facility get the link to its page; the words never say who it is about."""

    def __init__(self, notes: dispatcher.Channel) -> None:
        self._notes = notes

    def send(self, message: Claimed) -> Verdict:
        return self._notes.send(_with_link(message) if message.to.startswith(LINKED) else message)


def _with_link(message: Claimed) -> Claimed:
    """A test of the line belongs to no referral, and there is no page to open."""
    facility = message.to.removeprefix(LINKED)
    with db.writing() as tx:
        link = links.make(tx, ReferralId(message.subject_id), facility, message.key)
    if link is None:
        return message
    text = msgspec.json.decode(message.body, type=Note).text
    return msgspec.structs.replace(message, body=msgspec.json.encode(Note(f"{text} Open: {link}")).decode())
