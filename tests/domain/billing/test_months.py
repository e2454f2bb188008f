"""Months of the operator's zone as moments, where clocks change too (bill.2, bill.6)."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.billing.months import Month, oldest_asked_for

TALLINN = ZoneInfo("Europe/Tallinn")


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("month", "start", "end", "hours"),
    [
        pytest.param("2026-11", "2026-10-31T22:00", "2026-11-30T22:00", 720, id="winter"),
        pytest.param("2026-07", "2026-06-30T21:00", "2026-07-31T21:00", 744, id="summer"),
        pytest.param("2026-03", "2026-02-28T22:00", "2026-03-31T21:00", 743, id="an-hour-less"),
        pytest.param("2026-10", "2026-09-30T21:00", "2026-10-31T22:00", 745, id="an-hour-more"),
        pytest.param("2028-02", "2028-01-31T22:00", "2028-02-29T22:00", 696, id="leap-year"),
        pytest.param("2026-12", "2026-11-30T22:00", "2026-12-31T22:00", 744, id="end-of-the-year"),
    ],
)
def test_bill_2_a_month_is_a_half_open_period(month: str, start: str, end: str, hours: int) -> None:
    period = Month.of(month).period(TALLINN)

    assert (period.start, period.end) == (_utc(start), _utc(end))
    assert period.end - period.start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "month", "day"),
    [
        pytest.param("2026-10-31T21:59:59", "2026-10", "2026-10-31", id="last-second"),
        pytest.param("2026-10-31T22:00", "2026-11", "2026-11-01", id="first-moment"),
        # 03:30 comes twice on 25.10.2026, and both are of that day.
        pytest.param("2026-10-25T00:30", "2026-10", "2026-10-25", id="shown-twice-first"),
        pytest.param("2026-10-25T01:30", "2026-10", "2026-10-25", id="shown-twice-second"),
        # On 29.03.2026 clocks go from 02:59 to 04:00.
        pytest.param("2026-03-29T00:59:59", "2026-03", "2026-03-29", id="before-the-lost-hour"),
        pytest.param("2026-03-29T01:00", "2026-03", "2026-03-29", id="after-the-lost-hour"),
        pytest.param("2026-12-31T22:00", "2027-01", "2027-01-01", id="new-year"),
    ],
)
def test_bill_2_every_moment_lies_in_one_month(moment: str, month: str, day: str) -> None:
    at = _utc(moment)

    found = Month.at(at, TALLINN)

    assert str(found) == month
    assert found.period(TALLINN).start <= at < found.period(TALLINN).end
    assert date.fromisoformat(day) in set(found.days())


def test_bill_2_months_follow_each_other_without_gap_or_overlap() -> None:
    months = [Month(2025, 12).moved(number) for number in range(30)]

    periods = [each.period(TALLINN) for each in months]

    assert all(one.end == other.start for one, other in itertools.pairwise(periods))
    assert [str(each) for each in months[:3]] == ["2025-12", "2026-01", "2026-02"]
    assert months[0].moved(-12) == Month(2024, 12)


def test_bill_2_a_month_is_open_until_its_last_moment_is_over() -> None:
    month = Month.of("2026-11")

    assert month.is_open(_utc("2026-11-30T21:59:59"), TALLINN)
    assert not month.is_open(_utc("2026-11-30T22:00"), TALLINN)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "2026-1", "1999-12", "٢٠٢٦-١١"])
def test_bill_2_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no month"):
        Month.of(text)


@pytest.mark.parametrize(
    ("owned_since", "oldest"),
    [
        (None, "2023-12"),
        ("2020-01-15T12:00", "2023-12"),
        # April has begun in Tallinn.
        ("2026-03-31T21:00", "2026-04"),
    ],
)
def test_bill_2_what_is_long_ago_or_an_earlier_owners_is_not_asked_for(
    owned_since: str | None, oldest: str
) -> None:
    now = _utc("2026-11-30T22:00")  # December has begun in Tallinn
    since = None if owned_since is None else _utc(owned_since)

    assert str(oldest_asked_for(now, TALLINN, since)) == oldest
