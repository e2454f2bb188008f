"""Reads of billing: one thing, a page of a list, or a file. Whatever is wrong in it is Trouble.

Shapes are those of TMF678, TMF635 and TMF676 v4 (docs/deployment.md). Only what a shape of ours
names is read, so nothing else of billing's gets any further; hrefs are never followed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import msgspec

from activities.adapters.billing.incomplete import note_unreadable
from activities.adapters.billing.requests import BillingRequests
from activities.adapters.json_requests import Query
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Trouble

W = TypeVar("W")
T = TypeVar("T")

_UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError)
_MOST_BYTES = 20 * 2**20
"""Of a file."""
_COUNT = re.compile(r"[0-9]{1,18}")


class Unreadable(ValueError):
    """Something in an answer is missing, or not what it must be."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A page of a list, in billing's order."""

    items: Sequence[T]
    sent: int
    """How many there were, with those that are left out."""
    unreadable: int
    """How many of them are wrong."""
    total: int | None
    """How many the whole list has; None: billing does not say."""
    headers: httpx.Headers


class BillingReads:
    """Reads of billing, whose days are those of ``zone``. Calls block; they raise NotDone.

    Args:
        requests: None where no setting names a billing: every read is Trouble.
        zone: Of the installation: a moment of billing's is a day there.
    """

    def __init__(self, requests: BillingRequests | None, zone: ZoneInfo) -> None:
        self._requests = requests
        self.zone = zone

    def one(
        self, path: str, wire: type[W], make: Callable[[W], T], query: Query | None = None
    ) -> T:
        """Read one thing: ``make`` turns its shape on the wire into ours, or raises ValueError."""
        answer = self._get(path, query)
        try:
            return make(msgspec.json.decode(answer.content, type=wire))
        except (*_UNDECODABLE, ValueError):
            raise wrong() from None

    def many(
        self,
        path: str,
        wire: type[W],
        make: Callable[[W], T | None],
        query: Query,
        *,
        is_first: bool = True,
    ) -> Listed[T]:
        """Read a page of a list. One that is wrong is left out: it stops none of the others.

        ``make`` answers None for what is not to be shown. Trouble where nothing can be read of the
        first page: of a later one, the pages before it stay good.
        """
        answer = self._get(path, query)
        try:
            raw = msgspec.json.decode(answer.content, type=list[msgspec.Raw])
        except _UNDECODABLE:
            raise wrong() from None
        read = [*_each(raw, wire, make)]
        if is_first and raw and not read:
            raise wrong()
        unreadable = len(raw) - len(read)
        if unreadable:
            note_unreadable(_kind(path), unreadable)
        items = [each for each in read if each is not None]
        total = _number(answer.headers.get("X-Total-Count"))
        return Listed(items, len(raw), unreadable, total, answer.headers)

    def file(self, path: str, content_type: str) -> bytes:
        """Read a file of this type. Trouble where it is another, cut off, or far too large."""
        answer = self._get(path, None, accept=content_type)
        told = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if told != content_type or not 0 < len(answer.content) <= _MOST_BYTES:
            raise wrong()
        return answer.content

    def _get(self, path: str, query: Query | None, accept: str | None = None) -> httpx.Response:
        if self._requests is None:
            raise Trouble(StuckReason.UNREACHABLE, "VOLITUS_BILLING_URL is not set")
        return self._requests.get(path, query, accept=accept)


def part_of_path(id_: str) -> str:
    """Return an id of billing's as one part of a path."""
    return quote(id_, safe="")


def _each(
    raw: Sequence[msgspec.Raw], wire: type[W], make: Callable[[W], T | None]
) -> Iterator[T | None]:
    for each in raw:
        try:
            yield make(msgspec.json.decode(each, type=wire))
        except (*_UNDECODABLE, ValueError):
            continue


def wrong() -> Trouble:
    """Make the trouble of an answer that cannot be read. It repeats nothing of it."""
    return Trouble(StuckReason.TARGET_ERROR, "unreadable")


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and _COUNT.fullmatch(text) else None


def _kind(path: str) -> str:
    """The kind of what a path names: ids are in the other parts."""
    return path.strip("/").partition("/")[0]
