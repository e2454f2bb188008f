"""Running ``volitus`` in this process at a real terminal of some width, and reading its screen."""

import fcntl
import os
import pty
import struct
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from threading import Thread

import pytest

from cli.app import app
from tests.clients.cli_runner import CommandResult, Volitus

_READ = 65536


def at_terminal(volitus: Volitus, width: int, *words: object, **settings: str) -> CommandResult:
    """Run a command whose stdout is a terminal of this width; stderr is read apart from it.

    ``settings``: of the environment. Colours are there as a terminal has them.
    """
    said, code = StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, _screen(width) as screen:
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "CLICOLOR"):
            patch.delenv(name, raising=False)
        for name, value in {**volitus.environment, "TERM": "xterm", **settings}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdout", screen.inside)
        patch.setattr(sys, "stderr", said)
        try:
            app([str(word) for word in words])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return CommandResult(code, screen.seen.decode(), said.getvalue())


class _Screen:
    """A terminal: what is written to ``inside`` is seen."""

    def __init__(self, width: int) -> None:
        self._door, inside = pty.openpty()
        tty.setraw(inside)
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        self.inside = os.fdopen(inside, "w", encoding="utf-8")
        self.seen = b""
        self._reader = Thread(target=self._read)
        self._reader.start()

    def close(self) -> None:
        """End what is written; returns once all of it is read."""
        self.inside.close()
        self._reader.join()
        os.close(self._door)

    def _read(self) -> None:
        try:
            while read := os.read(self._door, _READ):
                self.seen += read
        except OSError:  # nobody writes any more
            pass


@contextmanager
def _screen(width: int) -> Iterator[_Screen]:
    screen = _Screen(width)
    try:
        yield screen
    finally:
        screen.close()
