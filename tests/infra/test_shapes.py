"""Threads may decode into the same struct in the same moment."""

import subprocess
import sys

from facilitator.config import ROOT

SCRIPT = """
import sys, threading
import msgspec
from facilitator.infra import shapes

sys.setswitchinterval(1e-6)

def decoded_at_once(number):
    inner = msgspec.defstruct(f"Inner{number}", [(f"f{i}", int, 0) for i in range(12)])
    outer = msgspec.defstruct(f"Outer{number}", [(f"g{i}", list[inner], []) for i in range(8)])
    shapes.learn()
    together = threading.Barrier(12)

    def decode():
        together.wait()
        msgspec.json.decode(b'{"g1": [{"f2": 1}]}', type=outer)

    threads = [threading.Thread(target=decode) for _ in range(12)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

for number in range(100): decoded_at_once(number)
"""
"""Without `learn` this ends in a segmentation fault within a few rounds, so it has a process of its own."""


def test_once_the_shapes_are_known_many_threads_decode_at_once() -> None:
    assert subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, timeout=60).returncode == 0
