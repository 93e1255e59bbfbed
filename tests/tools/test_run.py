"""What `make run` does once everything is installed: seeds, serves, says how to get in, ends when asked."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from facilitator.config import ROOT
from tests import processes
from tests.servers import without_settings

COMMAND = [sys.executable, "-m", "tools.run"]
READY = "Press Ctrl-C to stop."


class Terminal:
    """One start: what it printed, and the process."""

    def __init__(self, folder: Path, number: int, port: int) -> None:
        self.log = folder / f"terminal_{number}"
        environment = {**without_settings(), "PORT": str(port), "INSTANCE_PATH": str(folder / "instance")}
        self.process = processes.start(COMMAND, log=self.log, env=environment, cwd=ROOT)

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def wait_until_ready(self) -> "Terminal":
        processes.wait_until_ready(self.process, self.log, lambda: READY in self.printed)
        return self

    def links(self) -> list[str]:
        return re.findall(r"http://\S+/join#\S+", self.printed)


@pytest.fixture
def port() -> int:
    return processes.free_port()


@pytest.fixture
def start(tmp_path: Path, port: int) -> Iterator[Callable[[], Terminal]]:
    made: list[Terminal] = []

    def start_one() -> Terminal:
        made.append(Terminal(tmp_path, len(made), port))
        return made[-1]

    yield start_one
    for terminal in made:
        processes.end(terminal.process)
    processes.kill(processes.with_variable("INSTANCE_PATH", str(tmp_path / "instance")))


def test_it_prints_a_sign_in_that_works(start: Callable[[], Terminal], port: int):
    printed = start().wait_until_ready().printed
    email, password = (re.search(rf"{label} +(\S+)", printed) for label in ("E-mail", "Password"))
    assert email
    assert password
    answer = requests.post(
        f"http://127.0.0.1:{port}/api/sign-in",
        json={"email": email.group(1), "password": password.group(1)},
        timeout=10,
    )
    assert answer.status_code == 200


def test_the_sign_in_leads_to_the_console(start: Callable[[], Terminal]):
    printed = start().wait_until_ready().printed
    sign_in, console = (re.search(rf"{label} +(http\S+)", printed) for label in ("Sign in", "Console"))
    assert sign_in
    assert console
    path = urlsplit(sign_in.group(1))
    assert parse_qs(path.query)["next"] == [urlsplit(console.group(1)).path]


def test_every_printed_link_lets_somebody_join(start: Callable[[], Terminal], port: int):
    links = start().wait_until_ready().links()
    assert len(links) >= 10
    for link in links:
        answer = requests.post(
            f"http://127.0.0.1:{port}/api/join/look", json={"token": link.split("#")[1]}, timeout=10
        )
        assert answer.status_code == 200, answer.text


def test_a_second_start_prints_the_same_links(start: Callable[[], Terminal]):
    first = start().wait_until_ready()
    assert processes.end(first.process, signal.SIGTERM) == 0
    second = start().wait_until_ready()
    assert first.links()
    assert second.links() == first.links()


def test_what_it_keeps_is_for_this_user_only(start: Callable[[], Terminal], tmp_path: Path):
    start().wait_until_ready()
    kept = tmp_path / "instance" / "demo.json"
    assert "password" in json.loads(kept.read_text())["staff"]
    assert kept.stat().st_mode & 0o077 == 0


def test_a_taken_port_is_said_plainly(start: Callable[[], Terminal], port: int):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        refused = start()
        assert refused.process.wait(processes.PATIENCE_S) == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in refused.printed
    assert "Traceback" not in refused.printed


def test_a_setting_that_will_not_do_is_said_plainly():
    environment = {**without_settings(), "PORT": "many"}
    done = subprocess.run(COMMAND, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 1
    assert "PORT: " in done.stderr
    assert "Traceback" not in done.stderr
