"""Days of a delegation, both inclusive, as the moments at which it begins and is over.

A day is a day of the installation's time zone: 23 or 25 hours long where clocks change.
"""

from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from domain.days import start_of

LONGEST_YEARS = 5
"""Most years that a delegation lasts, from its first day, or from today if that is later."""
FARTHEST_YEARS = 1
"""Most years ahead that a delegation begins."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From when a delegation is in force (inclusive) and from when on it is over."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, from_day: date, through_day: date, zone: ZoneInfo) -> Self:
        """Return the moments, in UTC, of the days from and through which it is in force."""
        return cls(start_of(from_day, zone), start_of(through_day + _DAY, zone))


def years_later(day: date, years: int) -> date:
    """Return the same day of a later year; for 29 February, 1 March of a year without one.

    Beyond the calendar's last year: its last day.
    """
    if day.year + years > MAXYEAR:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def last_of_years(first_day: date, years: int) -> date:
    """Return the last day of so many whole years that begin with ``first_day``."""
    return years_later(first_day, years) - _DAY


def default_through(from_day: date) -> date:
    """Return the last day of a delegation of which none was named: it lasts one year."""
    return last_of_years(from_day, 1)
