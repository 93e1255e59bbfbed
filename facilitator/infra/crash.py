"""Named points at which a test can kill this process as hard as a power cut would."""

import os
import signal

_AT = os.environ.get("FACILITATOR_CRASH_AT", "")


def refuse_outside_tests() -> None:
    """Called at start. Raises RuntimeError when a crash point is set where real people might depend on us."""
    if _AT and os.environ.get("FACILITATOR_TESTING") != "1":
        raise RuntimeError("FACILITATOR_CRASH_AT is only for tests: unset it, or set FACILITATOR_TESTING=1.")


def here(name: str) -> None:
    """Ends the process on the spot (no clean-up, no flush) when a test named this point."""
    if name == _AT:
        refuse_outside_tests()
        os.kill(os.getpid(), signal.SIGKILL)
