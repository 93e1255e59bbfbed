"""Installs the programs that the tests drive, where it may, and says what is missing where it may not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests import browsers, services


@dataclass(frozen=True)
class Need:
    """`find` tells where the program is, or None; `packages` are Debian's."""

    name: str
    packages: tuple[str, ...]
    find: Callable[[], object | None]
    for_what: str


NEEDS = (
    Need("Chromium", ("chromium", "fonts-liberation"), browsers.program, "every test in a real browser"),
    Need("PostgreSQL", ("postgresql",), services.postgresql_programs, "the database tests on PostgreSQL"),
    Need("nginx", ("nginx-light",), services.nginx_program, "the tests with several workers"),
    Need("Redis", ("redis-server",), services.redis_program, "the tests on Redis"),
)


def main() -> int:
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        install([package for need in missing() for package in need.packages])
    lacking = missing()
    for need in lacking:
        print(f"{need.name} is missing. Without it these do not run: {need.for_what}.")
    if not lacking:
        return 0
    packages = " ".join(package for need in lacking for package in need.packages)
    print(f"On Debian or Ubuntu, run: sudo apt-get install {packages}")
    if os.environ.get("CHECKS_ALLOW_MISSING") == "1":
        print("Going on without, as CHECKS_ALLOW_MISSING=1 says.")
        return 0
    print("To run the other tests all the same, set CHECKS_ALLOW_MISSING=1.")
    return 1


def missing() -> list[Need]:
    return [need for need in NEEDS if need.find() is None]


def install(packages: list[str]) -> None:
    """What fails shows in what is still missing afterwards."""
    print(f"- Installing {', '.join(packages)} ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", "-qq", *step], check=False, env=quiet, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            print(f"apt-get {step[0]} failed with {done.returncode}.")


if __name__ == "__main__":
    sys.exit(main())
