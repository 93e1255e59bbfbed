"""Starts the product with its demo family, and says how to get in. Everything is installed and built by now."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from facilitator.config import ROOT, Settings, settings
from facilitator.infra import schema
from tools import family, invitations

PATIENCE_S = 30.0
ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound
LOG_LINES = 20


class CannotError(Exception):
    """Said to whoever runs this: what stands in the way, and what to do about it."""


def main() -> int:
    config = read_settings()
    refuse_taken_port(config.host, config.port)
    own_url = f"http://{'127.0.0.1' if config.host in ANY_ADDRESS else config.host}:{config.port}"
    base_url = config.base_url or f"http://{reachable_address(config.host)}:{config.port}"
    environment = {**os.environ, "DEMO": os.environ.get("DEMO", "1"), "BASE_URL": base_url}
    prepare_database(config)
    # Kept under the loopback address, so that HOST may change from one start to the next.
    seeding = {**environment, "BASE_URL": own_url}
    here = family.kept_or_seeded(config, own_url, lambda: flask("seed", "demo", "--json", environment=seeding))
    log = config.instance_path / "server.log"
    with log.open("ab") as out:
        server = subprocess.Popen([sys.executable, "wsgi.py"], cwd=ROOT, env=environment, stdout=out, stderr=out)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: server.terminate())
    wait_until_ready(server, own_url, log)
    print(invitations.page(here, base_url, only_here=config.host not in ANY_ADDRESS, log=log), flush=True)
    code = server.wait()
    if code != 0:
        raise CannotError(f"The server ended with {code}.\n{tail(log)}")
    return 0


def read_settings() -> Settings:
    """Raises CannotError."""
    try:
        return settings()
    except ValidationError as wrong:
        lines = [f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}." for each in wrong.errors()]
        raise CannotError("\n".join(["These settings cannot be used.", *lines])) from wrong


def refuse_taken_port(host: str, port: int) -> None:
    """Raises CannotError when the server could not listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            raise CannotError(
                f"Port {port} on {host} cannot be used: {refusal.strerror}. "
                f"Stop what runs there, or choose another: make run PORT={port + 1}"
            ) from refusal


def prepare_database(config: Settings) -> None:
    """Raises CannotError."""
    config.instance_path.mkdir(parents=True, exist_ok=True)
    try:
        schema.upgrade(config.database)
    except (SQLAlchemyError, CommandError) as failure:
        raise CannotError(f"The database cannot be used: {getattr(failure, 'orig', failure)}") from failure


def reachable_address(host: str) -> str:
    """What other devices on the same network reach this machine by. Asking for the way out sends nothing."""
    if host not in ANY_ADDRESS:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def flask(*arguments: str, environment: dict[str, str]) -> str:
    """What a command of the product prints. Raises CannotError."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        check=False,
        cwd=ROOT,
        env={**environment, "ASYNC_MODE": "threading"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        raise CannotError(f"`flask {' '.join(arguments)}` failed; what went wrong is said above.")
    return done.stdout


def wait_until_ready(server: subprocess.Popen[bytes], own_url: str, log: Path) -> None:
    """Raises CannotError."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_ready(own_url):
        if server.poll() is not None:
            raise CannotError(f"The server did not start.\n{tail(log)}")
        if time.monotonic() > deadline:
            server.terminate()
            raise CannotError(f"The server was not ready within {PATIENCE_S:.0f} s.\n{tail(log)}")
        time.sleep(0.05)


def is_ready(own_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{own_url}/readyz", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join([f"The end of {log}:", *lines])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotError as lack:
        sys.exit(f"\n{lack}")
    except KeyboardInterrupt:
        sys.exit("\nStopped before the server was up.")
