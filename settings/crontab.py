"""Crontabs: triggers, and the last time that was due."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(crontab: str, zone: ZoneInfo) -> CronTrigger:
    """Parse a crontab. Its days of the week count from Sunday (APScheduler's from Monday).

    Raises ValueError for an invalid one.
    """
    *times, weekdays = crontab.split()
    named = re.sub(r"(?<!/)\d", lambda day: _WEEKDAYS[int(day[0]) % 7], weekdays)
    return CronTrigger.from_crontab(" ".join([*times, named]), timezone=zone)


def fires(trigger: CronTrigger) -> bool:
    """Return whether it ever fires. Within the years that leap days and weekdays need to meet."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    trigger = CronTrigger(
        **{field.name: str(field) for field in trigger.fields},
        timezone=UTC,
        end_date=start + timedelta(days=366 * 28),
    )
    return trigger.get_next_fire_time(None, start) is not None


def last_due(trigger: CronTrigger, now: datetime, grace: timedelta) -> datetime | None:
    """The last time up to ``now`` at which ``trigger`` fired, if within ``grace`` of it."""
    due, fires = None, trigger.get_next_fire_time(None, now - grace)
    while fires is not None and fires <= now:
        # In UTC: adding to local time forgets which of the two hours it is when clocks go back.
        due = fires.astimezone(UTC)
        fires = trigger.get_next_fire_time(None, due + timedelta(microseconds=1))
    return due
