"""Days on which work is done: Monday to Friday, but for public holidays. Pure.

The time zone of an installation, a setting, says whose holidays count: see ``HOLIDAYS``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

_FRIDAY = 5


@dataclass(frozen=True, slots=True)
class Holidays:
    """Public holidays of every year."""

    fixed: frozenset[tuple[int, int]] = frozenset()
    """Month and day."""
    from_easter: frozenset[int] = frozenset()
    """Days after Easter Sunday; before it, less than zero."""

    def falls_on(self, day: date) -> bool:
        """Return whether a day is a public holiday."""
        if (day.month, day.day) in self.fixed:
            return True
        return (day - easter_sunday(day.year)).days in self.from_easter

    def is_working_day(self, day: date) -> bool:
        """Return whether work is done on a day."""
        return day.isoweekday() <= _FRIDAY and not self.falls_on(day)


HOLIDAYS: Mapping[str, Holidays] = {
    # Estonia's law on holidays (Pühade ja tähtpäevade seadus), §§ 1 and 2: New Year, independence,
    # 1 May, victory, midsummer, restored independence, Christmas; Good Friday, Easter, Pentecost.
    "Europe/Tallinn": Holidays(
        frozenset({(1, 1), (2, 24), (5, 1), (6, 23), (6, 24), (8, 20)})
        | frozenset({(12, 24), (12, 25), (12, 26)}),
        frozenset({-2, 0, 49}),
    ),
}
"""Holidays by the name of the time zone. Where none are known, only weekends are free."""
_NONE = Holidays()


def holidays_of(zone: ZoneInfo) -> Holidays:
    """Return the public holidays that count in an installation of this zone."""
    return HOLIDAYS.get(zone.key, _NONE)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar.

    By the anonymous algorithm of 1876, as J. Meeus gives it (Astronomical Algorithms, chapter 8).
    """
    golden = year % 19
    century, rest = divmod(year, 100)
    leaps, over = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    quarter, left = divmod(rest, 4)
    weekday = (32 + 2 * over + 2 * quarter - epact - left) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
