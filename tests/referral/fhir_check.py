"""Runs the validators in tests/fhir on Bundles."""

import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from facilitator.config import ROOT

HERE = ROOT / "tests" / "fhir"
INSTALL_TIMEOUT_S = 300
CHECK_TIMEOUT_S = 600


class Issue(msgspec.Struct, frozen=True):
    """What a validator found: in which place of the Bundle."""

    by: str
    severity: str
    where: str
    what: str


class Checked(msgspec.Struct, frozen=True):
    path: str
    issues: list[Issue]


def issues(paths: Sequence[Path]) -> dict[str, list[Issue]]:
    """By the name of the file."""
    bring()
    done = subprocess.run(
        ["node", "validate.mjs"],
        cwd=HERE,
        input="\n".join(str(path) for path in paths),
        capture_output=True,
        text=True,
        check=False,
        timeout=CHECK_TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = [msgspec.json.decode(line, type=Checked) for line in done.stdout.splitlines()]
    return {Path(answer.path).name: answer.issues for answer in answers}


@cache
def bring() -> None:
    """The validators, by npm; once for each list of them."""
    lock = HERE / "package-lock.json"
    installed = HERE / "node_modules" / ".installed"
    if installed.exists() and installed.read_text() == lock.read_text():
        return
    subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True, timeout=INSTALL_TIMEOUT_S)
    installed.write_text(lock.read_text())
