"""The faults: what is done to the product while its rooms are full."""

import json
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory

from benchmarks.load import seats
from benchmarks.load.checker import Acknowledged, Device
from benchmarks.load.phone import Phone
from benchmarks.load.replay import Told
from benchmarks.load.shaken import Break, Scene
from benchmarks.load.wire import PATH
from facilitator.config import ROOT
from tests import processes
from tests.clusters import Cluster

TAKEN_OVER_WITHIN_S = 5.0
WORKER_AWAY_S = 10.0
DATABASE_AWAY_S = 3.0
REDIS_AWAY_S = 5.0
ASLEEP_S = 6.0
FLOOD_S = 6.0
SHORT_LOCK_S, LONG_LOCK_S = 3.0, 12.0
AFTERWARDS_S = 4.0
"""So long after something is back its echo may last: clients come back, leases are renewed."""
PHONES_OF_ONE_ROOM, PHONES_OF_ALL = 30, 300
VERSION = ("facilitator", "migrations", "static", "templates", "wsgi.py", "pyproject.toml")
MIGRATION = '''"""A table more, as a later version might add one."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("remark", sa.String(length=200), nullable=True))
    op.create_table("remarks", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade() -> None:
    op.drop_table("remarks")
    op.drop_column("rooms", "remark")
'''


def _kill_worker(scene: Scene) -> None:
    cluster, number = _cluster(scene), scene.worker_of(scene.tables[0])
    scene.struck = [table.room for table in scene.tables if scene.worker_of(table) == number]
    cluster.workers[number].kill9()
    time.sleep(WORKER_AWAY_S)
    cluster.workers[number].start()


def _count_takeover(scene: Scene) -> None:
    """From the kill to the first promise of each room: to anybody, and to somebody who is connected again."""
    first: dict[str, float] = {}
    by_socket: dict[str, float] = {}
    for phone in scene.phones.phones:
        for ack in phone.acks:
            if phone.room in scene.struck and phone.asked[ack.number].due_s > scene.begun_s:
                took_s = ack.at_s - scene.begun_s
                first[phone.room] = min(took_s, first.get(phone.room, took_s))
                if not ack.by_http:
                    by_socket[phone.room] = min(took_s, by_socket.get(phone.room, took_s))
    never = float("inf")
    scene.counted["rooms_of_the_worker"] = len(scene.struck)
    scene.counted["takeover_s"] = max((by_socket.get(room, never) for room in scene.struck), default=never)
    scene.counted["first_ack_s"] = max((first.get(room, never) for room in scene.struck), default=never)


def _restart_database(scene: Scene) -> None:
    assert scene.place.postgresql is not None
    scene.place.postgresql.stop()
    time.sleep(DATABASE_AWAY_S)
    scene.place.postgresql.start()
    time.sleep(AFTERWARDS_S)


def _restart_redis(scene: Scene) -> None:
    assert scene.place.redis is not None
    scene.place.redis.stop()
    time.sleep(REDIS_AWAY_S)
    scene.place.redis.start()
    time.sleep(AFTERWARDS_S)


def _put_to_sleep(scene: Scene) -> None:
    worker = _cluster(scene).workers[scene.worker_of(scene.tables[0])]
    worker.send(signal.SIGSTOP)
    try:
        time.sleep(ASLEEP_S)
    finally:
        worker.send(signal.SIGCONT)
    time.sleep(AFTERWARDS_S)


def _lock(scene: Scene, seconds: float) -> None:
    holder = scene.place.locked()
    try:
        time.sleep(seconds)
    finally:
        holder.close()
    time.sleep(AFTERWARDS_S)


def _count_not_saved(scene: Scene) -> None:
    scene.counted["not_saved"] = sum(phone.put_off["not_saved"] for phone in scene.phones.phones)


def _flood(scene: Scene) -> None:
    """By a second device of somebody in the first room."""
    phone = scene.tables[0].phones[0]
    assert isinstance(phone, Phone)
    host, port = phone.address
    path = f"{phone.way.path}/" if phone.way.path else PATH
    log = scene.place.folder / "flood.log"
    asked = [host, str(port), path, phone.cookie, phone.room, phone.person, str(FLOOD_S)]
    flood = processes.start([sys.executable, "-m", "benchmarks.load.flood", *asked], log=log, cwd=ROOT)
    if flood.wait(FLOOD_S + processes.PATIENCE_S) != 0:
        raise RuntimeError(processes.tail(log))
    _take_in(scene, phone, json.loads(log.read_text().splitlines()[-1]))


def _take_in(scene: Scene, phone: Phone, told: dict[str, Any]) -> None:
    acks, codes = told["acks"], Counter(told["codes"])
    made = [Acknowledged(phone.room, seq, id, name, phone.person) for id, name, seq in acks]
    bodies = {id: json.dumps({"id": id, "name": name, "args": {}}).encode() for id, name, _ in acks}
    device = Device(phone.room, phone.person, False, ())
    scene.others.append(Told(device, made, bodies, (), (), is_in=True, shown=False))
    scene.counted |= {
        "flooder_per_s": told["sent"] / FLOOD_S,
        "flooder_cut": told["cut"],
        "flooder_rate_limited": codes["rate_limited"],
        "flooder_ok": codes["ok"],
    }


def _add_devices(scene: Scene) -> None:
    """The first room gets as many phones as a large family has."""
    phones = [phone for phone in scene.tables[0].phones if isinstance(phone, Phone)]
    more = range(PHONES_OF_ONE_ROOM - len(phones))
    scene.phones.seat(seats.another_device(phones[n % len(phones)], scene.chance.dice) for n in more)


def _drop_many(scene: Scene) -> None:
    crowd = scene.phones
    of_one = [p for p in crowd.phones if p.room == scene.tables[0].room and p.role != "interventionist"]
    of_all = crowd.phones[:PHONES_OF_ALL]
    for some in (of_one, of_all):
        crowd.call(lambda some=some: crowd.cut_off(some))  # type: ignore[misc]
        time.sleep(AFTERWARDS_S)


def _deploy(scene: Scene) -> None:
    """As deploy/README.md says: the new version into place, its migration, one worker after the other."""
    cluster = _cluster(scene)
    version = _new_version(scene.place.folder / "version")
    for worker in cluster.workers.values():
        worker.code = version
    cluster.flask("db", "upgrade")
    for worker in cluster.workers.values():
        began_s = time.perf_counter()
        status = worker.stop()
        scene.counted["longest_drain_s"] = max(
            scene.counted.get("longest_drain_s", 0), time.perf_counter() - began_s
        )
        if status != 0:
            raise RuntimeError(f"a worker that was told to end ended with {status}")
        worker.start()


def _new_version(folder: Path) -> Path:
    for name in VERSION:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        folder.mkdir(exist_ok=True)
        copy(ROOT / name, folder / name)
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    revision = f"{int(str(head)) + 1:04d}"
    migration = MIGRATION.format(revision=revision, head=head)
    (folder / "migrations" / "versions" / f"{revision}_remarks.py").write_text(migration)
    return folder


def _cluster(scene: Scene) -> Cluster:
    assert scene.place.cluster is not None
    return scene.place.cluster


BREAKS = (
    Break("worker-killed", _kill_worker, count=_count_takeover, at_most={"takeover_s": TAKEN_OVER_WITHIN_S}),
    Break("worker-asleep", _put_to_sleep),
    Break("postgresql-restarted", _restart_database),
    Break("redis-restarted", _restart_redis),
    Break("flood", _flood, at_least={"flooder_rate_limited": 1, "flooder_ok": 1}),
    Break("phones-dropped", _drop_many, rooms=40, prepare=_add_devices),
    Break("deploy", _deploy),
    Break("sqlite-locked-3s", lambda scene: _lock(scene, SHORT_LOCK_S), needs_workers=False),
    Break(
        "sqlite-locked-12s",
        lambda scene: _lock(scene, LONG_LOCK_S),
        needs_workers=False,
        count=_count_not_saved,
        at_least={"not_saved": 1},
    ),
)
