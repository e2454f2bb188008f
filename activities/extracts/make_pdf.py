"""Activity of UsageExtract that makes the PDF, from the CSV: it shows what that shows."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import ClassVar
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.adapters.typst.renderer import Listing, ListingRenderer, NotRendered
from activities.extracts.make import UsageExtractStart
from activities.heartbeat import heartbeating
from domain.call_details.extracts import PDF_MOST_ROWS, ExtractFault, FileFormat
from domain.days import day_of
from domain.task_queues import ActivityQueue, ExtractQueue
from runtime.csv_lines import unguarded
from runtime.extract_texts import Listed, call_details_data
from storage.accounts import account_queries
from storage.database import Database
from storage.extracts import ends, extract_queries, rows
from storage.extracts.rows import StoredExtract

_CHUNK = 2**20


class MakePdfActivities:
    """Activity of UsageExtract that renders."""

    queue: ClassVar[ActivityQueue | None] = ExtractQueue.EXTRACTS

    def __init__(
        self, database: Database, renderer: ListingRenderer, zone: ZoneInfo, *, author: str
    ) -> None:
        """``author``: the operator's name; empty: it is not set."""
        self._database = database
        self._renderer = renderer
        self._zone = zone
        self._author = author

    @activity.defn(name="extracts.make_pdf")
    def make_pdf(self, start: UsageExtractStart) -> None:
        """Make the PDF of an extract that is read, if one is wanted, and short enough. Idempotent.

        Raises NotRendered.
        """
        with self._database.reading() as connection:
            extract = rows.read(connection, start.extract_id)
        if extract is None or not _is_wanted(extract):
            return
        if extract.rows > PDF_MOST_ROWS:
            with self._database.transaction() as session:
                ends.has_no_pdf(session, extract.id, ExtractFault.PDF_TOO_LONG)
            return
        with heartbeating():
            made = self._rendered(extract)
        with self._database.transaction() as session:
            ends.keep_pdf(session, extract.id, _chunks(made), len(made))

    def _rendered(self, extract: StoredExtract) -> bytes:
        listed = self._listed(extract)
        content = extract_queries.content(self._database, extract, FileFormat.CSV)
        data = call_details_data(listed, [*_rows(content)])
        try:
            return self._renderer.render(Listing.CALL_DETAILS, data)
        except NotRendered as error:
            # Its cause may quote the data, which no history may hold.
            raise ApplicationError(f"not rendered: {error}", type="NotRendered") from None

    def _listed(self, extract: StoredExtract) -> Listed:
        with self._database.reading() as connection:
            account = account_queries.account(connection, extract.account_id)
        terms = extract.terms
        as_of = extract.as_of or extract.requested_at
        return Listed(
            "" if account is None else account.name,
            self._author,
            terms.from_day,
            terms.through_day,
            terms.level,
            as_of,
            day_of(as_of, self._zone),
            terms.language,
            self._zone,
        )


def _is_wanted(extract: StoredExtract) -> bool:
    is_open = extract.is_open and extract.is_read
    return is_open and extract.terms.format is FileFormat.PDF and extract.pdf_size is None


def _rows(content: Iterable[bytes]) -> Iterator[list[str]]:
    """Read the rows of a CSV as they were before text was guarded."""
    for row in islice(csv.reader(_lines(content), delimiter=";"), 1, None):
        yield [unguarded(cell) for cell in row]


def _lines(content: Iterable[bytes]) -> Iterator[str]:
    """Each chunk ends with a line: rows are never broken."""
    for chunk in content:
        yield from io.StringIO(chunk.decode(), newline="")


def _chunks(made: bytes) -> Iterator[bytes]:
    for begin in range(0, len(made), _CHUNK):
        yield made[begin : begin + _CHUNK]
