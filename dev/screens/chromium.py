"""Where Chromium is, and how it is started without a screen: for screenshots and for tests."""

import os
import shutil

ARGUMENTS = [
    "--no-sandbox",  # as root, and in containers, there is none
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def executable() -> str | None:
    """Return the path of Chromium, or of the one that ``CHROMIUM`` names; None: there is none.

    The same engine without a browser's own windows and services takes a third of the time.
    """
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium-headless-shell") or shutil.which("chromium")
