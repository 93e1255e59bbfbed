"""What moves a referral once it was sent: answers, those who travel, a second facility, consent."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra import clock, crypto, ids, outbox
from facilitator.infra.ids import PersonId, ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people import service as people
from facilitator.people.roles import PROFESSIONALS, Role
from facilitator.referral import commands as ask
from facilitator.referral import records
from facilitator.referral.answer import Answer, AnswerState
from facilitator.referral.arrangement import Channel
from facilitator.referral.commands import Actor
from facilitator.referral.moves import Stage, Who
from facilitator.referral.opened import UNKNOWN, OpenReferral, words_place
from facilitator.referral.tables import ReferralWords

MOVES = {
    "left": Stage.EN_ROUTE,
    "arrived": Stage.ARRIVED,
    "refused_on_the_way": Stage.REFUSED_ON_THE_WAY,
    "no_show": Stage.NO_SHOW,
}
"""What those who travel can say, by its name on the wire."""

WHO = {Role.ESCORT: Who.ESCORT, Role.DRIVER: Who.DRIVER, Role.LOVED_ONE: Who.LOVED_ONE}
WHO |= dict.fromkeys(PROFESSIONALS, Who.PROFESSIONAL)


class Taken(msgspec.Struct, frozen=True):
    """What became of something said: `state` is the facility's own stage for its answer, else the referral's."""

    changed: bool
    state: str


def take_answer(tx: Session, referral_id: ReferralId, facility_id: str, answer: Answer) -> Taken:
    """Moves what the facility may move. An answer that is older than what is known changes nothing.

    Raises Refused: not_found for a facility that was not asked, illegal_move for what cannot be now.
    """
    now = clock.now()
    opened = OpenReferral(tx, referral_id, now)
    which = opened.which(facility_id)
    if which is None or which not in opened.state.bids:
        raise Refused("not_found", UNKNOWN)
    command = ask.TakeAnswer(which, answer.state, min(answer.at, now), answer.reason, opened.ask_first)
    occasion = f"{facility_id}:answer:{answer.id}"
    events = opened.take(command, occasion, Actor(Who.FACILITY, facility_id), words=answer.by)
    return Taken(bool(events), opened.state.bids[which].stage)


def answer_refused(tx: Session, referral_id: ReferralId, facility_id: str, answer: Answer) -> None:
    """After `take_answer` refused it: a "no" that comes after a "yes" reaches the professional all the same."""
    opened = OpenReferral(tx, referral_id, clock.now())
    which = opened.which(facility_id)
    if which is not None and answer.state is AnswerState.DECLINED:
        opened.take(ask.Object(which), f"{facility_id}:objected:{answer.id}", Actor(Who.FACILITY, facility_id))


def move(
    tx: Session,
    referral_id: ReferralId,
    name: str,
    by: PersonId,
    reason: str | None = None,
    command_id: str | None = None,
    ago_s: float = 0.0,
) -> Taken:
    """One of MOVES, or "fallback", "resend", "withdraw", which are the professional's. Raises Refused.

    `ago_s` is how long it waited for a network. The same `command_id` gets the same answer again, and id_reused
    with anything else.
    """
    opened = OpenReferral(tx, referral_id, clock.now())
    actor = _actor(tx, opened, by)
    occasion = f"move:{command_id or ids.new_id()}"
    digest = ids.digest(msgspec.json.encode((name, reason, by)).decode())
    earlier = opened.earlier(occasion)
    if earlier is not None:
        return _same_answer(opened, earlier, digest)
    command, own_words = _command(opened, name, reason, ago_s), (reason or "").strip()
    changed = opened.take(command, occasion, actor, own_words, digest)
    return Taken(bool(changed), opened.state.stage or Stage.PLANNED)


def confirm_fallback(tx: Session, referral_id: ReferralId, by: PersonId) -> Taken:
    """The moderator agrees that the second facility is asked. A repeat changes nothing."""
    return move(tx, referral_id, "fallback", by)


def withdraw(tx: Session, referral_id: ReferralId, by: PersonId, reason: str) -> Taken:
    """It is not needed any more, and was never sent."""
    return move(tx, referral_id, "withdraw", by, reason)


def consent_given(tx: Session, referral_id: ReferralId, consent_id: str, by: PersonId) -> Taken:
    """In the transaction that keeps the signature: the record leaves for each facility that expects the person."""
    opened = OpenReferral(tx, referral_id, clock.now())
    names = tuple(w for w, card in opened.facilities.items() if records.may_send(tx, consent_id, card.id))
    command = ask.GiveConsent(consent_id, names)
    changed = opened.take(command, f"consent:{consent_id}", _actor(tx, opened, by))
    return Taken(bool(changed), opened.state.stage or Stage.PLANNED)


def consent_revoked(tx: Session, referral_id: ReferralId, consent_id: str, by: PersonId) -> Taken:
    """In the transaction that ends the consent: what has not left stays here; who has it is asked to cancel."""
    at = clock.now()
    opened = OpenReferral(tx, referral_id, at)
    keys = {key: bid.which for bid in opened.state.bids.values() if (key := bid.record_key)}
    may_have = outbox.withdraw(tx, list(keys), at)
    got = tuple(which for key, which in keys.items() if may_have.get(key))
    command = ask.RevokeConsent(consent_id, got)
    changed = opened.take(command, f"revoked:{consent_id}", _actor(tx, opened, by))
    return Taken(bool(changed), opened.state.stage or Stage.PLANNED)


def words(tx: Session, referral_id: ReferralId) -> dict[int, str]:
    """What people said in their own words, by the log entry that it belongs to."""
    rows = tx.scalars(select(ReferralWords).where(ReferralWords.referral_id == referral_id))
    return {row.seq: crypto.unseal(row.body, words_place(referral_id, row.seq)) for row in rows}


def answers_by_system(opened: OpenReferral, to: str) -> bool:
    """Whether a delivery there means that the facility's own system has it, and not merely a mail server."""
    card = next((card for card in opened.facilities.values() if to == f"facilities:{card.id}"), None)
    return card is not None and card.channel is not Channel.LINK


def _actor(tx: Session, opened: OpenReferral, by: PersonId) -> Actor:
    """Raises Refused not_found for somebody who is not of the case, not_allowed for a role with no part in it."""
    found = next((each for each in people.contacts_of_case(tx, opened.case_id) if each.person == by), None)
    if found is None:
        raise Refused("not_found", UNKNOWN)
    if found.role not in WHO:
        raise Refused("not_allowed", "This is not yours to say. Please tell the professional of the case.")
    return Actor(WHO[found.role], by)


def _command(opened: OpenReferral, name: str, reason: str | None, ago_s: float) -> ask.Command:
    if name in MOVES:
        return ask.Go(MOVES[name], _happened_at(opened, ago_s))
    match name:
        case "fallback":
            return ask.Fallback()
        case "resend":
            return ask.Resend(opened.steps)
        case "withdraw":
            return ask.Withdraw(reason or "")
    known = ", ".join([*MOVES, "fallback", "resend", "withdraw"])
    raise Refused("malformed", f"There is no such move. It can be one of: {known}.")


def _happened_at(opened: OpenReferral, ago_s: float) -> datetime:
    """Never before what is known already, so that minutes count forward."""
    now, bid = clock.now(), opened.state.in_play
    at = now - timedelta(seconds=ago_s)
    return at if bid is None else min(now, max(at, bid.at))


def _same_answer(opened: OpenReferral, earlier: tuple[int, str], digest: str) -> Taken:
    seq, earlier_digest = earlier
    if earlier_digest != digest:
        raise Refused("id_reused", "This id was used for something else. Send a new id.")
    return Taken(False, opened.stage_after(seq) or Stage.PLANNED)
