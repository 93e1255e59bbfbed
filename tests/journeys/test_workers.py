"""Several workers are one product: whoever dies, sleeps, or is asked in the owner's place, the meeting stays."""

import signal
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.clusters import Cluster
from tests.journeys.clients import Client, speech
from tests.journeys.family import Family, a_family
from tests.servers import Server
from tests.services import Redis

AT_ONCE_S = 0.5
TAKEN_OVER_WITHIN_S = 5.0
LEASE_S = 3.0
STAYS = ("room", "floor", "queue", "totals", "outcome")


@pytest.fixture
def family(cluster: Cluster) -> Iterator[Family]:
    """Three phones and the console in the meeting; Ana speaks, Ben waits."""
    with a_family(cluster) as made:
        ana, ben = made.team[:2]
        made.gather(made.live, phones=[ana, ben, made.loved_one])
        ana.do("raise_hand")
        ben.do("raise_hand")
        made.console.do("grant_turn", person=ana.person, limit_s=90)
        for device in in_the_room(made):
            device.wait_for(lambda s: s["floor"]["holder"] == ana.person and s["queue"] == [ben.person])
        yield made


def in_the_room(family: Family) -> list[Client]:
    return [family.console, *family.team[:2], family.loved_one]


def owner(cluster: Cluster, family: Family) -> Server:
    return cluster.workers[number(family.console)]


def number(device: Client) -> int:
    return int(device.view()["socket_path"].split("/")[2])


def at(worker: Server, device: Client) -> Client:
    """The same device, asking this worker and no other."""
    other = Client(worker.base_url, device.name)
    other.http.cookies.update(device.http.cookies)
    other.room, other.person = device.room, device.person
    return other


def another(cluster: Cluster, than: Server) -> Server:
    return next(worker for worker in cluster.workers.values() if worker is not than)


def wait_until_back(family: Family, seq: int, within_s: float) -> None:
    """Every device sees a whole view of now, which it got after everything it had was forgotten."""
    deadline = time.monotonic() + within_s
    for device in in_the_room(family):
        device.wait_for(
            lambda _, d=device: any("floor" in p["sections"] and p["seq"] >= seq for p in d.received),
            within_s=max(0.01, deadline - time.monotonic()),
        )


def forget_what_came(family: Family) -> None:
    for device in in_the_room(family):
        device.received.clear()


def stays(device: Client) -> dict[str, object]:
    sections = {name: device.sections[name] for name in STAYS}
    room = {name: value for name, value in sections["room"].items() if name != "server_now"}
    return {**sections, "room": room}


def assert_in_order(family: Family) -> None:
    """Nobody was ever shown an earlier moment after a later one, nor two holders of one moment."""
    holders: dict[int, set[object]] = {}
    for device in in_the_room(family):
        seqs = [payload["seq"] for payload in device.received]
        assert seqs == sorted(seqs), f"{device.name}: {seqs}"
        for payload in device.received:
            if "floor" in payload["sections"]:
                holders.setdefault(payload["seq"], set()).add(payload["sections"]["floor"]["holder"])
    assert {seq: found for seq, found in holders.items() if len(found) > 1} == {}


def test_a_worker_that_is_killed_in_a_turn_is_followed_by_another_within_five_seconds(
    cluster: Cluster, family: Family
) -> None:
    ana, ben = family.team[:2]
    killed = number(family.console)
    before, seq = {d.name: stays(d) for d in in_the_room(family)}, ana.seq
    assert before[ana.name]["floor"]["holder"] == ana.person
    forget_what_came(family)
    begun_s = time.monotonic()
    cluster.workers[killed].kill9()
    wait_until_back(family, seq, TAKEN_OVER_WITHIN_S)
    assert time.monotonic() - begun_s < TAKEN_OVER_WITHIN_S
    assert number(family.console) != killed
    assert {d.name: stays(d) for d in in_the_room(family)} == before
    ana.do("yield_turn")
    for device in in_the_room(family):
        device.wait_for(lambda s: s["floor"]["holder"] is None and s["queue"] == [ben.person])
    assert_in_order(family)
    assert "agree with their logs" in cluster.flask("room", "verify", family.live)


def test_a_worker_that_is_told_to_end_hands_its_rooms_over_at_once(cluster: Cluster, family: Family) -> None:
    leaving = owner(cluster, family)
    seq = family.console.seq
    forget_what_came(family)
    begun_s = time.monotonic()
    assert leaving.stop() == 0
    wait_until_back(family, seq, TAKEN_OVER_WITHIN_S)
    assert time.monotonic() - begun_s < LEASE_S, "nobody has to wait for a lease that was given up"
    assert owner(cluster, family) is not leaving
    family.console.do("pause")
    assert_in_order(family)


def test_a_worker_that_slept_through_the_loss_of_its_rooms_sends_their_phones_on(
    cluster: Cluster, family: Family
) -> None:
    ana, ben = family.team[:2]
    asleep = owner(cluster, family)
    asleep.send(signal.SIGSTOP)
    slept_from_s = time.monotonic()
    try:
        time.sleep(LEASE_S + 0.5)
        awake = another(cluster, than=asleep)
        late = at(awake, family.console)
        assert late.post("end_turn").json()["ok"], "the log is open to every worker"
        assert number(late) != asleep_number(cluster, asleep)
        time.sleep(max(0.0, 6 - (time.monotonic() - slept_from_s)))
    finally:
        asleep.send(signal.SIGCONT)
    for device in in_the_room(family):
        device.wait_for(lambda s: s["floor"]["holder"] is None, within_s=TAKEN_OVER_WITHIN_S)
    family.console.do("grant_turn", person=ben.person)
    for device in in_the_room(family):
        device.wait_for(lambda s: s["floor"]["holder"] == ben.person)
    assert ben.refused("grant_turn", person=ana.person) == "not_allowed"
    assert owner(cluster, family) is not asleep
    assert_in_order(family)
    assert "agree with their logs" in cluster.flask("room", "verify", family.live)


def asleep_number(cluster: Cluster, worker: Server) -> int:
    return next(number for number, each in cluster.workers.items() if each is worker)


def test_what_another_worker_was_asked_shows_on_every_phone_at_once(cluster: Cluster, family: Family) -> None:
    stranger = at(another(cluster, than=owner(cluster, family)), family.console)
    for command, state in (("pause", "paused"), ("resume", "live"), ("pause", "paused")):
        assert stranger.post(command).json()["ok"]
        begun_s = time.monotonic()
        for device in in_the_room(family):
            device.wait_for(lambda s, state=state: s["room"]["state"] == state)
        assert time.monotonic() - begun_s < AT_ONCE_S
    assert_in_order(family)


def test_two_workers_that_are_asked_at_the_same_moment_make_one_log(cluster: Cluster, family: Family) -> None:
    family.console.do("end_turn")
    everywhere = [at(worker, family.console) for worker in cluster.workers.values()]
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(each.post, "take_note", text=f"note {i}") for each in everywhere for i in range(5)]
        answers = [each.result().json() for each in asked]
    kept = [answer["seq"] for answer in answers if answer["ok"]]
    assert len(kept) == len(set(kept)), "each has a seq of its own"
    assert {answer["error"]["code"] for answer in answers if not answer["ok"]} <= {"conflict"}
    assert len(kept) > len(answers) / 2
    family.console.wait_for(lambda _: family.console.seq == max(kept))
    assert_in_order(family)
    notes = [each["text"] for each in family.console.view()["sections"]["notes"]]
    assert len(notes) == len(kept)


def test_a_repeat_that_reaches_another_worker_gets_the_same_answer(cluster: Cluster, family: Family) -> None:
    same = str(uuid.uuid4())
    first = family.console.ask("pause", same)
    assert first["ok"]
    for worker in cluster.workers.values():
        assert at(worker, family.console).post("pause", same).json() == first


def test_a_view_that_another_worker_gives_knows_who_is_connected(cluster: Cluster, family: Family) -> None:
    stranger = at(another(cluster, than=owner(cluster, family)), family.console)
    deadline = time.monotonic() + 3
    while connected(stranger) != {device.person for device in in_the_room(family)}:
        assert time.monotonic() < deadline, connected(stranger)
        time.sleep(0.05)


def connected(device: Client) -> set[str]:
    return {person["id"] for person in device.view()["sections"]["people"] if person["connected"]}


def test_a_language_that_is_chosen_at_another_worker_holds_at_once(cluster: Cluster, family: Family) -> None:
    ana = family.team[0]
    stranger = at(another(cluster, than=owner(cluster, family)), family.console)
    hurts = "Eres un yonqui."
    ana.do("hear_segment", **speech("Hello."))
    assert family.console.view()["sections"]["flags"] == []
    chosen = stranger.http.post(
        f"{stranger.base_url}/people/{ana.person}/language",
        json={"language": "es"},
        headers={"X-CSRF-Token": stranger.csrf()},
    )
    assert chosen.status_code == 200, chosen.text
    time.sleep(AT_ONCE_S)
    ana.do("hear_segment", **speech(hurts))
    assert [flag["text"] for flag in family.console.wait_for(lambda s: s["flags"])["flags"]] == [hurts]


def test_a_meeting_goes_on_without_redis_and_with_it_again(cluster: Cluster, family: Family, redis: Redis) -> None:
    stranger = at(another(cluster, than=owner(cluster, family)), family.console)
    redis.stop()
    family.console.do("pause")
    assert stranger.post("resume").json()["ok"]
    for device in in_the_room(family):
        device.wait_for(lambda s: s["room"]["state"] == "live", within_s=3)
    ready = requests.get(f"{cluster.base_url}/readyz", timeout=5)
    assert (ready.status_code, ready.json()["redis"]) == (200, False)
    late = Client(cluster.base_url, "late").join(next(p["token"] for p in family.seeded["people"][3:4]))
    late.connect(family.live)
    late.close()
    redis.start()
    time.sleep(2)  # time enough for every worker to listen again
    assert stranger.post("pause").json()["ok"]
    begun_s = time.monotonic()
    for device in in_the_room(family):
        device.wait_for(lambda s: s["room"]["state"] == "paused")
    assert time.monotonic() - begun_s < AT_ONCE_S
    assert_in_order(family)
    assert "agree with their logs" in cluster.flask("room", "verify", family.live)


def test_of_two_processes_under_one_number_the_earlier_one_ends(cluster: Cluster) -> None:
    earlier = cluster.workers[1]
    later = Server(cluster.instance, earlier.environment["DATABASE_URL"], "eventlet", {}, log="later.log")
    later.environment.update({**earlier.environment, "PORT": str(later.port)})
    later.start()
    assert earlier.ended(within_s=5) == 3
    assert "another process has begun" in earlier.log.read_text()
    assert requests.get(f"{later.base_url}/readyz", timeout=5).json()["workers"] == 3
    assert later.stop() == 0


def test_ten_wrong_passwords_are_ten_over_all_workers(cluster: Cluster) -> None:
    staff = cluster.seed()["staff"]
    wrong = {"email": staff["email"], "password": "not this one"}
    workers = list(cluster.workers.values())
    tries = [requests.post(f"{workers[i % 3].base_url}/api/sign-in", json=wrong, timeout=10) for i in range(10)]
    assert {answer.status_code for answer in tries} == {401}
    right = {"email": staff["email"], "password": staff["password"]}
    for worker in workers:
        answer = requests.post(f"{worker.base_url}/api/sign-in", json=right, timeout=10)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
