"""Files of comma-separated values, as spreadsheets here open them."""

import csv
import io
from collections.abc import Iterable

BEGINNING = "\N{BYTE ORDER MARK}"
"""Of every file: without it, a spreadsheet takes it for another encoding."""
MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Iterable[str]) -> str:
    """Return a line. A cell that a spreadsheet would calculate is made text (OWASP)."""
    buffer = io.StringIO()
    safe = [f"'{each}" if str(each).startswith(_FORMULA) else str(each) for each in cells]
    csv.writer(buffer, delimiter=";").writerow(safe)
    return buffer.getvalue()
