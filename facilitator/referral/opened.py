"""One referral, opened for a transaction: its log folded, its arrangement unsealed, ready to take commands."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.config import settings
from facilitator.infra import crypto, ids, outbox
from facilitator.infra.entries import Entry
from facilitator.infra.eventlog import EventLog
from facilitator.infra.ids import CaseId, PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import service as people
from facilitator.referral import arrangements, facilities, options, records, views
from facilitator.referral import commands as ask
from facilitator.referral import events as happened
from facilitator.referral.arrangement import FacilityCard
from facilitator.referral.channels import phone
from facilitator.referral.commands import SYSTEM, Actor
from facilitator.referral.decide import decide
from facilitator.referral.events import Event, Letter, message_key
from facilitator.referral.evolve import evolve
from facilitator.referral.gates import Checked, lacks
from facilitator.referral.moot import wanted
from facilitator.referral.moves import Stage
from facilitator.referral.react import Directions, Reach, react
from facilitator.referral.state import ReferralState
from facilitator.referral.summary import ReferralSummary, Which
from facilitator.referral.summary import StepName as Step
from facilitator.referral.tables import Referral, ReferralEvent, ReferralWords

UNKNOWN = "There is no such hand-off. Check the link, or ask the professional."

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
        self.facilities = {
            Which.PRIMARY: facilities.card(tx, self._row.primary_id),
            Which.FALLBACK: facilities.card(tx, self._row.fallback_id),
        }
        self.arrangement = arrangements.unsealed(tx, referral_id)

    def take(
        self, command: ask.Command, occasion: str, by: Actor = SYSTEM, words: str = "", digest: str = ""
    ) -> tuple[Event, ...]:
        """Decides, appends, and writes the messages that follow; nothing at all for a repeat. Raises Refused.

        `occasion` names what the command came from, so that the same occasion cannot be logged twice, and `digest`
        tells a repeat from something else. `words` are what somebody said about it: sealed, apart from the log.
        """
        events = decide(self._with_consent_as_of_now(), command, by)
        if not events:
            return ()
        before = self.state
        entry = Entry(self.seq + 1, self._at, by.id, events)
        digest = digest or ids.digest(msgspec.json.encode(command).decode())
        LOG.append(self._tx, self.id, entry, ids.digest(occasion), digest)
        self._fold(entry)
        self._row.state = str(self.state.stage)
        if words:
            sealed = crypto.seal(words, words_place(self.id, entry.seq))
            self._tx.add(ReferralWords(referral_id=self.id, seq=entry.seq, body=sealed))
        outbox.withdraw(self._tx, wanted(before) - wanted(self.state), self._at)
        outbox.enqueue(self._tx, react(events, self.state, self._directions(events), self._at))
        return events

    @property
    def primary(self) -> FacilityCard:
        return self.facilities[Which.PRIMARY]

    @property
    def fallback(self) -> FacilityCard:
        return self.facilities[Which.FALLBACK]

    @property
    def in_play(self) -> FacilityCard:
        """Where the person goes, as things stand."""
        return self.facilities[self.state.in_play.which if self.state.in_play else Which.PRIMARY]

    @property
    def ask_first(self) -> bool:
        """Whether the moderator is asked before the second facility is, whatever the first one said."""
        return self.primary.clocks.ask_before_fallback

    @property
    def lacks(self) -> tuple[str, ...]:
        return lacks(self.checked)

    @property
    def checked(self) -> Checked:
        """What the go / no-go list is made from."""
        treatment = options.treatment(self._tx, self.case_id)
        return Checked(self.arrangement, self.primary, self.fallback, treatment, self._at)

    @property
    def steps(self) -> tuple[Letter, ...]:
        """Those with somebody to tell."""
        return (Letter.FACILITY, *self._contacts())

    def which(self, facility_id: str) -> Which | None:
        """Which of the two it is; None for a stranger to this referral."""
        return next((which for which, card in self.facilities.items() if card.id == facility_id), None)

    def stage_after(self, seq: int) -> Stage | None:
        """The stage that it was in after so many entries."""
        state = ReferralState()
        for entry in LOG.read(self._tx, self.id):
            if entry.seq <= seq:
                state = _after(state, entry)
        return state.stage

    def person_for(self, step: Step | Letter) -> PersonId | None:
        """Who does this step, if it is one of the people of the case."""
        if step == Letter.TRANSPORT and self.arrangement.drive:
            return self.arrangement.drive.driver
        if step == Letter.ESCORT and self.arrangement.escort:
            return self.arrangement.escort.person
        return None

    def summary(self) -> ReferralSummary:
        return views.summarise(
            self.id, self.state, self.lacks, self.facilities, phone.of_referral(self._tx, self.id)
        )

    def earlier(self, occasion: str) -> tuple[int, str] | None:
        """(seq, digest) of what was logged on this occasion before, if it was."""
        return LOG.answer(self._tx, self.id, ids.digest(occasion))

    def _with_consent_as_of_now(self) -> ReferralState:
        """A consent can end by itself, and the log does not say so."""
        consent = self.state.consent
        if consent is None:
            return self.state
        facility = {which: card.id for which, card in self.facilities.items()}
        names = tuple(w for w in self.state.consent_names if records.may_send(self._tx, consent, facility[w]))
        return msgspec.structs.replace(self.state, consent_names=names)

    def _fold(self, entry: Entry[Event]) -> None:
        self.seq = entry.seq
        self.state = _after(self.state, entry)

    def _contacts(self) -> dict[Letter, people.Contact]:
        found = {}
        for letter in (Letter.TRANSPORT, Letter.ESCORT):
            person = self.person_for(letter)
            contact = None if person is None else people.contact(self._tx, person)
            if contact is not None and (contact.phone or contact.email):
                found[letter] = contact
        return found

    def _directions(self, events: tuple[Event, ...]) -> Directions:
        """A personal link is made only where it is about to be sent; links given out before stay good."""
        links_needed = any(_brings_a_link(event) for event in events)
        reach = {}
        for letter, contact in self._contacts().items():
            link = self._link(contact.person) if links_needed else ""
            reach[letter] = Reach(contact.person, "text" if contact.phone else "email", link)
        return Directions(self.id, self.facilities, self.arrangement, reach, self._records(events))

    def _link(self, person: PersonId) -> str:
        return settings().join_url(people.invite(self._tx, person, replace_earlier=False))

    def _records(self, events: tuple[Event, ...]) -> dict[str, str]:
        """The bodies of the records that are about to leave, by the keys of their messages."""
        found = {}
        for event in events:
            if isinstance(event, happened.RecordReleased):
                key = message_key(self.state.bids[event.which].outcome, f"record:{event.which}", event.round)
                facility = self.facilities[event.which].id
                found[key] = records.compose(self._tx, self.id, event.consent, facility, key, self._at)
        return found


def words_place(referral_id: ReferralId, seq: int) -> str:
    return f"referral_words:{referral_id}-{seq}:body"


def _after(state: ReferralState, entry: Entry[Event]) -> ReferralState:
    for event in entry.events:
        state = evolve(state, event, entry.at)
    return state


def _brings_a_link(event: Event) -> bool:
    if isinstance(event, happened.Moved):
        return (event.which, event.to) == (Which.FALLBACK, Stage.ACCEPTED)
    return isinstance(event, happened.Released)


def _row(tx: Session, referral_id: ReferralId, lock: bool) -> Referral:
    wanted = select(Referral).where(Referral.id == referral_id).execution_options(populate_existing=True)
    row = tx.scalars(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        raise Refused("not_found", UNKNOWN)
    return row
