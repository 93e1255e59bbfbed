"""Each is heard in their own language; verdicts leave a case only where it agreed."""

import json
from typing import Any

import pytest
from flask import Flask

from facilitator.infra import broadcast, db, offload
from facilitator.infra.ids import CaseId, PersonId
from facilitator.language import Language
from facilitator.people import service as people
from facilitator.plan import coach
from facilitator.plan import service as plan
from facilitator.plan.service import CaseSettings
from facilitator.room import service
from tests.room.test_service import Meeting, Screens, says

pytestmark = pytest.mark.usefixtures("database")

HURTS = "Eres un drogadicto y un mentiroso."
HARMLESS_IN_SPANISH = "Te quiero mucho y me alegra que estés aquí."


@pytest.fixture(autouse=True)
def screens() -> None:
    made = Screens()
    broadcast.install(made.emit, made.closed.append)


def speaks(person: PersonId, language: Language | None) -> None:
    with db.writing() as tx:
        people.set_language(tx, person, language)


def case_of(meeting: Meeting) -> CaseId:
    with db.reading() as tx:
        return service.case_of(tx, meeting.id)


def flags(meeting: Meeting, text: str) -> list[dict[str, Any]]:
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ana)
    meeting.ask(meeting.ana, "hear_segment", **says(text))
    found: list[dict[str, Any]] = meeting.sections(meeting.ines)["flags"]
    return found


def test_words_are_judged_in_the_language_of_whoever_speaks() -> None:
    meeting = Meeting()
    speaks(meeting.ana, Language.SPANISH)
    (flag,) = flags(meeting.opened(), HURTS)
    assert "drogadicto" in flag["text"][flag["span"]["start"] : flag["span"]["end"]]
    assert flag["suggestion"].startswith("Cuando ")
    assert flags(meeting, HARMLESS_IN_SPANISH) == [flag]


def test_the_language_of_the_case_holds_where_nobody_chose_another() -> None:
    meeting = Meeting()
    with db.writing() as tx:
        plan.change_settings(tx, service.case_of(tx, meeting.id), CaseSettings(Language.SPANISH, False))
    speaks(meeting.ben, Language.ENGLISH)
    assert len(flags(meeting.opened(), HURTS)) == 1
    meeting.ask(meeting.ines, "grant_turn", person=meeting.ben)
    meeting.ask(meeting.ben, "hear_segment", **says("You are a junkie."))
    assert len(meeting.sections(meeting.ines)["flags"]) == 2


def test_a_change_of_language_reaches_a_room_that_is_open() -> None:
    meeting = Meeting().opened()
    assert flags(meeting, HARMLESS_IN_SPANISH) == []
    speaks(meeting.ana, Language.SPANISH)
    service.file_changed(case_of(meeting))
    assert len(flags(meeting, HURTS)) == 1


def test_the_coach_reads_spanish() -> None:
    (hint,) = coach.advise(HURTS, Language.SPANISH).hints
    assert hint.suggestion.startswith("Cuando ")


def test_words_are_judged_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def runner(fn: Any, *args: Any, **kwargs: Any) -> Any:
        ran.append(fn.__name__)
        return fn(*args, **kwargs)

    monkeypatch.setattr(offload, "_computer", runner)
    meeting = Meeting().opened()
    assert ran == []
    flags(meeting, "You are a junkie.")
    assert ran == ["read"]


def test_verdicts_are_exported_only_for_cases_that_agreed(app: Flask) -> None:
    silent, sharing = Meeting().opened(), Meeting().opened()
    with db.writing() as tx:
        plan.change_settings(tx, service.case_of(tx, sharing.id), CaseSettings(Language.ENGLISH, True))
    for meeting, verdict in ((silent, "dismissed"), (sharing, "confirmed")):
        meeting.ask(meeting.ines, "judge_flag", flag=meeting.flagged()["id"], verdict=verdict)
    sharing.ask(sharing.ana, "hear_segment", **says("You are nothing but a thief."))
    printed = app.test_cli_runner().invoke(args=["language", "verdicts"])
    assert printed.exit_code == 0
    (line,) = [json.loads(each) for each in printed.output.splitlines()]
    assert line["verdict"] == "confirmed"
    assert line["text"] == "You are a junkie."
    assert "label" in line["categories"]
    assert set(line) == {"text", "categories", "verdict", "rehearsal"}
