"""Who reads what a command prints: a person at a terminal of some width, or a pipe or a file."""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

_USUAL = 80


@dataclass(frozen=True, slots=True)
class Page:
    """Where a command's result goes. Exact: whole ids and times, in lines as long as they are."""

    width: int | None
    """Of the terminal, in characters; None: no limit, as of a pipe or a file."""
    now: datetime
    """The moment that relative times are seen from."""

    @property
    def is_exact(self) -> bool:
        """Whether everything is written whole: nothing is shortened, folded or left out."""
        return self.width is None


def page(*, wide: bool = False) -> Page:
    """Return the page of this process's stdout. A pipe is complete, so that `grep` finds all."""
    if wide or not sys.stdout.isatty():
        return Page(None, moment())
    return Page(_columns(), moment())


def moment() -> datetime:
    """Return the moment now."""
    return datetime.now(UTC)


def _columns() -> int:
    """Width of the terminal; COLUMNS counts for more, as everywhere."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _USUAL
    except OSError:
        return _USUAL
