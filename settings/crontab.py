"""Crontabs as crontab(5) defines them, and the moments at which they are due.

The parser is cronsim, which follows Debian's cron. Forms that cron does not have (`L`, `#`,
seconds, a step after a single number) are refused, and so is `@daily`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from cronsim.cronsim import Field

_VALUE = "(?:[0-9]{1,2}|[A-Za-z]{3})"
_TERM = re.compile(rf"{_VALUE}|(?P<range>\*|{_VALUE}-{_VALUE})(?P<step>/[0-9]{{1,3}})?")
_FIELDS = (Field.MINUTE, Field.HOUR, Field.DAY, Field.MONTH, Field.DOW)
_FIRST_LOOK_BACK = timedelta(hours=1)


def _is_of_cron(field: Field, term: str) -> bool:
    match = _TERM.fullmatch(term)
    # cronsim reads the range of one value in `5-5/2` as one that has no end: `5-59/2`.
    return bool(match and (not match["step"] or len(field.parse(match["range"].upper())) > 1))


@dataclass(frozen=True)
class Crontab:
    """A crontab in a time zone.

    When clocks go back, a time of day that comes twice is due once; when they go forward, one that
    is left out is due at the change. A crontab of every hour or minute follows the hours that pass.
    """

    text: str
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> Self:
        """Parse a crontab of five fields. Raises ValueError for one that is never due."""
        try:
            pairs = zip(_FIELDS, text.split(), strict=True)
            terms = [(field, term) for field, terms in pairs for term in terms.split(",")]
            if all(_is_of_cron(field, term) for field, term in terms):
                next(CronSim(text, datetime.now(zone)))
                return cls(text, zone)
        except (ValueError, CronSimError, StopIteration):
            pass
        message = "must be a crontab of five fields and of dates that exist, like `30 5 * * *`"
        raise ValueError(message)

    def after(self, moment: datetime) -> datetime:
        """Return the first moment after ``moment`` at which the crontab is due."""
        return next(self._from(moment))

    def last_due(self, now: datetime, grace: timedelta) -> datetime | None:
        """Return the last moment up to ``now`` that was due, if it is within ``grace`` of it."""
        back = min(_FIRST_LOOK_BACK, grace)
        while True:
            due = None
            for moment in self._from(now - back - datetime.resolution):
                if moment > now:
                    break
                due = moment
            if due or back >= grace:
                return due
            back = min(back * 24, grace)

    def _from(self, moment: datetime) -> Iterator[datetime]:
        # In UTC: local times of one zone compare and add as if no clock were ever changed.
        start = moment.astimezone(UTC)
        for due in CronSim(self.text, start.astimezone(self.zone)):
            # Within the hour that comes twice, cronsim begins with moments of its first time.
            if (found := due.astimezone(UTC)) > start:
                yield found
