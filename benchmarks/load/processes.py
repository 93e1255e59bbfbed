"""What the system says of a server's processes (Linux)."""

import os
from collections.abc import Sequence
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def cpu_s(process_ids: Sequence[int]) -> float:
    """User and system time of the processes, children not included."""
    ticks = 0
    for process_id in process_ids:
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * TICK_S


def cpu_exactly_s(process_ids: Sequence[int]) -> float:
    """To the nanosecond, of the threads that live."""
    tasks = (task for each in process_ids for task in Path(f"/proc/{each}/task").glob("*/schedstat"))
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def resident_bytes(process_ids: Sequence[int]) -> int:
    return sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in process_ids) * PAGE_BYTES
