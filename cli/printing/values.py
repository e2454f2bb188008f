"""How values are written: ids, times and states are never broken; texts are, between words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from cli.printing import colours, times
from cli.printing.page import Page

SHOWN = 8
"""Digits of an id in tables: enough to tell apart nearly all of a hundred thousand of them."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it is printed."""

    text: str
    style: str = ""
    folds: bool = False
    """Whether it may be broken between its words."""
    is_number: bool = False


def short(id_: UUID) -> str:
    """An id as tables show it and commands take it: its first digits."""
    return str(id_)[:SHOWN]


def in_table(value: object, page: Page, *, is_state: bool = False) -> Written:
    """Write a value into a cell of a table; None is an empty cell."""
    match value:
        case UUID():
            return Written(str(value) if page.is_exact else short(value))
        case datetime():
            at = times.exact(value) if page.is_exact else times.relative(value, page.now)
            return Written(at)
    return _plain(value, is_state=is_state)


def in_facts(value: object, page: Page, *, is_state: bool = False) -> Written:
    """Write a value beside its name: ids and times whole, a time also as seen from now."""
    match value:
        case UUID():
            return Written(str(value))
        case datetime():
            exact = times.exact(value)
            if page.is_exact or times.is_far(value, page.now):
                return Written(exact)
            return Written(f"{exact} ({times.relative(value, page.now)})")
    return _plain(value, is_state=is_state)


def _plain(value: object, *, is_state: bool) -> Written:
    if isinstance(value, int) and not isinstance(value, bool):
        return Written(str(value), is_number=True)
    text = _text(value)
    said = colours.meaning(text) if is_state else None
    return Written(text, style=said or "", folds=" " in text)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return times.day(value)
        case timedelta():
            return times.duration(value)
        case list() | tuple() | set() | frozenset():
            return " ".join(map(str, value))
    return str(value)


def width(texts: Sequence[str]) -> int:
    """Cells of a terminal that the longest of these takes."""
    from rich.cells import cell_len  # noqa: PLC0415 # rich is loaded by what prints

    return max(map(cell_len, texts), default=0)
