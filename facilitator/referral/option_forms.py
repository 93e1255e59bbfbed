"""A treatment step, and a clinician's approval, as they are typed. Raises Refused malformed for what is odd."""

from facilitator.infra.ids import PersonId
from facilitator.infra.refusal import Refused
from facilitator.referral.options import Approval, Chosen, Kind, NewOption
from facilitator.referral.typed import Form

REASON_LENGTH = 600


def read_option(form: Form) -> NewOption:
    kind, facility = form.text("kind", "Kind of step"), form.text("facility", "Facility")
    if kind not in set(Kind):
        raise Refused("malformed", "Choose what kind of step this is.")
    if facility and facility not in form.known.facilities:
        raise Refused("malformed", "Choose a facility of the directory, or none.")
    chosen = Chosen(
        reason=form.text("reason", "Why this step", REASON_LENGTH, needed=True),
        asam_level=form.text("asam_level", "Level of care", 20),
        asam_edition=form.text("asam_edition", "Edition", 40),
        asam_decided_by=form.text("asam_decided_by", "Decided by"),
    )
    return NewOption(Kind(kind), facility or None, chosen)


def read_approval(form: Form, by: PersonId) -> Approval:
    return Approval(
        form.text("clinician", "The clinician's name", needed=True),
        form.text("credential", "The clinician's credential", needed=True),
        form.known.at,
        noted_by=by,
    )
