"""The child of `aside.py`: `python -m facilitator.infra.aside_child FD`. It loads little, to start soon."""

import pickle
import signal
import socket
import struct
import sys

HEAD = struct.Struct("!I")


def send(to: socket.socket, body: bytes) -> None:
    to.sendall(HEAD.pack(len(body)) + body)


def receive(of: socket.socket) -> bytes:
    """Raises OSError where the other side has gone."""
    return _exactly(of, HEAD.unpack(_exactly(of, HEAD.size))[0])


def _exactly(of: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        more = of.recv(count - len(got))
        if not more:
            raise ConnectionResetError
        got += more
    return got


def _serve(theirs: socket.socket) -> None:
    for meant_for_all in (signal.SIGINT, signal.SIGTERM):  # the parent still needs us while it stops
        signal.signal(meant_for_all, signal.SIG_IGN)
    theirs.setblocking(True)  # an event loop may have made it otherwise
    while True:
        try:
            question = receive(theirs)
        except OSError:
            return  # the parent has gone
        send(theirs, _answer(question))


def _answer(question: bytes) -> bytes:
    try:
        fn, args, kwargs = pickle.loads(question)  # noqa: S301 - from our own parent
        return pickle.dumps((True, fn(*args, **kwargs)))
    except Exception as error:
        return pickle.dumps((False, error))


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
