"""Watches, beside a measurement, whether a server's event loop turns."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from benchmarks.load.gathering import Gathering
from benchmarks.load.probe import READY
from benchmarks.load.spread import Spread, spread
from facilitator.config import ROOT
from tests import processes


class Probe:
    """A process of its own, so that no load in the same process delays it. `found` once it has ended."""

    def __init__(self, address: tuple[str, int], log: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.load.probe", address[0], str(address[1])]
        self._log = log
        self._process: Popen[bytes] = processes.start(command, log=log, cwd=ROOT)
        self.found = spread([])

    def is_ready(self) -> bool:
        return READY in self._log.read_text()

    def end(self) -> None:
        assert processes.end(self._process) == 0, self._log.read_text()
        self.found = Spread(*json.loads(self._log.read_text().splitlines()[-1]))


@contextmanager
def a_probe(gathered: Gathering, folder: Path) -> Iterator[Probe]:
    address = gathered.tables[0].console.address
    probe = Probe(address, folder / f"probe-{address[1]}-{len(list(folder.iterdir()))}")
    try:
        while not probe.is_ready():
            gathered.crowd.wait(0.05)  # everybody goes on answering pings meanwhile
        yield probe
    finally:
        probe.end()
