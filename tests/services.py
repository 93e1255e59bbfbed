"""Real PostgreSQL and Redis for the tests: private to one run, on free loopback ports, in memory where that is."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg2

from tests import processes
from tools.proxy import Proxy, written

DEBIAN_RELEASES = Path("/usr/lib/postgresql")
"""Debian keeps PostgreSQL's server programs here, by release, and not on the PATH."""
MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it get unguessable names
ENOUGH_BYTES = 2 * 1024**3
OWNER = "facilitator"


def postgresql_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, newest release first; None where there is no PostgreSQL."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    releases = sorted(DEBIAN_RELEASES.glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    return releases[-1].parent if releases else None


def redis_program() -> str | None:
    return shutil.which("redis-server")


def nginx_program() -> str | None:
    """Debian keeps it where only root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


class Postgresql:
    """A server on a folder of its own; it can go and come back, with what it keeps. It refuses to run as root, so
    there it is `postgres`.
    """

    def __init__(self, folder: Path, user: str | None) -> None:
        programs = postgresql_programs()
        assert programs is not None, "PostgreSQL is not installed"
        self.port = processes.free_port()
        self.url = f"postgresql+psycopg2://{OWNER}@127.0.0.1:{self.port}"
        """Up to the database's name."""
        self._folder = folder
        self._user = user
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None
        _initialise(programs, folder / "data", user)

    def start(self) -> "Postgresql":
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "max_connections": "200",
            "dynamic_shared_memory_type": "mmap",  # in the folder, so that it goes with it
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._folder / "data"), "-p", str(self.port)]
        log = self._folder / "log"
        self._process = processes.start([*command, *options], log=log, user=self._user)
        processes.wait_until_ready(self._process, log, lambda: _postgresql_answers(self.port))
        return self

    def stop(self) -> None:
        """PostgreSQL's "fast" way: it does not wait for clients."""
        if self._process is not None:
            processes.end(self._process, signal.SIGINT)


@contextmanager
def postgresql_server(in_memory: bool = True) -> Iterator[Postgresql]:
    user = "postgres" if os.geteuid() == 0 else None
    with _folder("postgresql", user, in_memory) as folder:
        server = Postgresql(folder, user)
        try:
            yield server.start()
        finally:
            server.stop()


@contextmanager
def postgresql(in_memory: bool = True) -> Iterator[str]:
    """A server; gives its URL up to the database's name."""
    with postgresql_server(in_memory) as server:
        yield server.url


class Redis:
    """A server that keeps nothing; it can go and come back."""

    def __init__(self, folder: Path) -> None:
        self.port = processes.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Redis":
        program = redis_program()
        assert program is not None, "Redis is not installed"
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--save", "")
        self._process = processes.start([program, *options], log=self._log)
        processes.wait_until_ready(self._process, self._log, lambda: redis_answers(self.port))
        return self

    def stop(self) -> None:
        if self._process is not None:
            processes.end(self._process)


@contextmanager
def redis() -> Iterator[Redis]:
    with _folder("redis", None) as folder:
        server = Redis(folder).start()
        try:
            yield server
        finally:
            server.stop()


class Nginx(NamedTuple):
    """Where it listens, and where its logs are."""

    port: int
    folder: Path

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def nginx(workers: Sequence[str]) -> Iterator[Nginx]:
    """The proxy as a practice has it, before these workers (host:port)."""
    program = nginx_program()
    assert program is not None, "nginx is not installed"
    port = processes.free_port()
    with _folder("nginx", None) as folder:
        folder.chmod(0o711)  # its worker processes are nobody in particular
        config = folder / "nginx.conf"
        config.write_text(written(Proxy(workers, listen=f"127.0.0.1:{port}", **_kept_in(folder))))
        log = folder / "log"
        server = processes.start([program, "-c", str(config), "-g", "daemon off;"], log=log)
        try:
            processes.wait_until_ready(server, log, lambda: _listens(port))
            yield Nginx(port, folder)
        finally:
            processes.end(server)


def _kept_in(folder: Path) -> dict[str, str]:
    return {"run": str(folder), "logs": str(folder), "temp": str(folder)}


@contextmanager
def _folder(name: str, owner: str | None, in_memory: bool = True) -> Iterator[Path]:
    roomy = in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    folder = Path(tempfile.mkdtemp(prefix=f"{OWNER}-{name}-", dir=MEMORY if roomy else None))
    try:
        if owner is not None:
            shutil.chown(folder, owner, owner)
        yield folder
    finally:
        shutil.rmtree(folder)


def _initialise(programs: Path, data: Path, user: str | None) -> None:
    subprocess.run(
        [
            str(programs / "initdb"),
            *("-D", str(data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C"),
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd=data.parent,
        user=user,
    )


def _postgresql_answers(port: int) -> bool:
    try:
        psycopg2.connect(host="127.0.0.1", port=port, user=OWNER, dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16) == b"+PONG\r\n"
    except OSError:
        return False
