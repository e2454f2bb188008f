"""Days in a zone as moments: where clocks change, and where a year has no 29 February."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days import day_of, start_of
from domain.delegations.periods import Period, default_through, last_of_years, years_later

TALLINN, CAIRO, HAVANA = "Europe/Tallinn", "Africa/Cairo", "America/Havana"
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
ZONES = st.sampled_from([TALLINN, "UTC", "Africa/Cairo", "America/Havana", "Asia/Beirut"])


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("zone", "first", "last", "moments", "hours"),
    [
        pytest.param(
            TALLINN, "2026-05-03", "2026-05-03", (utc(2026, 5, 2, 21), utc(2026, 5, 3, 21)), 24,
            id="a-summer-day",
        ),
        pytest.param(
            TALLINN, "2026-01-15", "2026-01-15", (utc(2026, 1, 14, 22), utc(2026, 1, 15, 22)), 24,
            id="a-winter-day",
        ),
        pytest.param(
            TALLINN, "2026-03-29", "2026-03-29", (utc(2026, 3, 28, 22), utc(2026, 3, 29, 21)), 23,
            id="clocks-go-forward",
        ),
        pytest.param(
            TALLINN, "2026-10-25", "2026-10-25", (utc(2026, 10, 24, 21), utc(2026, 10, 25, 22)), 25,
            id="clocks-go-back",
        ),
        pytest.param(
            TALLINN, "2026-03-28", "2026-10-26", (utc(2026, 3, 27, 22), utc(2026, 10, 26, 22)),
            5112, id="across-both",
        ),
        pytest.param(
            TALLINN, "2028-02-29", "2028-02-29", (utc(2028, 2, 28, 22), utc(2028, 2, 29, 22)), 24,
            id="29-february",
        ),
        pytest.param(
            CAIRO, "2026-04-24", "2026-04-24", (utc(2026, 4, 23, 22), utc(2026, 4, 24, 21)),
            23, id="a-day-without-midnight",
        ),
        pytest.param(
            HAVANA, "2026-11-01", "2026-11-01", (utc(2026, 11, 1, 4), utc(2026, 11, 2, 5)),
            25, id="a-day-with-two-midnights",
        ),
        pytest.param(
            "UTC", "2026-12-31", "2027-01-01", (utc(2026, 12, 31), utc(2027, 1, 2)), 48,
            id="new-year",
        ),
    ],
)  # fmt: skip
def test_deleg_3_days_are_inclusive_in_the_zone(
    zone: str, first: str, last: str, moments: tuple[datetime, datetime], hours: int
) -> None:
    period = Period.of(date.fromisoformat(first), date.fromisoformat(last), ZoneInfo(zone))

    assert period == Period(*moments)
    assert period.ends_at - period.starts_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "years", "later", "last"),
    [
        pytest.param("2026-05-03", 1, "2027-05-03", "2027-05-02", id="any-day"),
        pytest.param("2028-02-29", 1, "2029-03-01", "2029-02-28", id="29-february"),
        pytest.param("2028-02-29", 4, "2032-02-29", "2032-02-28", id="29-february-both-years"),
        pytest.param("2027-03-01", 1, "2028-03-01", "2028-02-29", id="through-29-february"),
        pytest.param("2028-02-28", 1, "2029-02-28", "2029-02-27", id="the-day-before"),
        pytest.param("2026-01-01", 5, "2031-01-01", "2030-12-31", id="five-years"),
        pytest.param("2096-02-29", 4, "2100-03-01", "2100-02-28", id="a-century-is-no-leap-year"),
    ],
)
def test_deleg_3_years_are_counted_by_the_calendar(
    day: str, years: int, later: str, last: str
) -> None:
    first = date.fromisoformat(day)

    assert years_later(first, years).isoformat() == later
    assert last_of_years(first, years).isoformat() == last


def test_deleg_3_the_default_is_one_year() -> None:
    assert default_through(date(2026, 5, 3)) == date(2027, 5, 2)
    assert default_through(date(2028, 2, 29)) == date(2029, 2, 28)


def test_deleg_3_the_calendar_ends_with_its_last_year() -> None:
    assert years_later(date(9999, 1, 1), 1) == date.max
    assert years_later(date(9996, 2, 29), 5) == date.max


@given(day=DAYS, zone=ZONES)
def test_deleg_3_days_follow_each_other_without_a_gap(day: date, zone: str) -> None:
    there = ZoneInfo(zone)
    first, after = start_of(day, there), start_of(day + timedelta(days=1), there)

    assert Period.of(day, day, there) == Period(first, after)
    assert day_of(first, there) == day_of(after - timedelta(microseconds=1), there) == day
    assert day_of(after, there) == day + timedelta(days=1)


@given(day=DAYS)
def test_deleg_3_a_year_from_each_day_ends_before_the_next_begins(day: date) -> None:
    last = default_through(day)

    assert 364 <= (last - day).days <= 365
    assert last + timedelta(days=1) == years_later(day, 1)
