"""Output of commands: results on stdout, messages on stderr, a failure in one line."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

FAILED = 1
USAGE = 2
# Output to a file or a pipe must not be cut to the width of a terminal.
_WIDE = 250


class Failure(Exception):
    """An expected failure. The message is one line: what is wrong, and what to do about it."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Commands(TyperGroup):
    """A command group that prints a Failure as one line instead of a traceback."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # What is not UTF-8 can neither be looked up in the database nor be kept there.
        if any("\ud800" <= letter <= "\udfff" for argument in args for letter in argument):
            say("Arguments must be UTF-8.")
            raise typer.Exit(USAGE)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Failure as failure:
            say(str(failure))
            raise typer.Exit(failure.exit_code) from None


def err() -> Console:
    """Console for messages and progress."""
    return Console(stderr=True, **_PLAIN)


def out() -> Console:
    """Console for results."""
    width = None if sys.stdout.isatty() else _WIDE
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


def print_json(value: object) -> None:
    """Print one JSON document on stdout; ids and times are text, times in ISO 8601."""
    sys.stdout.write(to_json(value, indent=2).decode() + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table on stdout. None is an empty cell; times are in UTC, to the second.

    A narrow terminal folds cells and never cuts them: half an id finds nothing.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    out().print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """Print names and values on stdout, one per line, without those that are None."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts.items():
        if value is not None:
            grid.add_row(name, _cell(value))
    out().print(grid)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return str(value)
