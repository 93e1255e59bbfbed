"""Notices what other processes did: a delivered message, a sign-in that was revoked by a command."""

import threading
from datetime import timedelta

from facilitator.infra import broadcast, clock, db, leases, logs
from facilitator.infra.ids import SignInId
from facilitator.people import service as people
from facilitator.referral import service as referral
from facilitator.room import live, service
from facilitator.room.company import Company

LOG = logs.get(__name__)

EVERY_S = 0.5
OVERLAP = timedelta(seconds=2)
"""Looking back further than one round: a transaction may commit a little after the time it is stamped with."""
AT_WORK_EVERY = timedelta(minutes=1)


def run(stop: threading.Event) -> None:
    """Look every EVERY_S until told to stop. A database that is away for a while is looked at again."""
    watch = Watch()
    while not stop.wait(EVERY_S):
        try:
            watch.look()
        except Exception:  # whatever it is, the next look must come
            LOG.exception("watch_failed")


class Watch:
    """What was seen up to the last look."""

    def __init__(self) -> None:
        with db.reading() as tx:
            self._cursor, _ = referral.changes_since(tx, None)
        self._looked_at = clock.now()
        self._at_work_until = self._looked_at
        self._company = Company()

    def look(self) -> None:
        started = clock.now()
        since = self._looked_at - OVERLAP
        connected = {c.sign_in for c in broadcast.everybody() if c.sign_in}
        with db.reading() as tx:
            revoked = [s for s, _ in people.revoked_since(tx, since) if s in connected]
            ended = {sign_in: people.why_ended(tx, sign_in) for sign_in in revoked}
            self._cursor, cases = referral.changes_since(tx, self._cursor)
            rooms = {room for case in cases for room in service.rooms_of_case(tx, case)}
        self._looked_at = started
        for sign_in, why in ended.items():
            broadcast.disconnect(sign_in=sign_in, code=why)
        for room in (rooms & set(broadcast.rooms())) | set(live.given_up()):
            service.show_to_all(room)
        live.doubt(rooms)
        if leases.is_sole():
            live.watched()
        else:
            self._company.look(since)
        self._keep_awake(connected - set(ended))

    def _keep_awake(self, sign_ins: set[SignInId]) -> None:
        """Whoever sits in a room is not idle, however long nothing is clicked."""
        if sign_ins and clock.now() >= self._at_work_until:
            with db.writing() as tx:
                people.seen(tx, list(sign_ins))
            self._at_work_until = clock.now() + AT_WORK_EVERY
