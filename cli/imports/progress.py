"""How far a command is that reads a file, on the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress

from cli.console import err


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show on the terminal how far this is; nothing where there is none."""
    console = err()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=total)
        yield lambda completed: shown.update(task, completed=completed)
