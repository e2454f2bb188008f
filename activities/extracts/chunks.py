"""Turns pages of usage records into parts of a CSV: taken or not, hidden, written."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from activities.adapters.billing.usage_pages import Mark, UsagePage
from domain.call_details.columns import COLUMNS, row_maker
from domain.call_details.filters import UsageFilter
from domain.call_details.records import UsageRecord
from domain.call_details.secrecy import Level
from runtime.csv_lines import BEGINNING, guarded, unguarded
from storage.extracts.places import Part

CHUNK = 2**20
"""Bytes after which a part is kept: it has some pages, and so may be as much larger as one is."""


class ChunkWriter:
    """Writes parts of one extract's CSV. What its level hides is never written."""

    def __init__(self, which: UsageFilter, level: Level, zone: ZoneInfo, *, is_first: bool) -> None:
        """``is_first``: no part of the file is kept yet, and so it has no header."""
        self._takes = which.taker()
        self._row = row_maker(zone, level, guarded)
        self._needs_header = is_first
        self._clear()

    def _clear(self) -> None:
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, delimiter=";")
        self._rows = self._rejected = 0
        self._read_to: datetime | None = None
        self._next: tuple[str, str | None] | None = None

    @property
    def rows(self) -> int:
        """Rows that are not kept yet."""
        return self._rows

    @property
    def is_full(self) -> bool:
        """Return whether a part is to be kept now."""
        return self._buffer.tell() >= CHUNK

    @property
    def mark(self) -> Mark | None:
        """Return the cursor of the next page; None: nothing was added, or that was all."""
        if self._next is None or self._next[1] is None:
            return None
        return Mark(self._next[0], self._next[1])

    @property
    def is_whole(self) -> bool:
        """Return whether the last page was added."""
        return self._next is not None and self._next[1] is None

    def add(self, page: UsagePage) -> None:
        """Add a page."""
        if self._needs_header:
            self._buffer.write(BEGINNING)
            self._writer.writerow(COLUMNS)
            self._needs_header = False
        rows = [*self._rows_of(page.records)]
        self._writer.writerows(rows)
        self._rows += len(rows)
        self._rejected += page.rejected
        if page.records:
            self._read_to = page.records[-1].started_at
        self._next = (page.as_of, page.cursor)

    def take(self) -> Part | None:
        """Return what was added, as a part to be kept, and go on behind it; None: nothing was."""
        if self._next is None:
            return None
        content = self._buffer.getvalue().encode()
        part = Part(content, self._rows, self._rejected, self._read_to, *self._next)
        self._clear()
        return part

    def _rows_of(self, records: Iterable[UsageRecord]) -> Iterable[tuple[str, ...]]:
        takes, row_of = self._takes, self._row
        for record in records:
            if takes(record) and (row := row_of(record)) is not None:
                yield row


def ids_at(content: bytes, at: datetime, zone: ZoneInfo) -> set[str]:
    """Return the ids of the last rows of a part of a CSV, those of records of this moment."""
    moment, place = at.astimezone(zone).isoformat(), COLUMNS.index("record_id")
    rows = [*csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";")]
    return {unguarded(row[place]) for row in takewhile(lambda row: row[0] == moment, rows[::-1])}
