"""The log of a referral as sentences that people can read. Pure."""

from typing import assert_never

from facilitator.referral import events as happened
from facilitator.referral.events import Event
from facilitator.referral.gaps import NO, WHY_DUE
from facilitator.referral.moves import Stage
from facilitator.referral.state import ReferralState
from facilitator.referral.summary import Place, Which

Places = dict[Which, Place]

OF_ALL = {
    happened.Planned: "The hand-off was arranged.",
    happened.Armed: "Everything was ready.",
    happened.Disarmed: "Something was no longer ready.",
    happened.Withdrawn: "It was withdrawn.",
    happened.Released: "The messages went out: Plan A is on.",
    happened.NotReleased: "The yes came before everything was ready, so nothing was sent.",
    happened.CancelAsked: "The yes no longer stood. Everyone was written to.",
    happened.ConsentSigned: "The consent was signed.",
    happened.ConsentTakenBack: "The consent was taken back.",
}
OF_ONE = {
    happened.Received: "{} has the message.",
    happened.Undeliverable: "{} could not be told by message.",
    happened.Unheard: "{} confirmed nothing in time. A second way was tried.",
    happened.Reminded: "{} was reminded.",
    happened.TimedOut: "{} did not answer in time.",
    happened.AskedMore: "{} wants to know more first.",
    happened.Objected: "{} tried to say no after its yes.",
    happened.AcceptedLate: "{} said yes too late, and was told so.",
    happened.BidCalledOff: "{} is told that nobody comes.",
    happened.RecordReleased: "The papers were written to {}.",
}
MOVES = {
    Stage.RECEIVED: "{} is looking into it.",
    Stage.ACCEPTED: "{} said yes.",
    Stage.EN_ROUTE: "They left for {}.",
    Stage.ARRIVED: "They arrived at {}.",
    Stage.ADMITTED: "{} admitted them.",
    Stage.NO_SHOW: "Nobody arrived at {}.",
    Stage.REFUSED_ON_THE_WAY: "They turned back on the way to {}.",
}


def told(event: Event, state: ReferralState, places: Places) -> str | None:
    """One sentence; None for what only machines need to know. `state` knows every message by its key."""
    if type(event) in OF_ALL:
        return OF_ALL[type(event)]
    if type(event) in OF_ONE:
        return OF_ONE[type(event)].format(places[event.which].name)  # type: ignore[union-attr, index]
    match event:
        case happened.Moved():
            return _moved(event, places[event.which].name)
        case happened.Arrived() | happened.GivenUp():
            return _delivered(event, state, places)
        case happened.FallbackDue():
            return f"{places[Which.PRIMARY].name} {WHY_DUE[event.why]}. Plan B waits for a word."
        case happened.FallbackReleased():
            return f"{places[Which.FALLBACK].name} is asked now."
        case happened.Cancelled():
            where = places[event.which].name if event.which else "Everyone who was asked"
            return f"{where} knows that nobody comes."
        case _:
            assert_never(event)  # type: ignore[arg-type] # the two tables take the rest


def _moved(event: happened.Moved, place: str) -> str:
    if event.to is Stage.DECLINED:
        return f"{place} {NO[event.reason or 'other']}."
    return MOVES[event.to].format(place)


def _delivered(event: happened.Arrived | happened.GivenUp, state: ReferralState, places: Places) -> str | None:
    sending = state.sendings.get(event.key)
    what = _message(sending.name, sending.which, places) if sending else None
    if what is None:
        return None
    off = " that it is off" if sending and sending.cancel else ""
    return f"{what}{off} {'arrived' if isinstance(event, happened.Arrived) else 'did not arrive'}."


def _message(name: str, which: Which | None, places: Places) -> str | None:
    if name.endswith(":call"):
        return None
    if name.startswith("record:") and which:
        return f"The papers for {places[which].name}"
    person = {"transport": "driver", "escort": "escort"}.get(name.partition(":")[0])
    whom = f"the {person}" if person else places[which].name if which else "somebody"
    return f"The message to {whom}"
