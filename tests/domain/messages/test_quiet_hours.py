"""How long it is quiet yet: over midnight, where clocks change, and without such hours."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages.quiet_hours import QuietHours

TALLINN = ZoneInfo("Europe/Tallinn")
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("hours", "moment", "left"),
    [
        pytest.param("21:00-08:00", "2027-01-15T18:59:59", "0:00:00", id="just-before"),
        pytest.param("21:00-08:00", "2027-01-15T19:00:00", "11:00:00", id="at-the-beginning"),
        pytest.param("21:00-08:00", "2027-01-15T23:30:00", "6:30:00", id="after-midnight"),
        pytest.param("21:00-08:00", "2027-01-16T05:59:59", "0:00:01", id="just-before-the-end"),
        pytest.param("21:00-08:00", "2027-01-16T06:00:00", "0:00:00", id="at-the-end"),
        pytest.param("21:00-08:00", "2027-03-27T19:00:00", "10:00:00", id="clocks-go-forward"),
        pytest.param("21:00-08:00", "2027-10-30T18:00:00", "12:00:00", id="clocks-go-back"),
        pytest.param("21:00-03:30", "2027-10-31T01:00:00", "0:00:00", id="the-end-comes-twice"),
        pytest.param("13:00-14:00", "2027-07-15T10:15:00", "0:45:00", id="within-a-day"),
        pytest.param("13:00-14:00", "2027-07-15T20:00:00", "0:00:00", id="outside-of-a-day"),
        pytest.param("08:00-08:00", "2027-07-15T05:00:00", "0:00:00", id="none"),
    ],
)
def test_deleg_14_quiet_hours_last(hours: str, moment: str, left: str) -> None:
    start, end = (time.fromisoformat(part) for part in hours.split("-"))

    found = QuietHours(start, end, TALLINN).left(datetime.fromisoformat(moment).replace(tzinfo=UTC))

    assert str(found) == left


@given(start=TIMES, end=TIMES, moment=MOMENTS)
def test_deleg_14_quiet_hours_are_over_when_they_say_so(
    start: time, end: time, moment: datetime
) -> None:
    hours = QuietHours(start, end, TALLINN)

    left = hours.left(moment)

    assert timedelta() <= left <= timedelta(hours=25)
    assert hours.left(moment + left) == timedelta()
