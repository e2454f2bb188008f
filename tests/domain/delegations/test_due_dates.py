"""When something is due of a delegation, as tables: calendars, changing clocks, leap days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days import day_of
from domain.delegations.due_dates import DAYS_WARNED, Dates
from domain.delegations.periods import Period

TALLINN = ZoneInfo("Europe/Tallinn")
HAVANA = ZoneInfo("America/Havana")  # clocks go forward at midnight
DAY = timedelta(days=1)


def dates(first: str, last: str, zone: ZoneInfo = TALLINN) -> Dates:
    through = date.fromisoformat(last)
    period = Period.of(date.fromisoformat(first), through, zone)
    return Dates(period.starts_at, period.ends_at, through)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "warned"),
    [
        pytest.param(
            "2026-01-01",
            "2026-12-31",
            {30: "2026-11-30 22:00", 7: "2026-12-23 22:00", 1: "2026-12-29 22:00"},
            id="a-year",
        ),
        pytest.param("2026-12-01", "2026-12-03", {1: "2026-12-01 22:00"}, id="three-days"),
        pytest.param("2026-12-01", "2026-12-02", {}, id="two-days"),
        pytest.param("2026-12-01", "2026-12-01", {}, id="one-day"),
        pytest.param(
            "2026-12-01",
            "2026-12-08",
            {1: "2026-12-06 22:00"},
            id="begins-on-the-day-of-the-warning",
        ),
        pytest.param(
            "2026-12-01",
            "2026-12-09",
            {7: "2026-12-01 22:00", 1: "2026-12-07 22:00"},
            id="begins-the-day-before-it",
        ),
        # Clocks go forward on 29 March 2026: 30 days are 719 hours, and 30 March begins at 21:00.
        pytest.param(
            "2026-01-01",
            "2026-03-30",
            {30: "2026-02-27 22:00", 7: "2026-03-22 22:00", 1: "2026-03-28 22:00"},
            id="clocks-go-forward-the-day-before",
        ),
        pytest.param(
            "2026-01-01",
            "2026-03-31",
            {30: "2026-02-28 22:00", 7: "2026-03-23 22:00", 1: "2026-03-29 21:00"},
            id="clocks-have-gone-forward",
        ),
        # Clocks go back on 25 October 2026.
        pytest.param(
            "2026-01-01",
            "2026-10-26",
            {30: "2026-09-25 21:00", 7: "2026-10-18 21:00", 1: "2026-10-24 21:00"},
            id="clocks-go-back-the-day-before",
        ),
        pytest.param(
            "2026-01-01",
            "2026-10-27",
            {30: "2026-09-26 21:00", 7: "2026-10-19 21:00", 1: "2026-10-25 22:00"},
            id="clocks-have-gone-back",
        ),
        pytest.param(
            "2027-03-01",
            "2028-02-29",
            {30: "2028-01-29 22:00", 7: "2028-02-21 22:00", 1: "2028-02-27 22:00"},
            id="ends-on-a-leap-day",
        ),
        pytest.param(
            "2027-04-01",
            "2028-03-30",
            {30: "2028-02-28 22:00", 7: "2028-03-22 22:00", 1: "2028-03-28 21:00"},
            id="warned-on-a-leap-day",
        ),
    ],
)
def test_deleg_14_warnings_are_days_before_the_last_day(
    first: str, last: str, warned: dict[int, str]
) -> None:
    found = dates(first, last).warnings(TALLINN)

    assert found == {utc(moment): days for days, moment in warned.items()}
    assert list(found) == sorted(found)


def test_deleg_14_a_day_without_a_midnight_begins_when_its_clocks_do() -> None:
    # 8 March 2026 begins at 01:00 in Havana.
    found = dates("2026-01-01", "2026-03-09", HAVANA).warnings(HAVANA)

    assert [moment for moment, days in found.items() if days == 1] == [utc("2026-03-08 05:00")]


@pytest.mark.parametrize(
    ("now", "following"),
    [
        pytest.param("2026-05-01 12:00", "2026-05-31 21:00", id="it-begins"),
        pytest.param("2026-05-31 21:00", "2026-06-30 21:00", id="it-has-begun"),
        pytest.param("2026-06-30 20:59", "2026-06-30 21:00", id="just-before-a-warning"),
        pytest.param("2026-07-02 00:00", "2026-07-23 21:00", id="accepted-late"),
        pytest.param("2026-07-30 12:00", "2026-07-31 21:00", id="it-ends"),
        pytest.param("2026-07-31 21:00", None, id="it-is-over"),
    ],
)
def test_deleg_10_the_next_moment_at_which_something_is_due(
    now: str, following: str | None
) -> None:
    found = dates("2026-06-01", "2026-07-31").next_due(TALLINN, utc(now))

    assert found == (utc(following) if following else None)


@pytest.mark.parametrize(
    ("since", "now", "days"),
    [
        pytest.param("2026-06-30 21:00", "2026-06-30 21:00", 30, id="in-time"),
        pytest.param("2026-06-30 21:00", "2026-07-14 03:00", 30, id="late"),
        pytest.param("2026-06-30 21:00", "2026-07-25 03:00", 7, id="only-the-last-of-two"),
        pytest.param("2026-06-30 21:00", "2026-07-31 20:59", 1, id="only-the-last-of-three"),
        pytest.param("2026-06-30 21:00", "2026-07-31 21:00", None, id="none-once-it-is-over"),
        pytest.param("2026-05-31 21:00", "2026-06-30 20:59", None, id="none-too-early"),
        pytest.param("2026-07-23 21:00", "2026-07-01 12:00", None, id="given-already"),
        pytest.param("2026-07-29 21:00", "2026-07-30 12:00", 1, id="not-the-one-before-again"),
    ],
)
def test_deleg_14_of_several_warnings_the_last_is_given(
    since: str, now: str, days: int | None
) -> None:
    found = dates("2026-06-01", "2026-07-31").warning_due(TALLINN, utc(since), utc(now))

    assert found == days


ZONES = st.sampled_from([TALLINN, HAVANA, ZoneInfo("Pacific/Apia"), ZoneInfo("UTC")])


@given(first=st.dates(date(2020, 1, 1), date(2040, 1, 1)), length=st.integers(0, 1827), zone=ZONES)
def test_deleg_14_every_moment_is_the_beginning_of_its_day(
    first: date, length: int, zone: ZoneInfo
) -> None:
    last = first + timedelta(length)
    found = dates(first.isoformat(), last.isoformat(), zone)

    moments = found.moments(zone)
    assert list(moments) == sorted(set(moments))
    assert (moments[0], moments[-1]) == (found.starts_at, found.ends_at)
    for moment, days in found.warnings(zone).items():
        assert day_of(moment, zone) == last - timedelta(days)
        assert day_of(moment - timedelta.resolution, zone) < last - timedelta(days)
    assert set(found.warnings(zone).values()) == {n for n in DAYS_WARNED if n < length}


@given(
    first=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    length=st.integers(0, 400),
    steps=st.lists(st.integers(0, 60 * 24 * 60), max_size=20),
    zone=ZONES,
)
def test_deleg_14_each_warning_is_given_at_most_once_however_late_sweeps_are(
    first: date, length: int, steps: list[int], zone: ZoneInfo
) -> None:
    last = first + timedelta(length)
    found = dates(first.isoformat(), last.isoformat(), zone)
    now, given_ = found.starts_at - DAY, list[int]()
    due = found.next_due(zone, now)
    for minutes in steps:
        now += timedelta(minutes=minutes)
        if due is None or now < due:
            continue
        days = found.warning_due(zone, due, now)
        due = found.next_due(zone, now)
        if days is not None:
            given_.append(days)
            assert day_of(now, zone) >= last - timedelta(days)
            assert now < found.ends_at

    assert given_ == sorted(set(given_), reverse=True)
