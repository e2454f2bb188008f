"""Days and times of day in a zone as moments, where clocks change too."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.days import moment_of

TALLINN = ZoneInfo("Europe/Tallinn")


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        pytest.param("2026-01-15", "08:00", "2026-01-15T06:00", id="winter"),
        pytest.param("2026-07-15", "08:00", "2026-07-15T05:00", id="summer"),
        pytest.param("2026-03-29", "03:30", "2026-03-29T01:30", id="left-out-by-the-clocks"),
        pytest.param("2026-10-25", "03:30", "2026-10-25T00:30", id="shown-twice"),
        pytest.param("2028-02-29", "00:00", "2028-02-28T22:00", id="29-february"),
    ],
)
def test_deleg_3_a_time_of_day_is_a_moment(day: str, at: str, moment: str) -> None:
    found = moment_of(date.fromisoformat(day), time.fromisoformat(at), TALLINN)

    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)
