"""What a message to a facility says in words, where no program reads it. Pure; it never says who, or what for."""

import msgspec

CALL = "Please call if anything is unclear"


class Told(msgspec.Struct, frozen=True):
    """What may stand in any message to a facility."""

    type: str = ""
    hold_number: str = ""
    eta_minutes: int | None = None
    call_back_phone: str = ""
    answer_by: str = ""


BRIEF = {
    "referral.heads_up": "Plan A is on.",
    "referral.called_off": "Plan A is off for now.",
    "referral.reminder": "Plan A is on and waits for your answer.",
    "referral.test": "This is a test. You need not do anything.",
}
OTHER = "There is news about Plan A."


def brief(body: str) -> str:
    """For a lock screen."""
    return BRIEF.get(_told(body).type, OTHER)


def in_full(body: str) -> str:
    """With the number of the bed and the times."""
    told = _told(body)
    parts = [
        BRIEF.get(told.type, OTHER),
        f"Hold number: {told.hold_number}." if told.hold_number else "",
        f"Arrival in about {told.eta_minutes} minutes." if told.eta_minutes is not None else "",
        f"Please answer by {told.answer_by}." if told.answer_by else "",
        f"{CALL}: {told.call_back_phone}." if told.call_back_phone else "",
    ]
    return " ".join(part for part in parts if part)


def _told(body: str) -> Told:
    try:
        return msgspec.json.decode(body, type=Told)
    except msgspec.DecodeError:
        return Told()
