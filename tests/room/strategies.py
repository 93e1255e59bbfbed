"""Commands by chance: any person may be named in them, and much of it makes no sense at the moment it is asked."""

from hypothesis import strategies as st

from facilitator.infra.ids import CueId, FlagId, PersonId, SegmentId, SignalId
from facilitator.people.roles import Role
from facilitator.room import commands as ask
from facilitator.room.commands import CueKind, OutcomeKind, SignalKind, Source
from facilitator.room.phases import Phase
from tests.makers import CAST

FAMILY = [PersonId(p) for p in ("ruth", "ana", "ben", "cara", "dan")]
PEOPLE = [PersonId(p) for p in (*CAST, "zed")]
"""Zed is nobody: at first no seat is his."""

family = st.sampled_from(FAMILY)
anybody = st.sampled_from(PEOPLE)
limit_s = st.none() | st.integers(1, 600)
created = st.integers(1, 30).map(lambda n: f"{n:032x}")
"""Ids as `Meeting` gives them, so that some name a cue, a signal or a flag that exists."""

course = st.one_of(
    st.builds(ask.OpenRoom),
    st.builds(ask.Advance, st.none() | st.sampled_from(Phase)),
    st.builds(ask.Pause),
    st.builds(ask.Resume),
    st.builds(ask.Suspend),
    st.builds(ask.TakeBreak, st.integers(1, 120)),
    st.builds(ask.PresentPlan),
    st.builds(ask.RevealBottomLine, anybody),
    st.builds(ask.HandOver, st.sampled_from([PersonId("coop"), PersonId("ines"), PersonId("ruth")])),
    st.builds(ask.TakeControl),
    st.builds(ask.RecordOutcome, st.sampled_from(OutcomeKind), override=st.none() | st.just("He said it first.")),
    st.builds(ask.AmendOutcome, st.sampled_from(OutcomeKind), st.just("It changed.")),
)

floor = st.one_of(
    st.builds(ask.GrantTurn, family, limit_s),
    st.builds(ask.Interpose, family, limit_s),
    st.builds(ask.EndTurn, st.none() | family),
    st.builds(ask.ExtendTurn, st.integers(1, 600)),
)

queue = st.one_of(
    st.builds(ask.Reorder, st.lists(family, max_size=5, unique=True).map(tuple)),
    st.builds(ask.Reorder, st.lists(anybody, max_size=3).map(tuple)),
    st.builds(ask.Defer, st.none() | family),
    st.builds(ask.Skip, st.none() | family),
)

own_turn = st.sampled_from([ask.RaiseHand(), ask.LowerHand(), ask.YieldTurn()])

seats = st.one_of(
    st.builds(ask.AskForSeat, st.just(PersonId("zed")) | anybody, st.just(Role.TEAM_MEMBER)),
    st.builds(ask.GetReady, st.just(True)),
    st.builds(ask.RunLate, st.sampled_from(["running_late", "cannot_come"])),
    st.builds(ask.Admit, family | anybody),
    st.builds(ask.Hold, anybody, st.just("Please wait.")),
    st.builds(ask.Decline, anybody),
    st.builds(ask.Remove, anybody),
    st.builds(ask.Leave),
)

words = st.one_of(
    st.builds(
        ask.HearSegment,
        created.map(SegmentId),
        st.just("I love you."),
        st.just(100),
        st.sampled_from([99, 900]),
        st.sampled_from(Source),
        st.none() | anybody,
    ),
    st.builds(ask.ReadSegment, created.map(SegmentId), st.just("I love you.")),
    st.builds(ask.JudgeFlag, created.map(lambda i: FlagId(f"{i}-0")), st.sampled_from(["confirmed", "dismissed"])),
    st.builds(ask.Cue, anybody, st.sampled_from(CueKind), st.none() | st.just("Slowly.")),
    st.builds(ask.CueSeen, created.map(CueId)),
    st.builds(ask.Signal, st.sampled_from(SignalKind)),
    st.builds(ask.SettleSignal, created.map(SignalId)),
    st.builds(ask.TakeNote, st.just("He has gone quiet.")),
)

the_end = st.builds(ask.EndRoom)

for_anybody = st.one_of(st.builds(ask.GrantTurn, anybody, limit_s), st.builds(ask.Interpose, anybody, limit_s))

anything = st.one_of(course, floor, queue, own_turn, seats, words, for_anybody, the_end)
