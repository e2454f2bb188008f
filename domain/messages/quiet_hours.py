"""Quiet hours: the time of day in which no notice is sent by SMS."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.days import day_of, moment_of


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` until ``end``, mostly over midnight; there are none where the two are equal.

    By the clocks of the zone, on days on which they change too.
    """

    start: time
    end: time
    zone: ZoneInfo

    def left(self, moment: datetime) -> timedelta:
        """Return how long the quiet hours last that the moment lies in; zero outside of them."""
        at, day = moment.astimezone(self.zone).time(), day_of(moment, self.zone)
        if self.start <= self.end:
            quiet = self.start <= at < self.end
        else:
            quiet = at >= self.start or at < self.end
            day += timedelta(days=int(at >= self.start))
        left = moment_of(day, self.end, self.zone) - moment
        return max(left, timedelta()) if quiet else timedelta()
