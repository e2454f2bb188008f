"""A crontab as a trigger of APScheduler, whose own counts days of the week from Monday."""

from datetime import datetime

from apscheduler.triggers.base import BaseTrigger

from settings.crontab import Crontab


class CrontabTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires at the moments at which a crontab is due."""

    def __init__(self, crontab: Crontab) -> None:
        self._crontab = crontab

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the next moment: after the previous one, or from ``now`` on if there was none."""
        if previous_fire_time is None:
            return self._crontab.after(now - datetime.resolution)
        return self._crontab.after(min(previous_fire_time, now))
