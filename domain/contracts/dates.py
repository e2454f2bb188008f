"""Dates of a contract. Days are those of the installation's zone; months are calendar months."""

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; the last of a month that is too short for it."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def committed_until(starts_on: date, months: int) -> date | None:
    """Return the last day of a committed term; None: there is none."""
    return add_months(starts_on, months) - timedelta(days=1) if months else None


def expires_on(starts_on: date, years: int | None) -> date | None:
    """Return the day on which a contract ends by itself; None: it does not."""
    return None if years is None else add_months(starts_on, 12 * years)
