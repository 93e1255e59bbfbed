"""Where a room's sockets are served: by one worker of several, so that its clients hear each other at once."""

from facilitator.infra import broadcast, leases, notices, presence
from facilitator.infra.ids import PersonId, RoomId

ANY_PATH = "/socket.io"
"""Where a sole worker serves its sockets. Of several, one that is reached here says where a room is."""


def socket_path(room: RoomId) -> str:
    """What clients of this room connect to; a room that nobody living owns gets an owner now."""
    return ANY_PATH if leases.is_sole() else _path(leases.claim(room))


def is_here(path: str) -> bool:
    """Whether a socket path is this worker's own."""
    return leases.is_sole() or path == _path(leases.number())


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
