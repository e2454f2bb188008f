"""Let days pass for delegations: their dates move back, and the sweep looks at them."""

from domain.days import start_of
from storage.database import Database
from storage.delegations import date_sweep
from tests.builders.days import DAY, ZONE, today
from tests.builders.passing_days import pass_days
from tests.builders.rows import carry_out

_OCCASIONS = """
UPDATE notice SET occasion = CAST(split_part(occasion, ' ', 1) AS date) - :days
    || ' ' || split_part(occasion, ' ', 2)
WHERE kind = 'delegation_ends_soon'
"""


def days_pass(database: Database, days: int) -> None:
    """Move every date of every delegation so many days of the calendar back."""
    pass_days(database, days, ZONE.key)
    carry_out(database, _OCCASIONS, days=days)


def sweep(database: Database, limit: int = date_sweep.BATCH) -> int:
    """Do one batch of the sweep; returns how many delegations it did."""
    with database.transaction() as session:
        return date_sweep.sweep(session, ZONE, limit=limit)


def beginning_of(days_from_today: int) -> str:
    """The first moment of a day, as events hold it."""
    return start_of(today() + days_from_today * DAY, ZONE).isoformat()
