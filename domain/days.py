"""Days and times of day in the installation's time zone (``VOLITUS_ZONE``), as moments.

A day is 23 or 25 hours long where clocks change: days are never counted as 24 hours.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_FIRST, _END = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def is_in_every_calendar(moment: datetime) -> bool:
    """Return whether the moment lies on a day that can be told, whatever the zone.

    At both ends of the calendar it does in some zones only: that of a reader, or of a database.
    """
    return _FIRST <= moment < _END


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a day in a zone, in UTC; also where clocks change at midnight."""
    return moment_of(day, time.min, zone)


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment of a time of day, in UTC.

    A time that clocks show twice is the first of the two; one that they leave out is as long after
    the change as it was after the time at which they changed.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day of the zone that the moment lies in."""
    return moment.astimezone(zone).date()
