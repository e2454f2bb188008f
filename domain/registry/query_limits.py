"""Shares of a register's daily queries: what people who wait and what sync may each spend.

The contract limits the queries of a day. Each of the two has a part of them that the other cannot
touch; the rest goes to whoever comes first. So neither can starve the other, and neither stands
still while queries are left that nobody else will need.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Asker(StrEnum):
    """Those for whom the register is queried."""

    PEOPLE = "people"
    """Persons who wait for an answer: refreshes."""
    SYNC = "sync"
    """Runs, for which nobody waits but every revocation depends on them."""


PATIENCE: Mapping[Asker, timedelta] = {
    Asker.PEOPLE: timedelta(seconds=10),
    Asker.SYNC: timedelta(minutes=1),
}
"""How long a query waits for its turn. A refresh sends two queries where the first answer is empty,
and must end within its activity's time (``workflows.registry.person_refresh``)."""


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Queries of a day: all of them, and those that only people or only sync may spend."""

    daily: int
    for_people: int = 0
    for_sync: int = 0

    def most(self, asker: Asker) -> int:
        """The most that this one may spend in a day: all but what is kept for the other."""
        return self.daily - (self.for_sync if asker is Asker.PEOPLE else self.for_people)

    def left(self, asker: Asker, used: Mapping[Asker, int]) -> int:
        """Queries that this one may still spend, where so many of the day are used."""
        return max(min(self.most(asker) - used[asker], self.daily - sum(used.values())), 0)


def next_day(at: datetime, zone: ZoneInfo) -> datetime:
    """The midnight in ``zone`` after this moment, when the register's next day begins."""
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone)
