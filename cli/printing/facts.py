"""One thing as names and values, one per line; long values are folded between words."""

from collections.abc import Mapping

from cli.console import out
from cli.printing.page import page
from cli.printing.tables import STATES
from cli.printing.values import Written, in_facts, width

_GAP = 2


def print_facts(facts: Mapping[str, object]) -> None:
    """Print names and values on stdout, one per line, without those that are empty."""
    on = page()
    written = {
        name: in_facts(value, on, is_state=name in STATES)
        for name, value in facts.items()
        if value is not None and value not in ("", [], ())
    }
    if not written:
        return
    names = width(list(written))
    room = names + _GAP + max(_room(each, on.width, names) for each in written.values())
    _draw(written, names, room)


def _room(value: Written, page_width: int | None, names: int) -> int:
    """Cells of a value: what is left of the line, or more where a word of it is longer."""
    if page_width is None:
        return width([value.text])
    return max(min(width([value.text]), page_width - names - _GAP), width(value.text.split()))


def _draw(written: Mapping[str, Written], names: int, room: int) -> None:
    from rich.table import Table  # noqa: PLC0415 # rich is loaded by what prints
    from rich.text import Text  # noqa: PLC0415

    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(width=names, no_wrap=True)
    grid.add_column()
    for name, value in written.items():
        grid.add_row(name, Text(value.text, style=value.style))
    out(room).print(grid)
