"""Streams of commands: results on stdout, messages on stderr, a failure in one line."""

import sys
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:  # they are loaded by the commands that print: help prints none of this
    from rich.console import Console

FAILED = 1
USAGE = 2


class Failure(Exception):
    """An expected failure. The message is one line: what is wrong, and what to do about it."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def err() -> "Console":
    """Console for messages and progress."""
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True, **_PLAIN)


def out(width: int) -> "Console":
    """Console for results, in lines of this many characters."""
    from rich.console import Console  # noqa: PLC0415

    return Console(width=width, **_PLAIN)


# Names and file names are data: brackets in them are no markup, colons no emoji.
_PLAIN: dict[str, Any] = {"markup": False, "emoji": False, "highlight": False}


def say(message: str) -> None:
    """Print a message on stderr."""
    err().print(message, soft_wrap=True)


def require_terminal(message: str) -> None:
    """Raise Failure with this message where nobody can be asked."""
    if not sys.stdin.isatty():
        raise Failure(message, USAGE)


def confirm(question: str, *, unattended: str, refused: str) -> None:
    """Ask a question on stderr. Raises Failure: ``unattended`` without a terminal, ``refused``."""
    require_terminal(unattended)
    if not typer.confirm(question, err=True):
        raise Failure(refused)
