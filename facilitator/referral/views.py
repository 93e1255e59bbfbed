"""What a referral looks like to those in the room. Pure."""

from facilitator.infra.ids import ReferralId
from facilitator.infra.times import iso
from facilitator.referral.arrangement import FacilityCard
from facilitator.referral.state import ReferralState, Stage
from facilitator.referral.summary import Place, ReferralSummary, StepState
from facilitator.referral.summary import Step as StepView
from facilitator.referral.summary import StepName as Step

LABELS = {
    Step.FACILITY: ("Treatment center told", "Treatment center told it is off"),
    Step.TRANSPORT: ("Driver told", "Driver told it is off"),
    Step.ESCORT: ("Escort told", "Escort told it is off"),
}
"""By step: while it is on, and once it was called off."""

NOT_ARMED = (None, Stage.PLANNED, Stage.CANCELLED)


def summarise(
    referral_id: ReferralId,
    state: ReferralState,
    lacks: tuple[str, ...],
    primary: FacilityCard,
    fallback: FacilityCard,
) -> ReferralSummary:
    """`lacks` is what the arrangement is short of right now."""
    return ReferralSummary(
        id=referral_id,
        state=state.stage or Stage.PLANNED,
        armed=state.stage not in NOT_ARMED,
        sent_at=iso(state.sent_at) if state.sent_at else None,
        received_at=iso(state.received_at) if state.received_at else None,
        gaps=_gaps(state, lacks, primary, fallback),
        steps=tuple(_step(state, step) for step in Step),
        primary=Place(primary.name, primary.phone),
        fallback=Place(fallback.name, fallback.phone),
    )


def _step(state: ReferralState, step: Step) -> StepView:
    on, off = LABELS[step]
    sending = state.latest(step)
    if sending is None:
        return StepView(step, on, StepState.WAITING, None)
    return StepView(step, off if sending.cancel else on, sending.state, iso(sending.at))


def _gaps(
    state: ReferralState, lacks: tuple[str, ...], primary: FacilityCard, fallback: FacilityCard
) -> tuple[str, ...]:
    if state.stage is Stage.CANCELLED:
        return ()
    first = []
    if state.held_back is not None:
        first.append(f"Nothing was sent, because not all was ready. Call {primary.name} now: {primary.phone}.")
    facility = state.latest(Step.FACILITY)
    if facility is not None and facility.state is StepState.FAILED:
        first.append(
            f"{primary.name} could not be told by message. Call {primary.phone} now."
            f" If nobody answers, call {fallback.name}: {fallback.phone}."
        )
    for step, who in ((Step.TRANSPORT, "driver"), (Step.ESCORT, "escort")):
        sending = state.latest(step)
        if sending is not None and sending.state is StepState.FAILED:
            first.append(f"The message to the {who} did not arrive. Call the {who} now.")
        elif sending is None and state.sent_at is not None:
            first.append(f"There was nobody to write to as {who}. Call the {who} now.")
    return (*first, *lacks)
