"""Files of comma-separated values, as spreadsheets here open them."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

BEGINNING = "\N{BYTE ORDER MARK}"
"""Of every file: without it, a spreadsheet takes it for another encoding."""
MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How text begins that a spreadsheet would calculate; also in the wide letters of East Asia."""

Cell = str | int | Decimal


def csv_line(cells: Iterable[Cell], *, decimal_comma: bool = False) -> str:
    """Return a line. Text that a spreadsheet would calculate is kept from that (OWASP).

    A number is none: ``-5.00`` stays one. ``decimal_comma``: as spreadsheets in Estonian and
    Russian read numbers, for which ``5.10`` is a day in October.
    """
    buffer = io.StringIO()
    written = [_written(each, decimal_comma=decimal_comma) for each in cells]
    csv.writer(buffer, delimiter=";").writerow(written)
    return buffer.getvalue()


def _written(cell: Cell, *, decimal_comma: bool) -> str:
    if isinstance(cell, Decimal):
        text = f"{cell:f}"
        return text.replace(".", ",") if decimal_comma else text
    if isinstance(cell, int):
        return str(cell)
    return guarded(cell)


def guarded(text: str) -> str:
    """Return a text cell as a spreadsheet does not calculate it: ``'`` before what it would."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """Return a text cell as it was before ``guarded``."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
