"""Where a room's sockets are served: by one worker of several, so that its clients hear each other at once."""

from facilitator.infra import broadcast, leases, notices, presence
from facilitator.infra.ids import PersonId, RoomId
from facilitator.infra.refusal import Refused

ANY_PATH = "/socket.io"
"""Where a sole worker serves its sockets. Of several, one that is reached here says where a room is."""


class Elsewhere(Refused):
    """Another worker serves this room; `socket_path` leads there.

    Whoever cannot reach it may ask again `lease_ms` from now: if it has died, another one has the room then.
    """

    def __init__(self, socket_path: str, lease_ms: int) -> None:
        super().__init__("elsewhere", "This meeting is served elsewhere. Connect to the path given.")
        self.socket_path = socket_path
        self.lease_ms = lease_ms


def socket_path(room: RoomId) -> str:
    """What clients of this room connect to; a room that nobody living owns gets an owner now."""
    return ANY_PATH if leases.is_sole() else _path(leases.claim(room).worker)


def check(room: RoomId) -> None:
    """Raises Elsewhere for clients that belong to another worker."""
    if leases.is_sole():
        return
    claimed = leases.claim(room)
    if claimed.worker != leases.number():
        raise Elsewhere(_path(claimed.worker), round(claimed.left_s * 1000))


def present(room: RoomId) -> frozenset[PersonId]:
    """Who is connected to the room, whoever serves it."""
    here = broadcast.present(room)
    if here or leases.is_sole():
        return here
    return frozenset(map(PersonId, presence.of(room)))


def tell_if_elsewhere(room: RoomId) -> None:
    """After a commit: where no client of the room is connected, whoever serves them has to be told."""
    if not broadcast.connections(room):
        notices.tell(notices.Kind.ROOM, room)


def _path(worker: int) -> str:
    """The proxy takes the beginning away again."""
    return f"/w/{worker}{ANY_PATH}"
