"""Usage records of billing, page by page, as billing had them at one moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple, Protocol
from uuid import UUID

import httpx
import msgspec

from activities.adapters.billing.incomplete import note_unreadable
from activities.adapters.billing.usage_requests import UsageRequests
from activities.adapters.billing.usage_wire import UsageOnWire, record_of
from domain.billing.months import Period
from domain.call_details.filters import UsageFilter
from domain.call_details.records import UsageRecord
from domain.days import is_in_every_calendar
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Refused, Trouble

USAGE = "/usage"
_AS_OF, _NEXT = "X-As-Of", "X-Next-Cursor"
_LONGEST_MARK = 500
"""Characters of a cursor, or of a moment."""
_NAMED = 50
"""Services that a request names; where there are more, all of the account's are asked for."""
_STRAY = 10
"""Records that may be wrong by themselves; where more are, and most of a page, the answer is."""
_UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError)
_PAGE = msgspec.json.Decoder(list[UsageOnWire])
_EACH = msgspec.json.Decoder(list[msgspec.Raw])
_ONE = msgspec.json.Decoder(UsageOnWire)


class Mark(NamedTuple):
    """Where a page begins."""

    as_of: str
    """Moment, as billing wrote it: only records that it had received by then."""
    cursor: str
    """Billing's own."""


@dataclass(frozen=True, slots=True)
class UsagePage:
    """A page of usage records, in the order of their starts."""

    records: Sequence[UsageRecord]
    rejected: int
    """Records that could not be read."""
    as_of: str
    cursor: str | None
    """Where the next page begins; None: this is the last."""


class PlaceLost(Exception):
    """Billing does not know the moment or the cursor any more: reading must begin again."""


class UsagePages(Protocol):
    """Port to usage records. Calls block."""

    def page(
        self, account_id: UUID, which: UsageFilter, after: Mark | None, limit: int, /
    ) -> UsagePage:
        """Return up to ``limit`` records; ``after`` None: the first page.

        There may be records that do not fulfil ``which``. Raises Trouble, Refused or PlaceLost.
        """
        ...


class NoUsagePages:
    """Billing that no setting names: every call is trouble."""

    def page(self, *_: object) -> UsagePage:
        """See UsagePages."""
        raise Trouble(StuckReason.UNREACHABLE, "VOLITUS_BILLING_URL is not set")


class HttpUsagePages:
    """Billing behind ``/usage``."""

    def __init__(self, requests: UsageRequests) -> None:
        self._requests = requests

    def page(
        self, account_id: UUID, which: UsageFilter, after: Mark | None, limit: int, /
    ) -> UsagePage:
        """See UsagePages. A record that is wrong is counted and left out, whatever it is.

        Where most of a page is wrong, billing is: that is trouble, and no record is given up.
        """
        query = [*_query(account_id, which), ("limit", str(limit))]
        if after is not None:
            query += [("asOf", after.as_of), ("after", after.cursor)]
        try:
            told = self._requests.get(USAGE, query)
        except Refused as error:
            if after is not None and error.code is not StuckReason.SERVICE_UNKNOWN:
                raise PlaceLost from None
            raise
        as_of, cursor = _as_of(told, after), _cursor(told, after)
        records, rejected = _read(told.content)
        if len(records) + rejected > limit:
            raise _wrong("too_many")
        if rejected > max(len(records), _STRAY):
            raise _wrong("records")
        if rejected:
            note_unreadable("usage", rejected)
        return UsagePage(_in_order(records), rejected, as_of, cursor)


def _query(account_id: UUID, which: UsageFilter) -> Iterator[tuple[str, str]]:
    period: Period = which.period
    yield "billingAccount.id", str(account_id)
    yield "usageDate.gte", _moment(period.start)
    yield "usageDate.lt", _moment(period.end)
    if len(which.services) <= _NAMED:
        for service_id in sorted(which.services):
            yield "service", str(service_id)
    for kind in sorted(which.kinds):
        yield "usageType", kind.value
    if which.direction is not None:
        yield "direction", which.direction.value
    if which.is_roaming is not None:
        yield "roaming", "true" if which.is_roaming else "false"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _as_of(told: httpx.Response, after: Mark | None) -> str:
    """Return the moment of the answer: that of the first page, or nothing fits together."""
    said: str = told.headers.get(_AS_OF, "")
    if after is None:
        if len(said) > _LONGEST_MARK or not _is_moment(said):
            raise _wrong("as_of")
        return said
    if said and said != after.as_of and not _is_same(said, after.as_of):
        raise _wrong("as_of")
    return after.as_of


def _is_moment(text: str) -> bool:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return False
    return at.tzinfo is not None and is_in_every_calendar(at)


def _is_same(one: str, other: str) -> bool:
    return _is_moment(one) and datetime.fromisoformat(one) == datetime.fromisoformat(other)


def _cursor(told: httpx.Response, after: Mark | None) -> str | None:
    cursor: str | None = told.headers.get(_NEXT) or None
    if cursor is None:
        return None
    is_good = cursor.isascii() and cursor.isprintable() and len(cursor) <= _LONGEST_MARK
    if not is_good or (after is not None and cursor == after.cursor):
        raise _wrong("cursor")
    return cursor


def _read(content: bytes) -> tuple[list[UsageRecord], int]:
    """Read the records of a page at once; one by one where any of them is wrong."""
    try:
        return [record_of(each) for each in _PAGE.decode(content)], 0
    except (*_UNDECODABLE, ValueError):
        return _read_each(content)


def _read_each(content: bytes) -> tuple[list[UsageRecord], int]:
    try:
        raw = _EACH.decode(content)
    except _UNDECODABLE:
        raise _wrong("unreadable") from None
    found = []
    for each in raw:
        try:
            found.append(record_of(_ONE.decode(each)))
        except (*_UNDECODABLE, ValueError):
            continue
    return found, len(raw) - len(found)


def _in_order(records: Sequence[UsageRecord]) -> Sequence[UsageRecord]:
    """Raise Trouble where billing shows records twice, or in no order: some would be missing."""
    at_once: set[str] = set()
    for before, record in pairwise(records):
        if record.started_at > before.started_at:
            at_once.clear()
            continue
        at_once.add(before.id)
        if record.started_at < before.started_at or record.id in at_once:
            raise _wrong("order")
    return records


def _wrong(what: str) -> Trouble:
    """Make the trouble of an answer that cannot be used. It repeats nothing of it."""
    return Trouble(StuckReason.TARGET_ERROR, what)
