"""Pages of usage records, in the order of their moments and ids, as of a moment."""

from collections.abc import Iterator
from typing import NamedTuple

from simulators.billing.calls.costly import costly
from simulators.billing.calls.hours import per_hour
from simulators.billing.calls.plain import in_hour
from simulators.billing.calls.records import Record
from simulators.billing.ledgers import Ledger, Phone
from simulators.billing.months import HOUR, Month, local

_LOOKED_THROUGH = 20_000
"""A page ends when so many records were looked through, however few of them fit."""


class Wanted(NamedTuple):
    """Which records: from ``since`` until before ``until``, received up to ``as_of``; seconds.

    ``after``: the moment and the id of the last one that was shown; sets that are empty: any.
    """

    since: int
    until: int
    as_of: int
    services: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset()
    roaming: bool | None = None
    after: tuple[int, str] = (0, "")

    def fits(self, record: Record) -> bool:
        return (
            self.since <= record.at < self.until
            and record.received <= self.as_of
            and (not self.kinds or record.kind in self.kinds)
            and (not self.directions or record.direction in self.directions)
            and (self.roaming is None or record.roaming == self.roaming)
        )


class Page(NamedTuple):
    """Records, and what the next page begins after; None: there are no more."""

    records: list[Record]
    next: tuple[int, str] | None


def page(ledger: Ledger, wanted: Wanted, limit: int) -> Page:
    """Return the next records. A page may be short, and even empty, and others follow."""
    found: list[Record] = []
    looked, last = 0, wanted.after
    for hour in hours(ledger, wanted):
        for record in hour:
            if (record.at, record.id) <= wanted.after:
                continue
            if len(found) == limit or looked == _LOOKED_THROUGH:
                return Page(found, last)
            looked, last = looked + 1, (record.at, record.id)
            if wanted.fits(record):
                found.append(record)
    return Page(found, None)


def hours(ledger: Ledger, wanted: Wanted) -> Iterator[list[Record]]:
    """Yield all records of each hour that has some, from where the page begins."""
    asked = wanted.services or {each.service for each in ledger.phones}
    phones = [each for each in ledger.phones if each.service in asked]
    begin = max(wanted.since, wanted.after[0], ledger.first.start)
    month, end = Month.of(local(begin)), min(wanted.until, wanted.as_of)
    while month.start < end:
        yield from _of_month(phones, month, max(begin, month.start), min(end, month.end))
        month = month.plus(1)


def of_month(phone: Phone, month: Month) -> Iterator[Record]:
    """Yield all records of a number's month, in no order."""
    rare = costly(phone, month)
    yield from rare
    for hour, count in enumerate(per_hour(phone, month, _plain(phone, rare))):
        if count:
            yield from in_hour(phone, month, hour, count)


def _of_month(phones: list[Phone], month: Month, begin: int, end: int) -> Iterator[list[Record]]:
    rare: dict[int, list[Record]] = {}
    counts = []
    for phone in phones:
        own = costly(phone, month)
        counts.append((phone, per_hour(phone, month, _plain(phone, own))))
        for each in own:
            rare.setdefault((each.at - month.start) // HOUR, []).append(each)
    for hour in range((begin - month.start) // HOUR, -(-(end - month.start) // HOUR)):
        found = rare.get(hour, [])[:]
        for phone, spread in counts:
            if spread[hour]:
                found += in_hour(phone, month, hour, spread[hour])
        if found:
            found.sort()  # a record begins with its moment and its id
            yield found


def _plain(phone: Phone, rare: list[Record]) -> int:
    return max(0, phone.form.records - len(rare))
