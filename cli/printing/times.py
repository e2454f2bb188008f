"""Times as people read them: how long ago, or how long until."""

from datetime import UTC, date, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_UNITS = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
_LONGEST_IN_DAYS = 60
"""Days; what is further away is written as its day, which says more than "412 d ago"."""


def exact(at: datetime) -> str:
    """Return a time in UTC to the second, as ISO 8601: it sorts, and can be copied."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_far(at: datetime, now: datetime) -> bool:
    """Return whether a time is so far away that its day says more than how far."""
    return abs(int((at - now).total_seconds())) > _LONGEST_IN_DAYS * _DAY


def relative(at: datetime, now: datetime) -> str:
    """Return a time as seen from now, in its largest unit: ``3 min ago``, ``in 2 d``."""
    seconds = int((at - now).total_seconds())
    if is_far(at, now):
        return at.astimezone(UTC).date().isoformat()
    if seconds == 0:
        return "now"
    span = _largest(abs(seconds))
    return f"in {span}" if seconds > 0 else f"{span} ago"


def day(of: date) -> str:
    """Return a day as ISO 8601."""
    return of.isoformat()


def duration(span: timedelta) -> str:
    """Return a duration in its largest unit: ``3 min``."""
    return _largest(max(int(span.total_seconds()), 0))


def _largest(seconds: int) -> str:
    length, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds // length} {unit}"
