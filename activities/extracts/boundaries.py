"""Between two pages of usage records: whether the next one goes on where the last one ended."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import takewhile

from activities.adapters.billing.usage_pages import UsagePage
from domain.call_details.records import UsageRecord


class Boundary:
    """The end of what was read. Billing that shows it again, or leads back, is not believed."""

    def __init__(self, read_to: datetime | None, ids: Iterable[str] = ()) -> None:
        """``read_to``: start of the last record of an earlier attempt; None: there was none.

        ``ids``: records of that moment.
        """
        self._at = read_to
        self._ids = {*ids}
        self._cursors: set[str] = set()
        """Cursors of pages that did not lead to a later moment."""

    def passes(self, page: UsagePage) -> bool:
        """Go on behind this page; False: it shows what was shown before, or leads there."""
        if page.records:
            if self._at is not None and page.records[0].started_at < self._at:
                return False
            if not self._ids.isdisjoint(_ids_at(self._at, page.records)):
                return False
            last = page.records[-1].started_at
            if last != self._at:
                self._at, self._ids, self._cursors = last, set(), set()
            self._ids.update(_ids_at(last, reversed(page.records)))
        if page.cursor is None:
            return True
        is_new = page.cursor not in self._cursors
        self._cursors.add(page.cursor)
        return is_new


def _ids_at(at: datetime | None, records: Iterable[UsageRecord]) -> Iterator[str]:
    """Yield the ids of the first of these records, as long as they began at this moment."""
    return (each.id for each in takewhile(lambda each: each.started_at == at, records))
