"""The product as several workers behind nginx, on one PostgreSQL and one Redis, driven as one server is."""

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from typing import Any

from facilitator.config import ROOT
from tests import processes, services
from tests.servers import Server


class Cluster:
    """`workers` have the numbers 1, 2, ...; each can die and come back. Messages leave by a process beside."""

    def __init__(
        self, instance: Path, database_url: str, redis_url: str, env: Mapping[str, str], size: int = 3
    ) -> None:
        self.instance = instance
        shared = {"REDIS_URL": redis_url, "TRUSTED_PROXIES": "1", **env}
        self.workers = {
            number: Server(
                instance, database_url, "eventlet", {**shared, "WORKER": str(number)}, log=f"worker_{number}.log"
            )
            for number in range(1, size + 1)
        }
        self._open = ExitStack()
        addresses = [f"127.0.0.1:{worker.port}" for worker in self.workers.values()]
        nginx = self._open.enter_context(services.nginx(addresses))
        self.port, self.base_url = nginx.port, nginx.base_url
        for worker in self.workers.values():
            worker.environment["BASE_URL"] = self.base_url
        self.environment = self.workers[1].environment
        """That of commands; of the first worker too, when it starts again."""
        self._dispatcher: Popen[bytes] | None = None

    def start(self) -> "Cluster":
        """Starts every worker that does not run. Raises processes.NotReadyError."""
        beginning = [worker for worker in self.workers.values() if not worker.is_alive()]
        for worker in beginning:
            worker.begin()
        if self._dispatcher is None:
            self._dispatcher = self._start_dispatcher()
        for worker in beginning:
            worker.wait_until_ready()
        return self

    def kill9(self) -> None:
        """Every worker at once, as a power cut would."""
        for worker in self.workers.values():
            worker.kill9()

    def clear_away(self) -> None:
        self._open.close()
        for worker in self.workers.values():
            worker.clear_away()
        if self._dispatcher is not None:
            processes.end(self._dispatcher)
        processes.kill(processes.with_variable("INSTANCE_PATH", str(self.instance)))

    def seed(self, *options: str) -> Any:
        return self.workers[1].seed(*options)

    def flask(self, *arguments: str) -> str:
        return self.workers[1].flask(*arguments)

    def _start_dispatcher(self) -> Popen[bytes]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "run"]
        env = {**self.environment, "WORKER": "0", "ASYNC_MODE": "threading"}
        return processes.start(command, log=self.instance / "dispatcher.log", env=env, cwd=ROOT)
