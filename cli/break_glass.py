"""``--break-glass REASON``: a command is run without a sign-in, and everyone learns of it.

Whoever has this machine and its settings can do so: it is no more than the database's password
gives anyway. So it asks for no permission, but it is recorded and raises an alert.
"""

import os
import platform
import pwd
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated

import typer

from cli.reasons import reason as parse_reason

Option = Annotated[
    str | None,
    typer.Option(
        "--break-glass",
        metavar="REASON",
        parser=parse_reason,
        help="Run the command without a sign-in, in an emergency: REASON, user and host are "
        "recorded, and an alert is raised. Not for what takes two members of staff.",
    ),
]


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """Why a command is run without a sign-in, and where."""

    reason: str = field(repr=False)
    command: str
    """The first word of the command."""

    @property
    def user(self) -> str:
        """The operating system's user and this machine: all that is known of who it is."""
        return f"{_user()}@{platform.node() or 'unknown host'}"

    @property
    def note(self) -> str:
        """What stands beside the history, where it can be erased."""
        return f"{self.user}: {self.reason}"


_broken: ContextVar[BrokenGlass | None] = ContextVar("broken_glass", default=None)


def take(context: typer.Context, break_glass: str | None) -> None:
    """Take the option, which stands before the command."""
    broken = break_glass and BrokenGlass(break_glass, context.invoked_subcommand or "")
    _broken.set(broken or None)


def broken_glass() -> BrokenGlass | None:
    """The option of the command that runs; None: it is not given."""
    return _broken.get()


def _user() -> str:
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run as a user without a name
        return str(uid)
