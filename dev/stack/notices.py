"""Notices of the stack on the terminal."""

from rich.console import Console


def print_plain(console: Console, text: str) -> None:
    """Print text, such as a program's log, as it is: no line is wrapped, and nothing is markup."""
    console.print(text, soft_wrap=True, markup=False, emoji=False, highlight=False)
