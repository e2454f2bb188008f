"""Reads the usage records of one extract, from the place where the last part of it ends."""

import time
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from activities.adapters.billing.usage_pages import Mark, PlaceLost, UsagePage, UsagePages
from activities.extracts.boundaries import Boundary
from activities.extracts.chunks import ChunkWriter, ids_at
from domain.call_details.extracts import MOST_ROWS, ExtractFault, FileFormat
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Refused, Trouble
from storage.database import Database
from storage.extracts import places
from storage.extracts.extract_queries import chunk
from storage.extracts.places import Place
from storage.extracts.rows import StoredExtract

_KEPT_EVERY = timedelta(seconds=5)
"""So that progress is seen, and little is lost, also where billing is slow."""
_RESTARTS = 3
_MOST_EMPTY = 10_000
"""Pages one after the other without a record: billing that gives more gives none for ever."""


class Over(Exception):
    """The extract is not in the making any more, or another attempt goes on with it."""


class NotRead(Exception):
    """An extract cannot be read now; ``is_final``: repeating does not help."""

    def __init__(self, fault: ExtractFault, *, is_final: bool = False) -> None:
        super().__init__(fault)
        self.fault = fault
        self.is_final = is_final


class Reading:
    """One attempt at reading an extract."""

    def __init__(
        self,
        database: Database,
        pages: UsagePages,
        zone: ZoneInfo,
        extract: StoredExtract,
        place: Place,
        *,
        page: int,
    ) -> None:
        """``place``: where to go on. ``page``: records that are asked for at once."""
        self._database = database
        self._pages = pages
        self._zone = zone
        self._extract = extract
        self._page = page
        self._empty = 0
        self.has_kept = False
        """Return whether this attempt has kept a part."""
        self._go_on(place)

    def _go_on(self, place: Place) -> None:
        terms = self._extract.terms
        self._place = place
        self._writer = ChunkWriter(
            terms.which, terms.level, self._zone, is_first=place.csv_size == 0
        )
        self._boundary = Boundary(place.read_to, self._last_ids(place))
        self._kept_at = time.monotonic()

    def _last_ids(self, place: Place) -> set[str]:
        """Return the ids of the last records that are in the file, those of one moment."""
        if place.read_to is None or place.chunks == 0:
            return set()
        with self._database.single_read() as connection:
            last = chunk(connection, self._extract.id, FileFormat.CSV, place.chunks - 1)
        return set() if last is None else ids_at(last, place.read_to, self._zone)

    def run(self, progress: Callable[[int], None], goes_on: Callable[[], bool]) -> bool:
        """Read until all is read, or ``goes_on`` says no; returns whether all is read.

        ``progress`` is told the rows so far. Raises Over or NotRead; what was read before is kept.
        """
        while not self._place.is_read and goes_on():
            try:
                self._require_wanted()
                self._add(self._next())
            except PlaceLost:
                self._begin_again()
            except NotRead:
                self._keep()
                raise
            progress(self._place.rows + self._writer.rows)
            if self._is_due():
                self._keep()
        self._keep()
        return self._place.is_read

    def _require_wanted(self) -> None:
        with self._database.single_read() as connection:
            found = places.place(connection, self._extract.id)
        if found is None or found._replace(is_paused=False) != self._place:
            raise Over
        if found.is_paused:
            raise NotRead(ExtractFault.BILLING_SILENT)

    def _next(self) -> UsagePage:
        """Read the next page. Raises NotRead or PlaceLost."""
        extract, mark = self._extract, self._writer.mark or _mark(self._place)
        try:
            page = self._pages.page(extract.account_id, extract.terms.which, mark, self._page)
        except Refused as error:
            raise NotRead(_refusal(error), is_final=True) from None
        except Trouble as error:
            raise NotRead(_trouble(error)) from None
        if not self._boundary.passes(page):
            raise NotRead(ExtractFault.BILLING_UNREADABLE)
        return page

    def _add(self, page: UsagePage) -> None:
        self._writer.add(page)
        self._empty = 0 if page.records else self._empty + 1
        if self._empty > _MOST_EMPTY:
            raise NotRead(ExtractFault.BILLING_UNREADABLE, is_final=True)
        if self._place.rows + self._writer.rows > MOST_ROWS:
            raise NotRead(ExtractFault.TOO_LARGE, is_final=True)

    def _is_due(self) -> bool:
        late = time.monotonic() - self._kept_at > _KEPT_EVERY.total_seconds()
        return self._writer.is_full or self._writer.is_whole or late

    def _keep(self) -> None:
        part = self._writer.take()
        if part is None:
            return
        with self._database.transaction() as session:
            behind = places.advance(session, self._extract.id, self._place, part)
        if behind is None:
            raise Over
        self.has_kept = True
        self._place, self._kept_at = behind, time.monotonic()

    def _begin_again(self) -> None:
        with self._database.transaction() as session:
            place = places.restart(session, self._extract.id, self._place, most=_RESTARTS)
        if place is None:
            raise NotRead(ExtractFault.BILLING_REFUSES, is_final=True)
        self._go_on(place)


def _mark(place: Place) -> Mark | None:
    if place.as_of is None or place.cursor is None:
        return None
    return Mark(place.as_of, place.cursor)


def _refusal(error: Refused) -> ExtractFault:
    is_unknown = error.code is StuckReason.SERVICE_UNKNOWN
    return ExtractFault.ACCOUNT_UNKNOWN if is_unknown else ExtractFault.BILLING_REFUSES


def _trouble(error: Trouble) -> ExtractFault:
    """Unreadable is what it answered with success; errors, and silence, are the same to people."""
    is_answer = error.code is StuckReason.TARGET_ERROR and not error.detail.startswith("http_")
    return ExtractFault.BILLING_UNREADABLE if is_answer else ExtractFault.BILLING_SILENT
