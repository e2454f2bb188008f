"""Tables that fit the terminal: columns are folded between words, then left out, never broken.

In a pipe, in a file and with ``--wide`` every line is one row, with whole ids and exact times.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, NamedTuple

import typer

from cli.console import out, say
from cli.printing.page import Page, page
from cli.printing.values import Written, in_table, width

Wide = Annotated[
    bool,
    typer.Option("--wide", help="All columns, with whole ids and exact times, in long lines."),
]
STATES = frozenset({"state", "status", "result", "outcome"})
"""Columns and facts whose words are coloured by what they mean."""
_GAP = 2
_NARROWEST_TEXT = 20
"""Cells that a text keeps before a column is left out instead."""


class Columns(NamedTuple):
    """The columns of a table, and those that can be spared where a terminal is too narrow."""

    names: Sequence[str]
    spare: Sequence[str] = ()
    """The first is left out first. What finds the thing again is never spared."""


class _Column(NamedTuple):
    name: str
    cells: Sequence[Written]

    @property
    def is_empty(self) -> bool:
        return not any(each.text for each in self.cells)

    @property
    def natural(self) -> int:
        """Width without a fold, also of the header."""
        return max(width([each.text for each in self.cells]), width([self.name]))

    @property
    def least(self) -> int:
        """Width at which only header and texts are folded, between words, not to a few letters."""
        whole = [each.text for each in self.cells if not each.folds]
        words = [word for each in self.cells if each.folds for word in each.text.split()]
        texts = width([each.text for each in self.cells if each.folds])
        header = width(self.name.split())
        return max(width(whole), width(words), min(_NARROWEST_TEXT, texts), header)


def print_table(
    columns: Columns | Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    wide: bool = False,
    on: Page | None = None,
) -> None:
    """Print a table on stdout, and on stderr what the terminal was too narrow for."""
    form = columns if isinstance(columns, Columns) else Columns(columns)
    on = on or page(wide=wide)
    lines = [list(row) for row in rows]
    if not lines and not on.is_exact:
        say("Nothing to show.")
        return
    written = [
        _Column(name, [in_table(row[at], on, is_state=name in STATES) for row in lines])
        for at, name in enumerate(form.names)
    ]
    if on.width is None:
        _draw(written, [each.natural for each in written])
        return
    shown, left_out = _fitting(written, form.spare, on.width)
    _draw(shown, _widths(shown, on.width))
    if left_out:
        say(f"Too narrow for: {', '.join(left_out)}. Show them with --wide.")


def print_below(
    columns: Columns | Sequence[str], rows: Iterable[Sequence[object]], *, wide: bool = False
) -> None:
    """Print a table after an empty line; nothing where it has no rows."""
    if lines := list(rows):
        sys.stdout.write("\n")
        print_table(columns, lines, wide=wide)


def _fitting(
    written: Sequence[_Column], spare: Sequence[str], room: int
) -> tuple[Sequence[_Column], Sequence[str]]:
    """Return the columns that fit, and the names of those that are left out."""
    shown = [each for each in written if not each.is_empty]
    left_out = []
    for name in spare:
        if _sum(each.least for each in shown) <= room:
            break
        if any(each.name == name for each in shown):
            shown = [each for each in shown if each.name != name]
            left_out.append(name)
    return shown, left_out


def _widths(shown: Sequence[_Column], room: int) -> Sequence[int]:
    """Widths of the columns: as they are, or the folded ones at a share of what there is."""
    widths = [each.least for each in shown]
    wanted = [each.natural for each in shown]
    left = room - _sum(widths)
    while left > 0 and widths != wanted:
        for at, most in enumerate(wanted):
            if left > 0 and widths[at] < most:
                widths[at] += 1
                left -= 1
    return widths


def _sum(widths: Iterable[int]) -> int:
    each = list(widths)
    return sum(each) + _GAP * max(len(each) - 1, 0)


def _draw(columns: Sequence[_Column], widths: Sequence[int]) -> None:
    from rich.table import Table  # noqa: PLC0415 # rich is loaded by what prints
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
    for column, cells in zip(columns, widths, strict=True):
        right = bool(column.cells) and all(each.is_number or not each.text for each in column.cells)
        table.add_column(column.name, width=cells, justify="right" if right else "left")
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*(Text(each.text, style=each.style) for each in row))
    out(_sum(widths)).print(table)
