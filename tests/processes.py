"""Starts other programs for a test, in such a way that none outlives it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

PATIENCE_S = 30.0
PR_SET_PDEATHSIG = 1


class NotReadyError(AssertionError):
    """It ended, or did not answer in time; carries the end of its log."""


def start(
    command: list[str],
    log: Path,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Runs beside the test, in the log's folder unless told; on Linux it dies with us even when we are killed."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd or log.parent,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def wait_until_ready(process: subprocess.Popen[bytes], log: Path, answers: Callable[[], bool]) -> None:
    """Raises NotReadyError."""
    deadline = time.monotonic() + PATIENCE_S
    while not answers():
        if process.poll() is not None:
            raise NotReadyError(f"{process.args!r} ended with {process.returncode}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise NotReadyError(f"{process.args!r} did not answer in {PATIENCE_S:.0f} s:\n{tail(log)}")
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> int:
    """Asks it to end, insists after a while, and gives its exit code."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def tail(log: Path, lines: int = 40) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def with_variable(name: str, value: str) -> list[int]:
    """Ids of the processes that were started with this environment variable, grandchildren included (Linux)."""
    wanted = f"{name}={value}".encode()
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if wanted in _environment(entry)]


def kill(process_ids: list[int]) -> None:
    """Some may have ended by themselves in the meantime."""
    for process_id in process_ids:
        try:
            os.kill(process_id, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it ended while we looked, or is not ours to read
        return []


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
