"""The main job as people do it: a console and three phones, from the join link to the hand-off."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.meeting import COMES_BACK_MS, Meeting
from tests.clusters import Cluster
from tests.servers import Server

OpenPage = Callable[..., Page]

JUDGING = "You are nothing but a junkie."


@pytest.fixture
def meeting(running_server: Callable[..., Server], open_page: OpenPage) -> Iterator[Meeting]:
    made = Meeting(running_server("eventlet", "sqlite"), open_page)
    yield made
    made.close()


@pytest.fixture
def meeting_of_three_workers(cluster: Cluster, open_page: OpenPage) -> Iterator[Meeting]:
    made = Meeting(cluster, open_page)
    yield made
    made.close()


@pytest.mark.parametrize("stack", ["meeting", "meeting_of_three_workers"])
def test_from_the_join_link_to_the_hand_off(stack: str, request: pytest.FixtureRequest) -> None:
    meeting: Meeting = request.getfixturevalue(stack)
    ruth, ben, dan = meeting.person("team_member"), meeting.person("team_member", 1), meeting.person("loved_one")
    ruths, bens = meeting.join(ruth), meeting.join(ben, viewport={"width": 320, "height": 640})
    dans = meeting.join(dan, color_scheme="dark")
    for person in (ruth, ben, dan):
        meeting.let_in(person)
    meeting.open_room()
    _ruth_speaks(meeting, ruths, bens, dans)
    _the_loved_one_pauses_and_the_meeting_goes_on(meeting, ruths, dans)
    _accept_by_a_double_tap(meeting, dans)
    for phone in (ruths, bens, dans):
        assert "junkie" not in phone.content()


def _ruth_speaks(meeting: Meeting, ruths: Page, bens: Page, dans: Page) -> None:
    ruth, console = meeting.person("team_member"), meeting.console
    ruths.get_by_role("button", name="Raise my hand").click()
    meeting.give_floor_to(ruth)
    expect(ruths.get_by_role("heading", name="Your turn")).to_be_visible()
    expect(bens.get_by_text("Listen", exact=True)).to_be_visible()
    expect(bens.get_by_text(ruth["name"]).first).to_be_visible()
    expect(dans.get_by_text(ruth["name"].split()[0]).first).to_be_visible()
    _type(ruths, JUDGING)
    flags = console.get_by_role("region", name="Language")
    expect(flags.get_by_text("junkie").first).to_be_visible()
    flags.get_by_role("button", name="Cue: say “I feel”").click()
    cue = ruths.get_by_role("button", name=re.compile("Only you see this"))
    expect(cue).to_contain_text("Say “I feel”")
    cue.click()
    expect(cue).to_have_count(0)
    flags.get_by_role("button", name="Confirm").click()
    expect(flags.get_by_text("confirmed")).to_be_visible()
    expect(bens.get_by_text("Say “I feel”")).to_have_count(0)


def _the_loved_one_pauses_and_the_meeting_goes_on(meeting: Meeting, ruths: Page, dans: Page) -> None:
    dans.get_by_role("button", name=re.compile("break", re.I)).first.click()
    expect(ruths.get_by_text("Pause", exact=True)).to_be_visible()
    meeting.console.get_by_role("button", name="Go on").click()
    expect(ruths.get_by_role("heading", name="Your turn")).to_be_visible()
    ruths.get_by_role("button", name="I’m done").click()
    expect(ruths.get_by_role("heading", name="Your turn")).to_have_count(0)


def _accept_by_a_double_tap(meeting: Meeting, dans: Page) -> None:
    console = meeting.console
    console.get_by_role("button", name="Present the plan").click()
    expect(console.get_by_text(re.compile("Shown to all"))).to_be_visible()
    console.get_by_role("button", name="Outcome").click()
    console.get_by_role("radio", name=re.compile("^Accepts")).check()
    console.get_by_role("button", name=re.compile("^Record:")).dblclick()
    hand_off = console.get_by_role("region", name="Hand-off")
    expect(hand_off).to_be_visible()
    expect(hand_off.get_by_text(re.compile("arrived|delivered", re.I)).first).to_be_visible(timeout=COMES_BACK_MS)
    view = console.request.get(f"{meeting.server.base_url}/rooms/{meeting.seeded['rooms']['live']}/view").json()
    assert view["sections"]["outcome"]["kind"] == "accepts"
    assert view["sections"]["outcome"]["amended"] == []


def test_a_phone_that_loses_its_network_in_its_turn_loses_nothing(meeting: Meeting) -> None:
    ruth, wire = meeting.person("team_member"), meeting.wire()
    ruths = meeting.join(ruth, by=wire)
    meeting.let_in(ruth)
    meeting.open_room()
    ruths.get_by_role("button", name="Raise my hand").click()
    meeting.give_floor_to(ruth)
    expect(ruths.get_by_role("heading", name="Your turn")).to_be_visible()
    wire.cut()
    _type(ruths, "I missed you at the lake.")
    expect(ruths.get_by_text(re.compile("not sent yet"))).to_be_visible(timeout=COMES_BACK_MS)
    expect(ruths.get_by_role("heading", name="Your turn")).to_be_visible()
    wire.mend()
    expect(meeting.console.get_by_text("I missed you at the lake.").first).to_be_visible(timeout=COMES_BACK_MS)
    expect(ruths.get_by_text(re.compile("not sent yet"))).to_have_count(0)
    expect(ruths.get_by_role("heading", name="Your turn")).to_be_visible()
    view = meeting.console.request.get(
        f"{meeting.server.base_url}/rooms/{meeting.seeded['rooms']['live']}/view"
    ).json()
    assert len(view["sections"]["captions"]) == 1


def test_a_server_that_dies_in_a_turn_comes_back_with_the_turn(meeting: Meeting) -> None:
    ruth = meeting.person("team_member")
    ruths = meeting.join(ruth)
    meeting.let_in(ruth)
    meeting.open_room()
    ruths.get_by_role("button", name="Raise my hand").click()
    meeting.give_floor_to(ruth)
    meeting.server.kill9()
    expect(ruths.get_by_text(re.compile("You keep your place"))).to_be_visible()
    meeting.server.start()
    expect(ruths.get_by_text(re.compile("You keep your place"))).to_have_count(0, timeout=5_000)
    expect(ruths.get_by_role("heading", name="Your turn")).to_be_visible()
    ruths.get_by_role("button", name="I’m done").click()
    expect(ruths.get_by_role("heading", name="Your turn")).to_have_count(0)


def test_a_worker_that_dies_in_a_turn_is_followed_by_another_and_the_turn_goes_on(
    meeting_of_three_workers: Meeting, cluster: Cluster
) -> None:
    meeting = meeting_of_three_workers
    ruth = meeting.person("team_member")
    ruths = meeting.join(ruth)
    meeting.let_in(ruth)
    meeting.open_room()
    ruths.get_by_role("button", name="Raise my hand").click()
    meeting.give_floor_to(ruth)
    view = f"{cluster.base_url}/rooms/{meeting.seeded['rooms']['live']}/view"
    before = meeting.console.request.get(view).json()
    cluster.workers[int(before["socket_path"].split("/")[2])].kill9()
    expect(ruths.get_by_text(re.compile("You keep your place"))).to_be_visible()
    expect(ruths.get_by_text(re.compile("You keep your place"))).to_have_count(0, timeout=5_000)
    expect(ruths.get_by_role("heading", name="Your turn")).to_be_visible()
    after = meeting.console.request.get(view).json()
    assert after["socket_path"] != before["socket_path"]
    assert after["sections"]["floor"] == before["sections"]["floor"]
    ruths.get_by_role("button", name="I’m done").click()
    expect(
        meeting.console.get_by_role("region", name="Who speaks", exact=True).get_by_text(ruth["name"])
    ).to_have_count(0)


def test_a_yes_recorded_while_the_server_is_dead_is_kept_and_sent_once(meeting: Meeting) -> None:
    dan, console = meeting.person("loved_one"), meeting.console
    dans = meeting.join(dan)
    meeting.let_in(dan)
    meeting.open_room()
    console.get_by_role("button", name="Present the plan").click()
    expect(console.get_by_text(re.compile("Shown to all"))).to_be_visible()
    console.get_by_role("button", name="Outcome").click()
    console.get_by_role("radio", name=re.compile("^Accepts")).check()
    meeting.server.kill9()
    console.get_by_role("button", name=re.compile("^Record:")).dblclick()
    expect(console.get_by_text(re.compile("Not sent yet")).first).to_be_visible(timeout=COMES_BACK_MS)
    meeting.server.start()
    hand_off = console.get_by_role("region", name="Hand-off")
    expect(hand_off).to_be_visible(timeout=COMES_BACK_MS)
    expect(dans.get_by_text(re.compile("Accepts|help", re.I)).first).to_be_visible()
    received = console.request.get(f"{meeting.server.base_url}/demo/received").text()
    assert received.count("referral.heads_up") <= 1
    view = console.request.get(f"{meeting.server.base_url}/rooms/{meeting.seeded['rooms']['live']}/view").json()
    assert view["sections"]["outcome"]["amended"] == []


def test_whoever_leaves_can_come_back_and_waits_to_be_let_in(meeting: Meeting) -> None:
    ruth = meeting.person("team_member")
    ruths = meeting.join(ruth)
    meeting.let_in(ruth)
    meeting.open_room()
    ruths.get_by_role("button", name="Leave the meeting").click()
    ruths.get_by_role("button", name="Leave now").click()
    expect(ruths.get_by_role("heading", name="You have left")).to_be_visible()
    ruths.get_by_role("button", name="Come back").click()
    expect(ruths.get_by_role("heading", name="Hello, Ruth")).to_be_visible()
    meeting.let_in(ruth)
    expect(ruths.get_by_role("button", name="Raise my hand")).to_be_visible()


def test_a_stop_for_safety_says_on_every_phone_what_to_do(meeting: Meeting) -> None:
    ruth, dan, console = meeting.person("team_member"), meeting.person("loved_one"), meeting.console
    phones = [meeting.join(ruth), meeting.join(dan)]
    meeting.let_in(ruth)
    meeting.let_in(dan)
    meeting.open_room()
    console.get_by_role("button", name="Safety").click()
    console.get_by_role("button", name="Pause all and stop for safety").click()
    console.get_by_role("button", name=re.compile("^Record:")).click()
    for phone in phones:
        expect(phone.get_by_text("The meeting stops here")).to_be_visible()
        expect(phone.get_by_text("Keep naloxone near")).to_be_visible()


def _type(phone: Page, words: str) -> None:
    phone.get_by_role("button", name="Type instead").click()
    phone.get_by_label(re.compile("Type what you want to say")).fill(words)
    phone.get_by_role("button", name="Say this").click()
