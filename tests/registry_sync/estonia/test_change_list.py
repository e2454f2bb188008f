"""The change list: days to read, ids of changes, and lists that are implausible."""

from datetime import UTC, date, datetime

import pytest

from domain.registry.register import Change, Defect, RegisterUnknown
from registry_sync.estonia.change_list import cursor_after, days_to_read
from tests.builders.soap_answers import (
    PreparedRegister,
    Reply,
    change,
    change_list,
    esindus,
    saying,
)

A, B = "10000018", "10000024"


def on(month: int, day: int) -> date:
    return date(2026, month, day)


@pytest.mark.parametrize(
    ("cursor", "today", "first", "last", "after"),
    [
        pytest.param(None, on(8, 12), on(8, 10), on(8, 12), "2026-08-11", id="the-first-time"),
        pytest.param("2026-08-11", on(8, 12), on(8, 10), on(8, 12), "2026-08-11", id="same-day"),
        pytest.param("2026-08-11", on(8, 13), on(8, 10), on(8, 13), "2026-08-12", id="next-day"),
        pytest.param("2026-08-01", on(8, 12), on(7, 31), on(8, 12), "2026-08-11", id="a-week"),
        pytest.param("2026-01-10", on(8, 12), on(1, 9), on(2, 8), "2026-02-08", id="after-months"),
        pytest.param("2026-08-20", on(8, 12), on(8, 10), on(8, 12), "2026-08-11", id="set-back"),
        pytest.param("2026-12-31", on(12, 31), on(12, 29), on(12, 31), "2026-12-30", id="year-end"),
    ],
)  # fmt: skip
def test_days_to_read(cursor: str | None, today: date, first: date, last: date, after: str) -> None:
    days = days_to_read(cursor, today)

    assert (days[0], days[-1], cursor_after(days, today)) == (first, last, after)
    assert len(days) == len(set(days)) == (last - first).days + 1


def test_after_a_long_silence_no_day_is_left_out() -> None:
    cursor, today = "2026-01-10", on(8, 12)
    read: set[date] = set()
    while cursor != "2026-08-11":
        days = days_to_read(cursor, today)
        read.update(days)
        assert len(days) <= 31
        cursor = cursor_after(days, today)

    assert len(read) == (today - on(1, 9)).days + 1


@pytest.mark.parametrize(
    ("now", "days"),
    [
        pytest.param("2026-08-12T20:59:59", "2026-08-10 11 12", id="before-midnight-in-summer"),
        pytest.param("2026-08-12T21:00:00", "2026-08-11 12 13", id="after-midnight-in-summer"),
        pytest.param("2026-01-14T21:59:59", "2026-01-12 13 14", id="before-midnight-in-winter"),
        pytest.param("2026-01-14T22:00:00", "2026-01-13 14 15", id="after-midnight-in-winter"),
        pytest.param("2026-03-29T00:59:59", "2026-03-27 28 29", id="the-hour-before-summer-time"),
        pytest.param("2026-03-29T20:59:59", "2026-03-27 28 29", id="the-short-day-ends"),
        pytest.param("2026-03-29T21:00:00", "2026-03-28 29 30", id="the-day-after-the-short-day"),
        pytest.param("2026-10-25T01:30:00", "2026-10-23 24 25", id="the-hour-that-comes-twice"),
        pytest.param("2026-10-25T21:59:59", "2026-10-23 24 25", id="the-long-day-ends"),
        pytest.param("2026-10-25T22:00:00", "2026-10-24 25 26", id="the-day-after-the-long-day"),
    ],
)
def test_days_are_estonian_days(now: str, days: str) -> None:
    outside = saying(change_list(change(A, 1)))
    outside.now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    changes = outside.register.changed_since(None)

    asked = outside.fields("kuupaev")
    assert [asked[0], *(day[-2:] for day in asked[1:])] == days.split()
    assert changes.cursor == asked[1]
    assert outside.acquisitions == 3


def read(*lists: str) -> tuple[list[Change], list[Defect]]:
    """Read the changes when the three days have these lists."""
    replies = iter(lists)
    outside = PreparedRegister(
        lambda question: esindus() if "70000310" in question else next(replies)
    )
    return list(outside.register.changed_since("2026-08-11").changes), outside.rejected


NONE = change_list()


def test_changes_are_marked_with_their_day() -> None:
    changes, _ = read(change_list(change(A, 7)), NONE, change_list(change(B, 3), change(A, 8)))

    found = [(each.company.code, each.version[:11]) for each in changes]
    assert found == [(A, "2026-08-10/"), (B, "2026-08-12/"), (A, "2026-08-12/")]


@pytest.mark.parametrize(
    ("again", "same"),
    [
        pytest.param([change(A, 7, 8)], True, id="read-again"),
        pytest.param([change(A, 8, 7)], True, id="in-another-order"),
        pytest.param([change(A, 7), change(A, 8)], True, id="on-two-rows"),
        pytest.param([change(A, 7, 8), change(B, 1)], True, id="another-company-is-new"),
        pytest.param([change(A, 7, 8, 9)], False, id="one-entry-more"),
        pytest.param([change(A, 7, 9)], False, id="another-entry"),
        pytest.param([change(A)], False, id="no-entry"),
    ],
)
def test_equal_entries_are_one_change(again: list[str], same: bool) -> None:
    before, _ = read(change_list(change(A, 7, 8)), NONE, NONE)
    after, _ = read(change_list(*again), NONE, NONE)

    assert (before[0] in after) is same


def test_equal_entries_on_another_day_are_a_new_change() -> None:
    changes, _ = read(change_list(change(A, 7)), change_list(change(A, 7)), NONE)

    assert changes[0].version != changes[1].version


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        pytest.param(change_list(change(A, 1), number=2), "change_list_miscounted", id="too-few"),
        pytest.param(change_list(change(A, 1), number=0), "change_list_miscounted", id="too-many"),
        pytest.param(
            change_list().replace("tulemuste_arv", "muu"), "answer_incomplete", id="uncounted"
        ),
        pytest.param(esindus(), "answer_incomplete", id="another-operation"),
    ],
)
def test_a_list_that_does_not_add_up_is_unknown(reply: Reply, code: str) -> None:
    with pytest.raises(RegisterUnknown) as unknown:
        saying(reply).register.changed_since(None)

    assert unknown.value.code == code


def test_a_row_without_a_valid_code_does_not_stop_the_others() -> None:
    changes, rejected = read(change_list(change("47101010033", 1), change(A, 1)), NONE, NONE)

    assert [each.company.code for each in changes] == [A]
    assert [(defect.key, defect.code) for defect in rejected] == [
        ("2026-08-10#1", "registry_code_invalid")
    ]


def test_quiet_days_are_believed_once_the_canary_has_answered() -> None:
    outside = saying(NONE)

    changes = outside.register.changed_since("2026-08-11")

    assert (list(changes.changes), changes.cursor) == ([], "2026-08-11")
    assert outside.acquisitions == 4


def test_a_cursor_of_someone_else() -> None:
    with pytest.raises(RegisterUnknown) as unknown:
        saying(NONE).register.changed_since("oppdateringsid-17")

    assert (unknown.value.code, unknown.value.retry) == ("cursor_unreadable", False)
