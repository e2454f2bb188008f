"""Confirmation of an import that would end access."""

import sys
from collections import Counter

import typer

from cli.console import USAGE, Failure, say


def confirm_endings(endings: Counter[str], most: int) -> None:
    """Show how many grants an import would end, and why, and ask; ``most`` may end unasked.

    Raises Failure where the answer is no, or nobody can be asked.
    """
    total = endings.total()
    if total <= most:
        return
    for code, number in endings.most_common():
        say(f"{code}: {number}")
    if not sys.stdin.isatty():
        raise Failure(
            f"Nothing was imported: {total} grants would end, and there is no terminal for the"
            f" confirmation. Use --max-endings {total} or --yes.",
            USAGE,
        )
    if not typer.confirm(f"Grants that would end: {total}. Continue?", err=True):
        raise Failure("Nothing was imported.")
