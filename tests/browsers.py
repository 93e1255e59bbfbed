"""The browser that tests look through: Debian's Chromium, quiet and without a network of its own."""

import shutil

from playwright.sync_api import ConsoleMessage, Error, Page, ViewportSize

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PATIENCE_MS = 10_000
PHONE: ViewportSize = {"width": 390, "height": 844}


def program() -> str | None:
    """Where the browser is; None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Watch:
    """Notes what no page may do unseen: throw, or run into its own content security policy."""

    def __init__(self) -> None:
        self.troubles: list[str] = []

    def over(self, page: Page) -> None:
        page.on("pageerror", self._note_error)
        page.on("console", self._note_message)

    def _note_error(self, error: Error) -> None:
        self.troubles.append(f"{error.name}: {error.message}")

    def _note_message(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.troubles.append(message.text)
