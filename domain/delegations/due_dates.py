"""Moments at which something is due of a delegation in force: it begins, ends soon, or is over.

Days are days of the installation's time zone, counted in the calendar: 30 days before a last day is
never 30 times 24 hours. What is due is told at the first moment of its day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.days import start_of

DAYS_WARNED = (30, 7, 1)
"""Days before its last day on which people are told that a delegation ends."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates of a delegation in force."""

    starts_at: datetime
    ends_at: datetime
    """The first moment at which it is over."""
    through_day: date
    """The last day, inclusive."""

    def warnings(self, zone: ZoneInfo) -> Mapping[datetime, int]:
        """Return when it is told that it ends soon, in order, and how many days before.

        None before it begins, nor at that moment: whoever gave it knows how short it is.
        """
        moments = {start_of(self.through_day - timedelta(n), zone): n for n in DAYS_WARNED}
        return {moment: days for moment, days in moments.items() if moment > self.starts_at}

    def moments(self, zone: ZoneInfo) -> Sequence[datetime]:
        """Return every moment at which something is due, in order. Those that pass stay in it."""
        return [self.starts_at, *self.warnings(zone), self.ends_at]

    def next_due(self, zone: ZoneInfo, now: datetime) -> datetime | None:
        """Return the first of these moments after ``now``; None: nothing will be due any more."""
        return next((moment for moment in self.moments(zone) if moment > now), None)

    def warning_due(self, zone: ZoneInfo, since: datetime, now: datetime) -> int | None:
        """Return the days of the warning to be given now; None: there is none to give.

        ``since``: the first moment that has not been dealt with. Of several warnings that became
        due since then the last is given, and none once it is over.
        """
        if now >= self.ends_at:
            return None
        due = [days for at, days in self.warnings(zone).items() if since <= at <= now]
        return due[-1] if due else None
