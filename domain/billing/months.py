"""Months of a bill: those of the operator's zone, as moments. Pure.

A month is ``[its 1st 00:00, the next 1st 00:00)`` in the zone. Clocks change inside of two of them:
those are an hour shorter or longer, and an hour that clocks show twice is two hours of one day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from domain import days

OLDEST = 36
"""Months before the present one that can be asked for: what is older is for the operator's archive,
and every month that is asked for is kept (docs/decisions/0073-usage-and-costs.md)."""
PATTERN = r"^2[0-9]{3}-(0[1-9]|1[0-2])$"
"""A month as people and billing write it: ``2026-11``."""


class Period(NamedTuple):
    """From a moment to another, which does not belong to it. Both in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar."""

    year: int
    number: int
    """From 1."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Read ``2026-11``. Raises ValueError."""
        if re.fullmatch(PATTERN, text, re.ASCII) is None:
            raise ValueError("is no month such as 2026-11")
        return cls(int(text[:4]), int(text[5:]))

    @classmethod
    def at(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """Return the month that the moment lies in: a call belongs to the moment of its start."""
        day = days.day_of(moment, zone)
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    def moved(self, months: int) -> "Month":
        """Return the month so many months later; earlier, where it is negative."""
        years, number = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, number + 1)

    def days(self) -> Iterator[date]:
        """Yield every day."""
        end = self.moved(1).first_day
        for number in range((end - self.first_day).days):
            yield self.first_day + timedelta(days=number)

    def period(self, zone: ZoneInfo) -> Period:
        """Return from when to when it lasts in the zone."""
        return Period(
            days.start_of(self.first_day, zone), days.start_of(self.moved(1).first_day, zone)
        )

    def is_open(self, now: datetime, zone: ZoneInfo) -> bool:
        """Return whether it lasts still, so that what is known of it is provisional.

        One that is over may be provisional too, until billing has what was used abroad.
        """
        return now < self.period(zone).end


def oldest_asked_for(now: datetime, zone: ZoneInfo, owned_since: datetime | None) -> Month:
    """Return the first month that people may ask for: none of long ago, or of an earlier owner's.

    ``owned_since``: when the account got its present owner; None: that does not count.
    """
    oldest = Month.at(now, zone).moved(-OLDEST)
    return oldest if owned_since is None else max(oldest, Month.at(owned_since, zone))
