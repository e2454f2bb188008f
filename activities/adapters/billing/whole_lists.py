"""Lists of billing that are read to their end, page after page."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from activities.adapters.billing.reads import Listed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WholeList(Generic[T]):
    """A list, in billing's order."""

    items: Sequence[T]
    is_whole: bool
    """Nothing is missing: it was read to its end, and all of it could be."""


def read_whole(
    page: Callable[[int, int], Listed[T]],
    same: Callable[[T], Hashable],
    *,
    size: int,
    most: int,
) -> WholeList[T]:
    """Read page after page. One that comes in between repeats another, and hides none.

    It ends with a page that is empty, that brings nothing new, or that is the last by the list's
    own count; a full page is never believed to be the last. Raises NotDone.

    Args:
        page: Reads so many from an offset on.
        same: Tells which are the same; the later one counts.
        size: Of a page.
        most: So many are read, and no more.
    """
    found: dict[Hashable, T] = {}
    sent = unreadable = hidden = 0
    while sent < most:
        told, known = page(sent, size), len(found)
        found |= {same(each): each for each in told.items}
        sent += told.sent
        unreadable += told.unreadable
        hidden += told.sent - told.unreadable - len(told.items)
        is_over = told.total is not None and sent >= told.total and told.sent < size
        is_stuck = len(told.items) == told.sent and len(found) == known
        if is_over or is_stuck:
            is_counted = told.sent == 0 if told.total is None else len(found) + hidden >= told.total
            return WholeList([*found.values()], is_counted and unreadable == 0)
    return WholeList([*found.values()], is_whole=False)
