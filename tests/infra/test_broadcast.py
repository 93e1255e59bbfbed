"""What many clients lack alike is put together once; what only one may see goes to that one alone."""

from collections.abc import Sequence
from typing import Any

import pytest

from facilitator.infra import broadcast
from facilitator.infra.broadcast import Connection, Sections, Showing
from facilitator.infra.ids import PersonId, RoomId

ROOM = RoomId("r")


class Post:
    """Stands for the socket server: keeps every letter with those it went to."""

    def __init__(self) -> None:
        self.sent: list[tuple[list[str], dict[str, Any]]] = []
        self.stamped: list[Sections] = []
        self.closed: list[str] = []

    def emit(self, sids: Sequence[str], event: str, payload: dict[str, Any]) -> None:
        assert event == "view"
        self.sent.append((list(sids), payload))

    def stamp(self, sections: Sections) -> Sections:
        self.stamped.append(sections)
        return {**sections, "stamped": True}

    def show(self, seq: int, views: dict[Connection, Sections]) -> list[tuple[list[str], dict[str, Any]]]:
        self.sent, self.stamped = [], []
        showing = Showing(ROOM, seq, self.stamp)
        for connection, sections in views.items():
            showing.add(connection, (connection.sid, sections, {}))
        assert self.sent == [], "nothing leaves before all are known"
        showing.send()
        return self.sent


@pytest.fixture
def post() -> Post:
    made = Post()
    broadcast.install(made.emit, made.closed.append)
    return made


def connected(*sids: str) -> list[Connection]:
    return [Connection(sid, ROOM, PersonId(sid), None) for sid in sids]


def test_those_who_share_a_change_get_one_letter(post: Post) -> None:
    ana, ben, eve = connected("ana", "ben", "eve")
    old, new = {"holder": None}, {"holder": "ana"}
    post.show(1, {who: {"floor": old, "me": {"name": who.sid}} for who in (ana, ben, eve)})
    sent = post.show(2, {who: {"floor": new, "me": {"name": who.sid}} for who in (ana, ben, eve)})
    assert sent == [(["ana", "ben", "eve"], {"room": ROOM, "seq": 2, "sections": {"floor": new, "stamped": True}})]
    assert post.stamped == [{"floor": new}]


def test_equal_content_in_another_object_is_no_news(post: Post) -> None:
    (ana,) = connected("ana")
    assert len(post.show(1, {ana: {"queue": ["b"]}})) == 1
    assert post.show(2, {ana: {"queue": ["b"]}}) == []


def test_a_section_of_ones_own_never_travels_with_anothers(post: Post) -> None:
    ana, ben = connected("ana", "ben")
    shared = {"holder": None}
    sent = post.show(1, {ana: {"floor": shared, "me": {"name": "a"}}, ben: {"floor": shared, "me": {"name": "b"}}})
    assert [(sids, payload["sections"]["me"]) for sids, payload in sent] == [
        (["ana"], {"name": "a"}),
        (["ben"], {"name": "b"}),
    ]


def test_equal_sections_of_two_audiences_are_two_letters_when_they_are_two_objects(post: Post) -> None:
    console, ana = connected("console", "ana")
    sent = post.show(1, {console: {"people": [{"late": True}]}, ana: {"people": [{}]}})
    assert [(sids, payload["sections"]["people"]) for sids, payload in sent] == [
        (["console"], [{"late": True}]),
        (["ana"], [{}]),
    ]


def test_who_lacks_less_gets_less_and_who_lost_a_section_hears_its_name(post: Post) -> None:
    ana, late = connected("ana", "late")
    floor, plan = {"holder": None}, {"title": "p"}
    post.show(1, {ana: {"floor": floor, "plan": plan}})
    moved = {"holder": "ana"}
    sent = post.show(2, {ana: {"floor": moved}, late: {"floor": moved}})
    assert sent[0] == (
        ["ana"],
        {"room": ROOM, "seq": 2, "sections": {"floor": moved, "stamped": True}, "dropped": ["plan"]},
    )
    assert sent[1] == (["late"], {"room": ROOM, "seq": 2, "sections": {"floor": moved, "stamped": True}})


def test_who_was_told_to_go_hears_nothing_more(post: Post) -> None:
    ana, gone = connected("ana", "gone")
    gone.closing = True
    floor = {"holder": None}
    assert [sids for sids, _ in post.show(1, {ana: {"floor": floor}, gone: {"floor": floor}})] == [["ana"]]


def test_a_view_that_never_left_does_not_count_as_sent(post: Post) -> None:
    (ana,) = connected("ana")
    Showing(ROOM, 1, post.stamp).add(ana, ("all", {"floor": {}}, {}))
    assert ana.sent is None
