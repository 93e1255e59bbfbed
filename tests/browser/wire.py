"""A phone's way to the server, which can be cut as in a tunnel: nothing is refused, nothing arrives."""

import contextlib
import socket
import threading


class Wire:
    """Passes bytes between a port of its own and the server's, until it is cut."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._through = threading.Event()
        self._through.set()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """From now on bytes wait; connections stay half open, as those of a phone without a signal do."""
        self._through.clear()

    def mend(self) -> None:
        """What hung is lost, as a new radio cell loses it; new connections pass."""
        hung, self._open = self._open, []
        for each in hung:
            _shut(each)
        self._through.set()

    def close(self) -> None:
        _shut(self._listener)
        self.mend()

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(phone,), daemon=True).start()

    def _serve(self, phone: socket.socket) -> None:
        self._open.append(phone)
        self._through.wait()
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port))
        except OSError:
            _shut(phone)
            return
        self._open.append(server)
        threading.Thread(target=self._pump, args=(phone, server), daemon=True).start()
        self._pump(server, phone)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                self._through.wait()
                target.sendall(data)
        except OSError:
            """One of the two ends is gone, and with it this connection."""
        finally:
            _shut(source)
            _shut(target)


def _shut(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
