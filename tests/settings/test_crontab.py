"""A crontab means what crontab(5) says, or is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.crontab import Crontab

TALLINN = ZoneInfo("Europe/Tallinn")
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def moments(crontab: str, start: datetime, end: datetime, zone: str = "UTC") -> Iterator[datetime]:
    parsed = Crontab.parse(crontab, ZoneInfo(zone))
    moment = parsed.after(start - timedelta(microseconds=1))
    while moment < end:
        yield moment
        moment = parsed.after(moment)


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ("*", "mon tue wed thu fri sat sun"),
        ("0-6", "mon tue wed thu fri sat sun"),
        ("0-7", "mon tue wed thu fri sat sun"),
        ("1-7", "mon tue wed thu fri sat sun"),
        ("0", "sun"),
        ("7", "sun"),
        ("07", "sun"),
        ("1", "mon"),
        ("6", "sat"),
        ("1-5", "mon tue wed thu fri"),
        ("5-7", "fri sat sun"),
        ("6-7", "sat sun"),
        ("0-1", "mon sun"),
        ("*/2", "tue thu sat sun"),
        ("*/3", "wed sat sun"),
        ("*/7", "sun"),
        ("1-5/2", "mon wed fri"),
        ("1-7/3", "mon thu sun"),
        ("0-6/2", "tue thu sat sun"),
        ("6,0", "sat sun"),
        ("1-2,4,6-7/1", "mon tue thu sat sun"),
        ("mon", "mon"),
        ("SUN", "sun"),
        ("Mon-Fri", "mon tue wed thu fri"),
        ("mon,Wed,FRI", "mon wed fri"),
        ("mon-5/2", "mon wed fri"),
        ("sun-tue", "mon tue sun"),
    ],
)
def test_fault_18_days_of_the_week_count_from_sunday(weekdays: str, days: str) -> None:
    due = list(moments(f"0 5 * * {weekdays}", MONDAY, MONDAY + 7 * DAY))

    assert " ".join(f"{each:%a}".lower() for each in due) == days


@pytest.mark.parametrize(
    ("crontab", "count", "first"),
    [
        pytest.param("0 5 12 * 5", 5, "11-06", id="either-where-both-are-restricted"),
        pytest.param("0 5 14,20 * */2", 1, "11-14", id="both-where-the-weekday-is-a-star"),
        pytest.param("0 5 */2 * 1", 2, "11-09", id="both-where-the-day-is-a-star"),
        pytest.param("0 5 * * 5", 4, "11-06", id="weekday-alone"),
        pytest.param("0 5 31 * *", 0, None, id="a-day-the-month-lacks"),
        pytest.param("0 5 1-10/3 nov *", 4, "11-01", id="day-and-month"),
        pytest.param("0 5 * 1-6,dec *", 0, None, id="other-months"),
        pytest.param("0 5 * */5 1", 5, "11-02", id="every-fifth-month-from-january"),
    ],
)
def test_fault_18_days_of_the_month_and_of_the_week(
    crontab: str, count: int, first: str | None
) -> None:
    november = datetime(2026, 11, 1, tzinfo=UTC)

    due = list(moments(crontab, november, november + 30 * DAY))

    assert len(due) == count
    assert [f"{each:%m-%d}" for each in due[:1]] == [first] * bool(first)


_MINUTES = st.sampled_from(["*", "*/7", "0", "59", "5,35", "10-20", "3-50/9", "0-5,58-59"])
_HOURS = st.sampled_from(["*", "*/5", "0", "23", "2,14", "7-9", "1-22/6"])
_DAYS = st.sampled_from(["*", "*/2", "*/9", "1", "31", "1,15", "28-31", "2-20/5"])
_MONTHS = st.sampled_from(["*", "*/5", "1", "feb", "2,11", "9-12", "1-11/5", "mar-may"])
_WEEKDAYS = st.sampled_from(["*", "*/2", "*/4", "0", "7", "mon", "1-5", "5-7", "0,7", "2-6/2"])
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_WEEKDAY_NAMES = "sun mon tue wed thu fri sat"


@cache
def _numbers(field: str, low: int, high: int) -> frozenset[int]:
    """Return the numbers of a field, by the text of crontab(5)."""
    found: set[int] = set()
    for term in field.split(","):
        span, _, step = term.partition("/")
        first, _, last = span.partition("-")
        start, end = (low, high) if first == "*" else (_number(first), _number(last or first))
        found |= set(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str) -> int:
    if text in _WEEKDAY_NAMES and text.isalpha():
        return _WEEKDAY_NAMES.index(text) // 4
    return _MONTH_NAMES.index(text) // 4 + 1 if text.isalpha() else int(text)


def _is_due(crontab: str, moment: datetime) -> bool:
    minute, hour, day, month, weekday = crontab.split()
    of_month = moment.day in _numbers(day, 1, 31)
    of_week = moment.isoweekday() % 7 in {each % 7 for each in _numbers(weekday, 0, 7)}
    either = day[0] != "*" and weekday[0] != "*"
    return (
        moment.minute in _numbers(minute, 0, 59)
        and moment.hour in _numbers(hour, 0, 23)
        and moment.month in _numbers(month, 1, 12)
        and (of_month or of_week if either else of_month and of_week)
    )


def _is_ever_due(crontab: str) -> bool:
    """Return whether it is due on any day of 28 years, after which weekdays and dates repeat."""
    _, _, *days = crontab.split()
    dates = " ".join(["*", "*", *days])
    return any(_is_due(dates, MONDAY + number * DAY) for number in range(28 * 366))


@given(
    fields=st.tuples(_MINUTES, _HOURS, _DAYS, _MONTHS, _WEEKDAYS),
    day=st.integers(0, 1500),
)
def test_fault_18_every_minute_of_a_day_is_due_as_the_manual_says(
    fields: tuple[str, ...], day: int
) -> None:
    crontab = " ".join(fields)
    start = datetime(2024, 2, 28, tzinfo=UTC) + day * DAY
    minutes = (start + timedelta(minutes=number) for number in range(24 * 60))

    try:
        due = list(moments(crontab, start, start + DAY))
    except ValueError:
        assert not _is_ever_due(crontab)
    else:
        assert due == [each for each in minutes if _is_due(crontab, each)]


@pytest.mark.parametrize(
    ("crontab", "day", "due"),
    [
        # 25 October 2026: 03:00 to 04:00 comes twice, first in summer time (UTC+3).
        pytest.param("30 3 * * *", "10-25", ["00:30"], id="nightly-clocks-back"),
        pytest.param("0 3 * * 0", "10-25", ["00:00"], id="on-a-sunday-clocks-back"),
        pytest.param("0,30 3 * * *", "10-25", ["00:00", "00:30"], id="two-times-clocks-back"),
        pytest.param("0 4 * * *", "10-25", ["02:00"], id="after-the-hour-that-comes-twice"),
        pytest.param("30 2-4 * * *", "10-25", ["23:30", "00:30", "02:30"], id="a-range"),
        # 29 March 2026: 03:00 to 04:00 does not come; the change is at 01:00 UTC.
        pytest.param("30 3 * * *", "03-29", ["01:00"], id="nightly-clocks-forward"),
        pytest.param("0 3 * * 7", "03-29", ["01:00"], id="on-a-sunday-clocks-forward"),
        pytest.param("0,30 3 * * *", "03-29", ["01:00"], id="two-times-clocks-forward"),
        pytest.param("0 4 * * *", "03-29", ["01:00"], id="at-the-change"),
        pytest.param("30 5 * * *", "03-29", ["02:30"], id="later-that-day"),
    ],
)
def test_fault_18_a_nightly_run_is_due_once_when_clocks_change(
    crontab: str, day: str, due: list[str]
) -> None:
    midnight = datetime.fromisoformat(f"2026-{day}T00:00").replace(tzinfo=TALLINN)

    found = moments(crontab, midnight, midnight + DAY, "Europe/Tallinn")

    assert [f"{each:%H:%M}" for each in found] == due


def test_fault_18_a_moment_within_the_hour_that_comes_twice_is_not_followed_by_an_earlier_one() -> (
    None
):
    within = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 03:15 for the second time

    after = Crontab.parse("30 3 * * *", TALLINN).after(within)

    assert after == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "crontab",
    [
        *("", " ", "* * * *", "0 * * * * *", "every day", "@daily", "@reboot"),
        *("60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 * ", "* * * 0 *"),
        *("* * * * 8", "* * * * fri-mon", "* * * * 6-0", "5-1 * * * *", "-1 * * * *"),
        *("*/0 * * * *", "1/2 * * * *", "5-5/2 * * * *", "* * * * 05-5/2", "* * * * mon-1/2"),
        *("*/ * * * *", "*5 * * * *", "1,,2 * * * *", ",1 * * * *", "1-2-3 * * * *", "1- * * * *"),
        *("* * L * *", "* * LW * *", "* * * * 5L", "* * * * fri#1", "* * ? * *", "* * 1W * *"),
        *("H * * * *", "0~30 * * * *", "* * * * monday", "* * * mon *", "jan * * * *", "٣ * * * *"),
        *("0 0 31 2 *", "0 0 30 2 */2", "0 0 31 4,6 *", "1.5 * * * *", "9" * 5000 + " * * * *"),
    ],
)
def test_fault_18_what_cron_does_not_have_is_refused(crontab: str) -> None:
    with pytest.raises(ValueError, match="must be a crontab of five fields"):
        Crontab.parse(crontab, TALLINN)
