"""Times as crontabs say them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(crontab: str, zone: ZoneInfo) -> CronTrigger:
    """The times of a crontab, whose days of the week count from Sunday (APScheduler: from Monday).

    Raises ValueError for what is none.
    """
    *times, weekdays = crontab.split()
    named = re.sub(r"(?<!/)\d", lambda day: _WEEKDAYS[int(day[0]) % 7], weekdays)
    return CronTrigger.from_crontab(" ".join([*times, named]), timezone=zone)


def last_due(trigger: CronTrigger, now: datetime, grace: timedelta) -> datetime | None:
    """The newest time up to ``now`` at which the trigger fired, if it is within the grace."""
    due, fires = None, trigger.get_next_fire_time(None, now - grace)
    while fires is not None and fires <= now:
        # In UTC: adding to local time forgets which of the two hours it is when clocks go back.
        due = fires.astimezone(UTC)
        fires = trigger.get_next_fire_time(None, due + timedelta(microseconds=1))
    return due
