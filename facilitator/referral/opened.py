"""One referral, opened for a transaction: its log folded, its arrangement unsealed, ready to take commands."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.config import settings
from facilitator.infra import ids, outbox
from facilitator.infra.entries import Entry
from facilitator.infra.eventlog import EventLog
from facilitator.infra.ids import CaseId, PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import service as people
from facilitator.referral import arrangements, facilities, options, views
from facilitator.referral import commands as ask
from facilitator.referral import events as happened
from facilitator.referral.decide import decide
from facilitator.referral.events import Event
from facilitator.referral.gates import Checked, lacks
from facilitator.referral.react import Directions, Reach, react
from facilitator.referral.state import ReferralState, evolve
from facilitator.referral.summary import ReferralSummary
from facilitator.referral.summary import StepName as Step
from facilitator.referral.tables import Referral, ReferralEvent

UNKNOWN = "There is no such hand-off. Check the link, or ask the professional."

SYSTEM = "system"
"""The actor of what nobody in particular did."""

LOG: EventLog[Event] = EventLog(ReferralEvent, Event)


class OpenReferral:
    """With `lock`, nobody else moves this referral until the transaction ends. Raises Refused not_found."""

    def __init__(self, tx: Session, referral_id: ReferralId, at: datetime, lock: bool = True) -> None:
        self._tx = tx
        self._at = at
        self._row = _row(tx, referral_id, lock)
        self.id = referral_id
        self.case_id = CaseId(self._row.case_id)
        self.seq = 0
        self.state = ReferralState()
        for entry in LOG.read(tx, referral_id):
            self._fold(entry)
        self.primary = facilities.card(tx, self._row.primary_id)
        self.fallback = facilities.card(tx, self._row.fallback_id)
        self.arrangement = arrangements.unsealed(tx, referral_id)

    def take(self, command: ask.Command, occasion: str) -> tuple[Event, ...]:
        """Decides, appends, and writes the messages that follow; nothing at all for a repeat. Raises Refused.

        `occasion` names what the command came from, so that the same occasion cannot be logged twice.
        """
        events = decide(self.state, command)
        if not events:
            return ()
        entry = Entry(self.seq + 1, self._at, SYSTEM, events)
        digest = ids.digest(msgspec.json.encode(command).decode())
        LOG.append(self._tx, self.id, entry, ids.digest(occasion), digest)
        self._fold(entry)
        self._row.state = str(self.state.stage)
        outbox.enqueue(self._tx, react(events, self._directions(events), self._at))
        return events

    @property
    def lacks(self) -> tuple[str, ...]:
        return lacks(self.checked)

    @property
    def checked(self) -> Checked:
        """What the go / no-go list is made from."""
        treatment = options.treatment(self._tx, self.case_id)
        return Checked(self.arrangement, self.primary, self.fallback, treatment, self._at)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Those with somebody to tell."""
        return (Step.FACILITY, *self._contacts())

    def person_for(self, step: Step) -> PersonId | None:
        """Who does this step, if it is one of the people of the case."""
        if step is Step.TRANSPORT and self.arrangement.drive:
            return self.arrangement.drive.driver
        if step is Step.ESCORT and self.arrangement.escort:
            return self.arrangement.escort.person
        return None

    def summary(self) -> ReferralSummary:
        return views.summarise(self.id, self.state, self.lacks, self.primary, self.fallback)

    def _fold(self, entry: Entry[Event]) -> None:
        self.seq = entry.seq
        for event in entry.events:
            self.state = evolve(self.state, event, entry.at)

    def _contacts(self) -> dict[Step, people.Contact]:
        found = {}
        for step in (Step.TRANSPORT, Step.ESCORT):
            person = self.person_for(step)
            contact = None if person is None else people.contact(self._tx, person)
            if contact is not None and (contact.phone or contact.email):
                found[step] = contact
        return found

    def _directions(self, events: tuple[Event, ...]) -> Directions:
        """A personal link is made only where it is about to be sent; links given out before stay good."""
        links_needed = any(isinstance(event, happened.Released) for event in events)
        reach = {}
        for step, contact in self._contacts().items():
            link = self._link(contact.person) if links_needed else ""
            reach[step] = Reach(contact.person, "text" if contact.phone else "email", link)
        return Directions(self.id, self.primary, self.arrangement, reach)

    def _link(self, person: PersonId) -> str:
        return settings().join_url(people.invite(self._tx, person, replace_earlier=False))


def _row(tx: Session, referral_id: ReferralId, lock: bool) -> Referral:
    wanted = select(Referral).where(Referral.id == referral_id).execution_options(populate_existing=True)
    row = tx.scalars(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        raise Refused("not_found", UNKNOWN)
    return row
