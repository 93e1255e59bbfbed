"""A mail server and a provider of text messages as real servers in threads, which can be told to misbehave."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

HANG_S = 8.0


class MailServer:
    """Takes mail, or answers each next recipient with one of `refusals`, or hangs when told."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.letters: list[EmailMessage] = []
        self.refusals: list[int] = []
        self.hangs = False


class TextProvider:
    """Takes texts, or answers with the next of `answers`, or hangs when told."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.texts: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.hangs = False


@contextmanager
def a_mail_server() -> Iterator[MailServer]:
    with _serving(_Threads(("127.0.0.1", 0), _Smtp)) as server:
        server.gateway = MailServer(server.server_address[1])
        yield server.gateway


@contextmanager
def a_text_provider() -> Iterator[TextProvider]:
    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), _Provider)) as server:
        server.gateway = TextProvider(server.server_port)
        yield server.gateway


@contextmanager
def _serving(server: Any) -> Iterator[Any]:
    server.daemon_threads = True
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a sender needs."""

    def handle(self) -> None:
        server: MailServer = self.server.gateway  # type: ignore[attr-defined]
        if server.hangs:
            time.sleep(HANG_S)
            return
        self._say(220, "ready")
        while line := self.rfile.readline():
            verb = line.split(b" ")[0].strip().upper()
            if verb == b"RCPT" and server.refusals:
                self._say(server.refusals.pop(0), "no")
            elif verb == b"DATA":
                self._say(354, "go on")
                server.letters.append(self._letter())
                self._say(250, "taken")
            elif verb == b"QUIT":
                self._say(221, "bye")
                return
            else:
                self._say(250, "fine")

    def _letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return message_from_bytes(b"".join(lines), policy=policy.default)  # type: ignore[return-value]

    def _say(self, code: int, words: str) -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())


class _Provider(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        provider: TextProvider = self.server.gateway  # type: ignore[attr-defined]
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        if provider.hangs:
            time.sleep(HANG_S)
            return
        status, headers = provider.answers.pop(0) if provider.answers else (201, {})
        if status == 201:
            provider.texts.append({name: values[0] for name, values in form.items()} | {"path": self.path})
            provider.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
