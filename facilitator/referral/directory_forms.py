"""A facility's page as it is typed: what it offers, and how its desk is reached. Raises Refused malformed."""

from facilitator.infra.refusal import Refused
from facilitator.referral.arrangement import Channel, Clocks
from facilitator.referral.directory import Details, Reach
from facilitator.referral.offers import MoudPolicy, Offer, Setting
from facilitator.referral.typed import Form

LONG = 2000
HOUR_S = 3600


def read_details(form: Form) -> Details:
    return Details(
        organization=form.text("organization", "Organization", needed=True),
        service=form.text("service", "Service", needed=True),
        phone=form.text("phone", "Phone", 40, needed=True),
        description=form.text("description", "What it is", LONG),
        fees=form.text("fees", "Fees", LONG),
        hours=form.text("hours", "Hours", LONG),
        offer=_offer(form),
        documents=_lines(form, "documents", "Papers"),
    )


def read_reach(form: Form) -> Reach:
    channel, email = form.text("channel", "How it takes messages"), form.text("email", "E-mail", 200)
    if channel not in set(Channel):
        raise Refused("malformed", "Choose how this facility takes messages.")
    if email and ("@" not in email[1:-1] or " " in email):
        raise Refused("malformed", "This e-mail address is not complete. It looks like desk@facility.example.")
    return Reach(Channel(channel), form.text("endpoint", "Address", 400), email or None, _clocks(form))


def _clocks(form: Form) -> Clocks:
    return Clocks(
        receipt_s=_seconds(form, "receipt_s", "Seconds until a second way is tried"),
        reminder_s=_seconds(form, "reminder_s", "Seconds until a reminder"),
        answer_s=_seconds(form, "answer_s", "Seconds until the second facility's turn"),
        confirm_s=_seconds(form, "confirm_s", "Seconds for the moderator to confirm"),
        ask_before_fallback=form.ticked("ask_before_fallback"),
    )


def _seconds(form: Form, name: str, label: str) -> int:
    found = form.whole(name, label, HOUR_S)
    if found < 1:
        raise Refused("malformed", f"{label}: give at least 1.")
    return found


def _offer(form: Form) -> Offer:
    settings, moud = form.rows_ticked("setting"), form.text("moud", "MOUD policy")
    if settings - set(Setting) or (moud and moud not in set(MoudPolicy)):
        raise Refused("malformed", "This choice is not on the list. Load the page again.")
    return Offer(
        settings=tuple(each for each in Setting if each in settings),
        moud=MoudPolicy(moud) if moud else None,
        medications=_lines(form, "medications", "Medications"),
        insurance=_lines(form, "insurance", "Insurance"),
        banned_items=_lines(form, "banned_items", "Not allowed in the bag"),
        asam_levels=tuple(map(_level, _lines(form, "asam_levels", "ASAM levels"))),
    )


def _level(line: str) -> tuple[str, str]:
    level, _, edition = line.partition("|")
    return level.strip(), edition.strip()


def _lines(form: Form, name: str, label: str) -> tuple[str, ...]:
    lines = (line.strip() for line in form.text(name, label, LONG).splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))
