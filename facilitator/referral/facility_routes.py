"""Where facilities speak to us: signed answers from their systems, and the page behind a link."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from msgspec import Meta
from werkzeug.wrappers import Response as AnyResponse

from facilitator.infra import clock, db, ids
from facilitator.infra.bodies import form_body, json_body
from facilitator.infra.ids import ReferralId
from facilitator.infra.refusal import Refused
from facilitator.people.sign_in import csrf
from facilitator.referral import facility_page, inbox, links, papers
from facilitator.referral.answer import Answer, AnswerState, DeclineReason
from facilitator.referral.inbox import Result, Taken
from facilitator.referral.senders import UNSIGNED, sender

blueprint = Blueprint("facility", __name__)

CLOCKS_MAY_DIFFER = timedelta(minutes=5)
WEBHOOK_ID = "webhook-id"
LONGEST_ID = 150
WHY = "A decline needs a reason: no_capacity, insurance, clinical or other. Nothing else has one."
WHO = "Please write who admitted them."
UNKNOWN_TIME = "`at` must be a time like 2026-03-01T12:00:00Z, with its zone, and not in the future."

Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]
Name = Annotated[str, Meta(max_length=80)]


class Sent(msgspec.Struct, frozen=True):
    """What a facility's system posts. `at` is when it was decided there; ISO 8601 with a zone."""

    referral: Annotated[str, Meta(max_length=40)]
    state: AnswerState
    at: str
    reason: DeclineReason | None = None


class Pressed(msgspec.Struct, frozen=True):
    """What the page posts, as a form or as JSON. `answer` makes a button that is pressed twice count once."""

    state: AnswerState
    answer: Id = ""
    reason: DeclineReason | None = None
    by: Name = ""


@blueprint.post("/facilities/answers")
@csrf.exempt  # type: ignore[untyped-decorator] # the library has no types
def take_answer() -> Response:
    """A repeat, and what is older than what is known, are taken with 200 and change nothing."""
    key = _signed_id()
    sent = json_body(Sent)
    body = request.get_data()
    now = clock.now()
    with db.reading() as tx:
        facility = sender(tx, ReferralId(sent.referral), body, dict(request.headers), now)
    answer = Answer(key, sent.state, _moment(sent.at, now), _reason(sent.state, sent.reason))
    return _told(inbox.take(ReferralId(sent.referral), facility, answer))


@blueprint.get("/referrals/done")
def done_page() -> str:
    """Where a shared phone is left: nothing of the referral is on it."""
    return render_template("referral/facility_done.html", account=None)


@blueprint.get("/referrals/<token>")
def facility_page_by_link(token: str) -> str:
    """Changes nothing and names nobody: programs that preview links may look as often as they like."""
    return _page(token)


@blueprint.post("/referrals/<token>")
@csrf.exempt  # type: ignore[untyped-decorator] # whoever has the link needs no cookie, so there is none to misuse
def answer_by_link(token: str) -> AnyResponse | str | tuple[str, int]:
    """An answer, by the page's own form or as JSON; or the wish to see the papers."""
    if request.is_json:
        return _told(_press(token, json_body(Pressed)))
    if request.form.get("show") == "papers":
        return _papers(token)
    try:
        taken = _press(token, form_body(Pressed))
    except Refused as refused:
        if refused.code in ("not_found", "gone"):
            raise
        return _page(token, refused.message), refused.status
    if taken.result is Result.REFUSED:
        return _page(token, taken.said), 409
    return redirect(request.path, code=303)


def _signed_id() -> str:
    """Before anything is read of what was sent: unsigned is unsigned, whatever it says."""
    key = request.headers.get(WEBHOOK_ID, "")
    if not 0 < len(key) <= LONGEST_ID or "webhook-signature" not in request.headers:
        raise Refused("bad_signature", UNSIGNED)
    return key


def _press(token: str, pressed: Pressed) -> Taken:
    with db.reading() as tx:
        link = links.opened(tx, token)
    by = " ".join(pressed.by.split())
    if pressed.state is AnswerState.ADMITTED and not by:
        raise Refused("malformed", WHO)
    reason = _reason(pressed.state, pressed.reason)
    answer = Answer(f"page {pressed.answer or ids.new_id()}", pressed.state, clock.now(), reason, by)
    return inbox.take(link.referral, link.facility, answer)


def _papers(token: str) -> str:
    with db.writing() as tx:
        link = links.opened(tx, token)
        shown = facility_page.open_papers(tx, link)
    return _page(token, shown=shown)


def _page(token: str, wrong: str | None = None, shown: tuple[papers.Line, ...] = ()) -> str:
    with db.reading() as tx:
        page = facility_page.page_for(tx, links.opened(tx, token))
    return render_template(
        "referral/facility.html",
        page=page,
        answer=ids.new_id(),
        wrong=wrong,
        shown=shown,
        notice=papers.NOTICE,
        account=None,
    )


def _moment(written: str, now: datetime) -> datetime:
    """Never later than now: a facility whose clock is ahead must not shut out what it says next."""
    try:
        at = datetime.fromisoformat(written)
        known = at.tzinfo is not None and at.astimezone(now.tzinfo) <= now + CLOCKS_MAY_DIFFER
    except (ValueError, OverflowError) as wrong:
        raise Refused("malformed", UNKNOWN_TIME) from wrong
    if not known:
        raise Refused("malformed", UNKNOWN_TIME)
    return min(at.astimezone(now.tzinfo), now)


def _reason(state: AnswerState, reason: DeclineReason | None) -> DeclineReason | None:
    if (state is AnswerState.DECLINED) != (reason is not None):
        raise Refused("malformed", WHY)
    return reason


def _told(taken: Taken) -> Response:
    if taken.result is Result.REFUSED:
        raise Refused("illegal_move", taken.said)
    told = {"ok": True, "changed": taken.result is Result.MOVED, "state": taken.said}
    return Response(msgspec.json.encode(told), mimetype="application/json")
