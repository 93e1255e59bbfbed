"""The product as a process of its own, for tests that kill it or look at it from outside."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from facilitator.config import ROOT, Settings
from tests import processes

ASK_TIMEOUT_S = 2.0
COMMAND_TIMEOUT_S = 60.0


class Server:
    """One `python wsgi.py` with an instance folder, a port and a database of its own; it can die and come back."""

    def __init__(
        self, instance: Path, database_url: str, async_mode: str, env: Mapping[str, str], log: str = "server.log"
    ) -> None:
        self.port = processes.free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.instance = instance
        self.log = instance / log
        self.code = ROOT
        """Where the version is that it runs from its next start on."""
        self.environment = {
            **without_settings(),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "INSTANCE_PATH": str(instance),
            "DATABASE_URL": database_url,
            "ASYNC_MODE": async_mode,
            "DEMO": "1",
            "FACILITATOR_TESTING": "1",
            **env,
        }
        instance.mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        assert self._process is not None, "start() comes first"
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> "Server":
        """Returns when the server is ready to be given work. Raises processes.NotReadyError."""
        self.begin()
        self.wait_until_ready()
        return self

    def begin(self) -> None:
        self._process = processes.start(
            [sys.executable, str(self.code / "wsgi.py")], log=self.log, env=self.environment, cwd=self.code
        )

    def wait_until_ready(self) -> None:
        assert self._process is not None, "begin() comes first"
        processes.wait_until_ready(self._process, self.log, self._is_ready)

    def ended(self, within_s: float) -> int:
        """The exit code of a server that ends by itself."""
        assert self._process is not None, "start() comes first"
        return self._process.wait(within_s)

    def restart(self) -> "Server":
        """The same instance, database and port again; asks a server that still runs to end first."""
        self.stop()
        return self.start()

    def stop(self) -> int:
        """Asks it to end, as a service manager does, and gives its exit code."""
        assert self._process is not None, "start() comes first"
        return processes.end(self._process)

    def kill9(self) -> None:
        """Ends the server as a power cut would. Its dispatcher sends what is due and then ends by itself."""
        assert self._process is not None, "start() comes first"
        self._process.kill()
        self._process.wait()

    def clear_away(self) -> None:
        """Nothing of this server runs afterwards, dispatcher included."""
        if self._process is not None and self._process.poll() is None:
            self.kill9()
        processes.kill(processes.with_variable("INSTANCE_PATH", str(self.instance)))

    def seed(self, *options: str) -> Any:
        """A fresh demo family, as `flask seed demo --json` tells it (a list of them with --rooms)."""
        return json.loads(self.flask("seed", "demo", "--json", *options))

    def flask(self, *arguments: str) -> str:
        """What a command of the product prints, run beside the server on the same instance."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            cwd=self.code,
            env={**self.environment, "ASYNC_MODE": "threading"},
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)} failed:\n{done.stderr}"
        return done.stdout

    def send(self, how: signal.Signals) -> None:
        """To the server's process alone."""
        os.kill(self.process_id, how)

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.base_url}/readyz", timeout=ASK_TIMEOUT_S).ok
        except requests.RequestException:
            return False


def without_settings() -> dict[str, str]:
    """The environment, less what the person who runs the tests has set for their own server."""
    ours = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name.upper() not in ours}
