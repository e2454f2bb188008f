"""bill.1: a list of billing is read to its end, and says so where something of it is missing."""

from collections.abc import Callable, Sequence

import httpx
import pytest

from activities.adapters.billing.reads import Listed
from activities.adapters.billing.whole_lists import WholeList, read_whole

SIZE, MOST = 4, 40
Page = Callable[[int, int], Listed[int]]


def page(items: Sequence[int], total: int | None, *, sent: int | None = None) -> Listed[int]:
    return Listed(items, len(items) if sent is None else sent, 0, total, httpx.Headers())


def listing(items: Sequence[int], total: int | None, asked: list[int], *, cap: int = SIZE) -> Page:
    """Billing that has these, says that there are ``total``, and shows ``cap`` at most."""

    def read(offset: int, limit: int) -> Listed[int]:
        asked.append(offset)
        return page(items[offset : offset + min(limit, cap)], total)

    return read


def whole(read: Page) -> WholeList[int]:
    return read_whole(read, lambda each: each, size=SIZE, most=MOST)


@pytest.mark.parametrize(
    ("count", "total", "cap", "asked"),
    [
        (0, 0, SIZE, [0]),
        (3, 3, SIZE, [0]),
        (6, 6, SIZE, [0, 4]),
        (8, 8, SIZE, [0, 4, 8]),
        (6, None, SIZE, [0, 4, 6]),
        (6, 6, 2, [0, 2, 4]),
        (6, 4, SIZE, [0, 4]),
    ],
    ids=[
        "none",
        "one page",
        "two pages",
        "full pages: the next is asked for",
        "without a count",
        "pages shorter than asked for",
        "the count is that of the page",
    ],
)
def test_bill_1_a_list_is_read_to_its_end(
    count: int, total: int | None, cap: int, asked: list[int]
) -> None:
    seen: list[int] = []

    told = whole(listing(range(count), total, seen, cap=cap))

    assert told == WholeList([*range(count)], is_whole=True)
    assert seen == asked


def test_bill_1_one_that_comes_in_between_hides_none() -> None:
    shown = {0: page([1, 2, 3, 4], 5), 4: page([4, 5], 6)}

    assert whole(lambda offset, _: shown[offset]).items == [1, 2, 3, 4, 5]


def never_counted(offset: int, _: int) -> Listed[int]:
    return page([*range(4)], None)


def ever_the_first(offset: int, _: int) -> Listed[int]:
    return page([*range(4)], 10)


def one_unreadable(offset: int, _: int) -> Listed[int]:
    return Listed([1, 2], 3, 1, 3, httpx.Headers())


def endless(offset: int, limit: int) -> Listed[int]:
    return page([*range(offset, offset + limit)], None)


def more_than_there_are(offset: int, limit: int) -> Listed[int]:
    return page([*range(6)][offset : offset + limit], 9)


@pytest.mark.parametrize(
    "read", [never_counted, ever_the_first, one_unreadable, endless, more_than_there_are]
)
def test_bill_1_where_something_is_missing_it_says_so(read: Page) -> None:
    asked: list[int] = []

    def counted(offset: int, limit: int) -> Listed[int]:
        asked.append(offset)
        return read(offset, limit)

    told = whole(counted)

    assert not told.is_whole
    assert len(told.items) == len({*told.items})
    assert len(asked) <= MOST // SIZE


def test_bill_1_what_is_not_to_be_shown_is_not_missing() -> None:
    assert whole(lambda *_: page([1, 2], 3, sent=3)).is_whole
