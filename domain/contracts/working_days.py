"""Days on which work is done: Monday to Friday. Public holidays are not known yet."""

from datetime import date

_FRIDAY = 5


def is_working_day(day: date) -> bool:
    """Return whether work is done on a day, as far as the week says."""
    return day.isoweekday() <= _FRIDAY
