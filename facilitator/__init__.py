"""The facilitation server."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from facilitator.config import Settings


def create_app(config: "Settings | None" = None, async_mode: str = "threading") -> "Flask":
    """A ready application; see `facilitator.wiring`.

    Loaded only when called: whoever wants one part, like the language engine, need not wait for the whole.
    """
    from facilitator import wiring

    return wiring.create_app(config, async_mode)
