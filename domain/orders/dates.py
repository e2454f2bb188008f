"""When an order asks to be carried out, and whether it can be. Pure."""

from datetime import datetime, timedelta

from domain.orders.limits import LONGEST_AHEAD


def are_met(
    now: datetime, start: datetime | None, completion: datetime | None, takes: timedelta
) -> bool:
    """Return whether an order that takes this long can start and be completed as it asks."""
    if begins_too_late(now, start):
        return False
    return completion is None or completes_in_time(now, start, completion, takes)


def begins_too_late(now: datetime, start: datetime | None) -> bool:
    """Return whether an order asks to start further ahead than any may."""
    return start is not None and start > now + LONGEST_AHEAD


def completes_in_time(
    now: datetime, start: datetime | None, completion: datetime, takes: timedelta
) -> bool:
    """Return whether an order that begins as it asks to is completed by this time."""
    begins = now if start is None else max(now, start)
    # Not "begins + takes": the calendar ends.
    return takes <= completion - begins
