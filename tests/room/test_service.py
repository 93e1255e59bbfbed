"""One command, one transaction: on a real database, against other writers and failures."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, insert, select, text
from sqlalchemy.exc import OperationalError

from facilitator import language
from facilitator.infra import broadcast, clock, db, ids, offload, wire
from facilitator.infra.broadcast import Connection
from facilitator.infra.entries import Entry
from facilitator.infra.ids import PersonId, RoomId
from facilitator.infra.refusal import Refused
from facilitator.people.roles import Role
from facilitator.plan import service as plan
from facilitator.plan.prepared import Part, PartName
from facilitator.room import commands as ask
from facilitator.room import events as did
from facilitator.room import live, service, verify
from facilitator.room.evolve import fold
from facilitator.room.held import Live
from facilitator.room.phases import Kind
from facilitator.room.state import HEARD_KEPT
from facilitator.room.steps import Ticket
from facilitator.room.stored import LOG
from facilitator.room.tables import FlagWords, Outcome, RoomEvent, Words
from facilitator.room.watch import Watch
from tests.makers import a_case, a_person

pytestmark = pytest.mark.usefixtures("database")


class Meeting:
    """A live room in the database with an interventionist, two of the team, and the loved one."""

    def __init__(self) -> None:
        with db.writing() as tx:
            case = a_case(tx)
            self.ines = a_person(tx, case, "Ines", Role.INTERVENTIONIST)
            self.ana = a_person(tx, case, "Ana")
            self.ben = a_person(tx, case, "Ben")
            self.dan = a_person(tx, case, "Dan", Role.LOVED_ONE)
            team = [(person, Role.TEAM_MEMBER) for person in (self.ana, self.ben)]
            seats = [(self.ines, Role.INTERVENTIONIST), *team, (self.dan, Role.LOVED_ONE)]
            self.id: RoomId = service.create(tx, case, Kind.LIVE, seats, [self.ana, self.ben])

    def ask(self, by: PersonId, name: str, command_id: str | None = None, **args: object) -> int:
        body = {"id": command_id or str(uuid.uuid4()), "name": name, "args": args}
        return service.handle(self.id, wire.parse(body, service.KNOWN), by)

    def submit(self, by: PersonId, name: str, command_id: str | None = None, **args: object) -> Ticket:
        body = {"id": command_id or str(uuid.uuid4()), "name": name, "args": args}
        ticket = Ticket()
        service.submit(self.id, wire.parse(body, service.KNOWN), by, ticket.settle)
        return ticket

    def sections(self, person: PersonId) -> dict[str, Any]:
        sections: Any = service.view(self.id, person)["sections"]
        return dict(sections)

    def opened(self) -> "Meeting":
        for person in (self.ana, self.ben, self.dan):
            self.ask(self.ines, "admit", person=person)
        self.ask(self.ines, "open_room")
        return self

    def flagged(self) -> dict[str, Any]:
        self.ask(self.ines, "grant_turn", person=self.ana)
        self.ask(self.ana, "hear_segment", **says("You are a junkie."))
        flags = self.sections(self.ines)["flags"]
        assert len(flags) == 1
        flag: dict[str, Any] = flags[0]
        return flag


class Screens:
    """Stands for the socket server: keeps what it is told to send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.closed: list[str] = []

    def emit(self, sids: Sequence[str], event: str, payload: Any) -> None:
        self.sent.extend((sid, event, payload) for sid in sids)

    def views(self, sid: str) -> list[dict[str, Any]]:
        return [payload for to, event, payload in self.sent if to == sid and event == "view"]


@pytest.fixture
def screens() -> Screens:
    made = Screens()
    broadcast.install(made.emit, made.closed.append)
    return made


@pytest.fixture
def meeting(screens: Screens) -> Iterator[Meeting]:
    """The console is connected, so the room stays in memory between commands."""
    assert screens.sent == []
    made = Meeting()
    broadcast.enter(Connection("console", made.id, made.ines, None))
    yield made.opened()
    broadcast.leave("console")


def says(text: str) -> dict[str, object]:
    return {"segment": str(uuid.uuid4()), "text": text, "started_at_ms": 1, "ended_at_ms": 2, "source": "typed"}


def test_seq_counts_acknowledged_commands_without_a_gap(meeting: Meeting) -> None:
    first = meeting.ask(meeting.ana, "raise_hand")
    with pytest.raises(Refused):
        meeting.ask(meeting.ana, "open_room")
    assert meeting.ask(meeting.ana, "raise_hand") == first
    assert meeting.ask(meeting.ben, "raise_hand") == first + 1


def test_a_restarted_process_folds_the_log_to_the_same_state(meeting: Meeting) -> None:
    meeting.flagged()
    meeting.ask(meeting.ines, "pause")
    before = meeting.sections(meeting.ines)
    with db.reading() as tx:
        assert fold(meeting.id, LOG.read(tx, meeting.id)) == live.of(meeting.id).now().state
    assert meeting.id in live.here()
    live.forget()
    assert _timeless(meeting.sections(meeting.ines)) == _timeless(before)


def test_views_leave_in_the_order_of_the_log_and_carry_only_what_changed(
    meeting: Meeting, screens: Screens
) -> None:
    broadcast.enter(Connection("ana", meeting.id, meeting.ana, None))
    service.show_to_all(meeting.id)
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    meeting.ask(meeting.ines, "take_note", text="Between us.")
    meeting.ask(meeting.ana, "yield_turn")
    broadcast.leave("ana")
    whole, *changes = screens.views("ana")
    assert {"me", "room", "people", "floor", "queue"} <= set(whole["sections"])
    assert [set(change["sections"]) for change in changes] == [{"floor"}, {"floor", "totals"}]
    numbers = [view["seq"] for view in screens.views("console")]
    assert numbers == sorted(numbers)


def test_what_came_bit_by_bit_is_at_every_moment_the_whole_view(meeting: Meeting, screens: Screens) -> None:
    """Whoever sees the same is shown things together, and nobody may miss or keep anything by that."""
    people = {"console": meeting.ines, "ana": meeting.ana, "ben": meeting.ben, "dan": meeting.dan}
    for sid, person in list(people.items())[1:]:
        broadcast.enter(Connection(sid, meeting.id, person, None))
    steps: list[tuple[PersonId, str, dict[str, object]]] = [
        (meeting.ana, "raise_hand", {}),
        (meeting.ines, "grant_turn", {"person": meeting.ana}),
        (meeting.ana, "hear_segment", says("You are a junkie. I love you.")),
        (meeting.ines, "cue", {"person": meeting.ana, "kind": "breathe"}),
        (meeting.ines, "interpose", {"person": meeting.ben}),
        (meeting.ines, "end_turn", {}),
        (meeting.ines, "take_note", {"text": "He looked up."}),
        (meeting.dan, "signal", {"kind": "break"}),
        (meeting.dan, "pause", {}),
        (meeting.ines, "resume", {}),
        (meeting.ana, "yield_turn", {}),
        (meeting.ines, "present_plan", {}),
        (meeting.ines, "advance", {"to": "response"}),
        (meeting.ines, "grant_turn", {"person": meeting.ben}),
        (meeting.ines, "record_outcome", {"kind": "needs_time"}),
        (meeting.ines, "grant_turn", {"person": meeting.dan}),
    ]
    for by, name, args in steps:
        meeting.ask(by, name, **args)
        for sid, person in people.items():
            assert _timeless(_seen_by(screens, sid)) == _timeless(meeting.sections(person)), (name, sid)
    for sid in list(people)[1:]:
        broadcast.leave(sid)


def _seen_by(screens: Screens, sid: str) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for view in screens.views(sid):
        kept = {name: section for name, section in seen.items() if name not in view.get("dropped", [])}
        seen = {**kept, **view["sections"]}
    return seen


def test_somebody_removed_is_told_and_closed_and_hears_no_more(meeting: Meeting, screens: Screens) -> None:
    broadcast.enter(Connection("ana", meeting.id, meeting.ana, None))
    meeting.ask(meeting.ines, "remove", person=meeting.ana)
    assert ("ana", "gone", {"code": "removed"}) in screens.sent
    assert screens.closed == ["ana"]
    broadcast.leave("ana")


def test_a_worker_that_is_behind_catches_up_before_it_decides(meeting: Meeting) -> None:
    behind = Live(meeting.id)
    with db.reading() as tx:
        assert behind.read(tx).state.holder is None
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    with db.reading() as tx:
        assert behind.catch_up(tx)
        assert behind.read(tx).state.holder == meeting.ana
        assert not behind.catch_up(tx)


def test_a_decision_that_another_worker_overtook_is_made_anew(meeting: Meeting, screens: Screens) -> None:
    """The other worker appends what this one does not know of, so the number that this one wants is taken."""
    before = meeting.ask(meeting.ana, "raise_hand")
    held = live.of(meeting.id)
    elsewhere = Entry(before + 1, clock.now(), meeting.dan, (did.PersonLeft(meeting.dan),))
    with db.writing() as tx:
        LOG.append(tx, meeting.id, elsewhere, ids.new_id(), "")
    assert held.now().seq == before
    assert meeting.ask(meeting.ben, "raise_hand") == before + 2
    assert meeting.sections(meeting.ines)["queue"] == [meeting.ana, meeting.ben]
    assert meeting.sections(meeting.dan)["me"]["standing"] == "left"
    assert [view["seq"] for view in screens.views("console")][-2:] == [before + 1, before + 2]


@pytest.mark.parametrize("reads_all", [False, True], ids=["a hand", "the plan"])
def test_what_surrounds_a_room_is_read_anew_only_where_another_worker_may_have_changed_it(
    meeting: Meeting, reads_all: bool
) -> None:
    """Two workers that write to one room at once read much of it anew, again and again."""
    before = meeting.ask(meeting.ana, "raise_hand")
    happened = did.PlanPresented() if reads_all else did.HandRaised(meeting.ben)
    with db.writing() as tx:
        LOG.append(tx, meeting.id, Entry(before + 1, clock.now(), meeting.ben, (happened,)), ids.new_id(), "")
    asked: list[str] = []
    with listening_to(db.engine(), asked.append):
        assert meeting.ask(meeting.ana, "lower_hand") == before + 2
    assert any("room_events" in statement for statement in asked)
    assert any("FROM people" in statement for statement in asked) is reads_all


def test_a_room_that_many_ask_for_at_once_is_read_once(meeting: Meeting) -> None:
    """All phones of a meeting come back in the same moment."""
    broadcast.leave("console")
    held = live.of(meeting.id)
    asked: list[str] = []
    with ThreadPoolExecutor(5) as pool, listening_to(db.engine(), asked.append):
        with held.lock:
            asking = [pool.submit(live.of, meeting.id) for _ in range(5)]
            time.sleep(0.2)
            assert not any(each.done() for each in asking)
        assert all(each.result(10) is held for each in asking)
    assert sum("FROM people" in statement for statement in asked) == sum(
        "FROM people" in statement for statement in _asked_by_one(meeting)
    )


def _asked_by_one(meeting: Meeting) -> list[str]:
    asked: list[str] = []
    with listening_to(db.engine(), asked.append):
        live.of(meeting.id)
    return asked


@contextmanager
def listening_to(engine: Engine, hear: Callable[[str], object]) -> Iterator[None]:
    def asked(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        hear(statement)

    event.listen(engine, "before_cursor_execute", asked)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", asked)


def test_whoever_looks_first_after_a_commit_failed_shows_what_another_wrote(
    meeting: Meeting, screens: Screens
) -> None:
    before = meeting.ask(meeting.ana, "raise_hand")
    held = live.of(meeting.id)
    held.give_up()
    elsewhere = Entry(before + 1, clock.now(), meeting.dan, (did.PersonLeft(meeting.dan),))
    with db.writing() as tx:
        LOG.append(tx, meeting.id, elsewhere, ids.new_id(), "")
    assert screens.views("console")[-1]["seq"] == before
    assert meeting.sections(meeting.ines)["people"]
    assert screens.views("console")[-1]["seq"] == before + 1


def test_whoever_decided_on_what_was_not_kept_decides_anew(meeting: Meeting) -> None:
    """Ten at once from one client, the log moved on by another: each gets a number of its own, in order."""
    before = meeting.ask(meeting.ana, "raise_hand")
    elsewhere = Entry(before + 1, clock.now(), meeting.dan, (did.PersonLeft(meeting.dan),))
    with db.writing() as tx:
        LOG.append(tx, meeting.id, elsewhere, ids.new_id(), "")
    people = [meeting.ana, meeting.ben] * 5
    tickets = [meeting.submit(meeting.ines, "grant_turn", person=person) for person in people]
    assert [ticket.wait() for ticket in tickets] == list(range(before + 2, before + 12))


def test_what_cannot_be_saved_is_said_to_all_who_wait_and_leaves_no_trace(meeting: Meeting) -> None:
    before = meeting.ask(meeting.ana, "raise_hand")
    away = db.engine()
    with _no_database():
        with ThreadPoolExecutor(max_workers=2) as pool:
            asked = [
                pool.submit(meeting.ask, meeting.ines, "grant_turn", person=p) for p in (meeting.ana, meeting.ben)
            ]
        for one in asked:
            error = one.exception()
            assert isinstance(error, Exception)
            assert db.is_trouble(error)
    assert db.engine() is away
    assert live.given_up() == [meeting.id]
    Watch().look()
    assert live.given_up() == []
    assert meeting.sections(meeting.ines)["floor"]["holder"] is None
    assert meeting.ask(meeting.ines, "grant_turn", person=meeting.ben) == before + 1


def test_one_that_cannot_be_kept_takes_no_other_room_with_it(meeting: Meeting) -> None:
    """Both are in one group: the outcome that is already there is refused, the other room goes on."""
    other = Meeting().opened()
    with db.writing() as tx:
        values = {"room_id": meeting.id, "outcome_id": "x", "kind": "accepts", "recorded_at": clock.now()}
        tx.execute(insert(Outcome).values(**values))
    with _held_up():
        spoilt = meeting.submit(meeting.ines, "record_outcome", kind="needs_time")
        after = meeting.submit(meeting.ana, "raise_hand")
        fine = other.submit(other.ana, "raise_hand")
    assert fine.wait() > 0
    assert after.wait() > 0
    with pytest.raises(Refused) as refused:
        spoilt.wait()
    assert refused.value.code == "conflict"
    assert meeting.sections(meeting.ines)["queue"] == [meeting.ana]


def test_two_taps_with_one_id_are_one_command(meeting: Meeting) -> None:
    one_id = str(uuid.uuid4())
    with _held_up():
        first, second = (meeting.submit(meeting.ana, "raise_hand", one_id) for _ in range(2))
        other = meeting.submit(meeting.ben, "raise_hand", one_id)
    assert first.wait() == second.wait()
    with pytest.raises(Refused) as refused:
        other.wait()
    assert refused.value.code == "id_reused"


def test_a_command_costs_the_same_however_long_the_meeting_has_lasted(meeting: Meeting) -> None:
    """Counted in statements to the database and in what the state holds, not in time."""
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    for n in range(HEARD_KEPT + 50):
        meeting.ask(meeting.ana, "hear_segment", **says(f"Number {n}."))
    held = live.of(meeting.id)
    assert len(held.now().state.heard) == HEARD_KEPT
    with _counted() as statements:
        meeting.ask(meeting.ana, "hear_segment", **says("Number 300."))
    assert [s.split()[0] for s in statements if "BEGIN" not in s] == ["INSERT", "INSERT"]


def test_moderators_who_race_record_one_outcome(meeting: Meeting) -> None:
    meeting.ask(meeting.ines, "present_plan")
    kinds = ["accepts", "needs_time"] * 10

    def record(kind: str) -> str:
        try:
            meeting.ask(meeting.ines, "record_outcome", kind=kind)
        except Refused as refused:
            return refused.code
        return kind

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(record, kinds))
    assert len({answer for answer in answers if answer in kinds}) == 1
    assert {answer for answer in answers if answer not in kinds} == {"already_recorded"}
    with db.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Outcome)) == 1
        assert verify.differences(tx, meeting.id) == []


def test_a_repeated_id_gets_the_same_answer_whatever_happened_since(meeting: Meeting) -> None:
    one_id = str(uuid.uuid4())
    seq = meeting.ask(meeting.ana, "raise_hand", one_id)
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    assert meeting.ask(meeting.ana, "raise_hand", one_id) == seq
    with pytest.raises(Refused) as refused:
        meeting.ask(meeting.ben, "raise_hand", one_id)
    assert refused.value.code == "id_reused"


def test_the_log_holds_no_spoken_word(meeting: Meeting) -> None:
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    meeting.ask(meeting.ana, "hear_segment", **says("You are a junkie, Zanzibar."))
    meeting.ask(meeting.ines, "take_note", text="Zanzibar is a place.")
    meeting.ask(meeting.ines, "cue", person=meeting.ana, kind="text", text="Think of Zanzibar.")
    meeting.ask(meeting.ines, "record_outcome", kind="needs_time", note="Zanzibar again.")
    with db.reading() as tx:
        log = "".join(tx.scalars(select(RoomEvent.body).where(RoomEvent.stream == meeting.id)))
        kept = [*tx.scalars(select(Words.body)), *tx.scalars(select(FlagWords.body))]
    assert "FlagRaised" in log
    assert "Zanzibar" not in log
    assert len(kept) >= 5
    assert all(b"Zanzibar" not in body for body in kept)


def test_whoever_spoke_is_answered_before_the_words_are_read(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def slow_engine(work: Any, *args: Any) -> Any:
        if work is language.read:
            assert answered.wait(10), "the words were read before their speaker had an answer"
        return work(*args)

    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    monkeypatch.setattr(offload, "_computer", slow_engine)
    body = {"id": str(uuid.uuid4()), "name": "hear_segment", "args": says("You are a junkie.")}
    service.submit(meeting.id, wire.parse(body, service.KNOWN), meeting.ana, lambda _: answered.set())
    assert len(meeting.sections(meeting.ines)["flags"]) == 1


def test_words_whose_reading_a_crash_cut_short_are_read_by_whoever_comes_next(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    with monkeypatch.context() as patched:
        patched.setattr(service, "read_on", lambda held: held.unread.clear())
        meeting.ask(meeting.ana, "hear_segment", **says("You are a junkie."))
    assert meeting.sections(meeting.ines)["flags"] == []
    for _ in range(2):
        live.forget()
        service.show(meeting.id)
        assert len(meeting.sections(meeting.ines)["flags"]) == 1


def test_a_flag_reaches_the_professional_alone(meeting: Meeting) -> None:
    assert meeting.flagged()["text"] == "You are a junkie."
    for person in (meeting.ana, meeting.ben, meeting.dan):
        assert "junkie" not in str(meeting.sections(person))


def test_warm_words_are_counted_for_the_console_alone(meeting: Meeting) -> None:
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    meeting.ask(meeting.ana, "hear_segment", **says("I love you. I was so scared in March."))
    meeting.ask(meeting.ana, "hear_segment", **says("I remember the lake."))
    counts = meeting.sections(meeting.ines)["warmth"][meeting.ana]
    assert (counts["positive"], counts["feelings"], counts["specific"]) == (1, 1, 2)
    assert "warmth" not in meeting.sections(meeting.ben)


def test_a_caption_is_read_with_the_words_before_it(meeting: Meeting) -> None:
    """Captions break anywhere, so what ends an insult may look harmless by itself."""
    assert language.examine("burden man").findings == ()
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    meeting.ask(meeting.ana, "hear_segment", **says("well um you are such a"))
    ending = says("burden man")
    meeting.ask(meeting.ana, "hear_segment", **ending)
    assert ending["segment"] in [flag["segment"] for flag in meeting.sections(meeting.ines)["flags"]]


def test_the_loved_ones_and_the_professionals_words_are_never_flagged(meeting: Meeting) -> None:
    meeting.ask(meeting.ines, "hear_segment", **says("I am a junkie."), speaker=meeting.dan)
    meeting.ask(meeting.ines, "hear_segment", **says("You are a junkie."), speaker=meeting.ines)
    assert len(meeting.sections(meeting.ines)["captions"]) == 2
    assert meeting.sections(meeting.ines)["flags"] == []


def test_judging_a_flag_keeps_the_verdict_for_later(meeting: Meeting) -> None:
    meeting.ask(meeting.ines, "judge_flag", flag=meeting.flagged()["id"], verdict="dismissed")
    with db.reading() as tx:
        assert tx.scalar(select(FlagWords.verdict)) == "dismissed"
        assert verify.differences(tx, meeting.id) == []


def test_dismissed_words_stay_silent_in_this_case_until_they_are_confirmed_after_all(meeting: Meeting) -> None:
    flag = meeting.flagged()
    meeting.ask(meeting.ines, "judge_flag", flag=flag["id"], verdict="dismissed")
    meeting.ask(meeting.ana, "hear_segment", **says("you are a junkie"))
    assert len(meeting.sections(meeting.ines)["flags"]) == 1
    meeting.ask(meeting.ana, "hear_segment", **says("You are pathetic."))
    assert len(meeting.sections(meeting.ines)["flags"]) == 2
    meeting.ask(meeting.ines, "judge_flag", flag=flag["id"], verdict="confirmed")
    meeting.ask(meeting.ana, "hear_segment", **says("You are a junkie!"))
    assert len(meeting.sections(meeting.ines)["flags"]) == 3


def test_what_one_case_dismisses_is_flagged_in_another(meeting: Meeting) -> None:
    meeting.ask(meeting.ines, "judge_flag", flag=meeting.flagged()["id"], verdict="dismissed")
    assert Meeting().opened().flagged()


def test_approved_words_that_are_read_aloud_are_not_flagged(meeting: Meeting) -> None:
    approved = "In March you told me that a junkie like you deserves nothing, and I cried all night."
    with db.writing() as tx:
        plan.save_statement(tx, meeting.ana, (Part(PartName.INCIDENT, approved),))
    broadcast.leave("console")  # so that the room is read anew
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    meeting.ask(meeting.ana, "hear_segment", **says("in march you told me that a junkie like you deserve nothing"))
    assert meeting.sections(meeting.ines)["flags"] == []
    meeting.ask(meeting.ana, "hear_segment", **says("and that is what you are a junkie"))
    assert len(meeting.sections(meeting.ines)["flags"]) == 1


def test_a_projection_that_disagrees_with_the_log_is_named(meeting: Meeting) -> None:
    meeting.ask(meeting.ines, "record_outcome", kind="needs_time")
    with db.writing() as tx:
        tx.get_one(Outcome, meeting.id).kind = "accepts"
    with db.reading() as tx:
        (difference,) = verify.differences(tx, meeting.id)
    assert "needs_time" in difference


def test_somebody_with_the_room_code_waits_to_be_let_in(meeting: Meeting) -> None:
    with db.writing() as tx:
        guest = a_person(tx, service.case_of(tx, meeting.id), "Gus")
    service.ask_for_seat(meeting.id, guest)
    assert set(meeting.sections(guest)) == {"me"}
    assert "Gus" in [p["name"] for p in meeting.sections(meeting.ines)["people"]]
    meeting.ask(meeting.ines, "admit", person=guest)
    assert "floor" in meeting.sections(guest)


def test_somebody_who_left_can_come_back_and_waits_to_be_let_in(meeting: Meeting) -> None:
    meeting.ask(meeting.dan, "leave")
    assert meeting.sections(meeting.dan)["me"]["standing"] == "left"
    service.ask_for_seat(meeting.id, meeting.dan)
    waiting = meeting.sections(meeting.dan)["me"]
    assert (waiting["standing"], waiting["role"]) == ("waiting", "loved_one")
    meeting.ask(meeting.ines, "admit", person=meeting.dan)
    assert meeting.sections(meeting.dan)["me"]["admitted"]


def test_somebody_who_is_held_reads_why_and_nothing_else(meeting: Meeting) -> None:
    with db.writing() as tx:
        guest = a_person(tx, service.case_of(tx, meeting.id), "Gus")
    service.ask_for_seat(meeting.id, guest)
    meeting.ask(meeting.ines, "hold", person=guest, message="Five more minutes, please.")
    meeting.ask(meeting.ines, "hold", person=guest, message="Two more minutes, please.")
    assert meeting.sections(guest)["me"]["held_message"] == "Two more minutes, please."


def test_a_stranger_and_an_unknown_room_are_refused(meeting: Meeting) -> None:
    with pytest.raises(Refused) as refused:
        service.view(RoomId("no such room"), meeting.ana)
    assert refused.value.code == "not_found"
    with pytest.raises(Refused) as refused:
        service.view(meeting.id, PersonId("nobody"))
    assert refused.value.code == "not_allowed"


def test_no_internal_command_is_on_the_wire() -> None:
    assert "raise_hand" in service.KNOWN
    assert ask.AskForSeat not in service.KNOWN.values()


@contextmanager
def _no_database() -> Iterator[None]:
    """Every attempt to write meets an error of the database's own."""

    def fail(*_: object) -> None:
        raise OperationalError("BEGIN", {}, Exception("the disk is full"))

    event.listen(db.engine(), "begin", fail)
    try:
        yield
    finally:
        event.remove(db.engine(), "begin", fail)


@contextmanager
def _held_up() -> Iterator[None]:
    """While this lasts, nothing can be saved, so what is asked meanwhile becomes one group."""
    with db.writing() as tx:
        tx.execute(text("SELECT 1"))
        if db.engine().dialect.name == "postgresql":
            tx.execute(text("LOCK TABLE room_events IN EXCLUSIVE MODE"))
        yield


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)


def _timeless(sections: dict[str, Any]) -> dict[str, Any]:
    for name in ("room", "me"):
        sections[name] = {k: v for k, v in sections[name].items() if k != "server_now"}
    return sections
