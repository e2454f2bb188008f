"""Let days pass for delegations: their dates move back, and the sweep looks at them."""

from domain.days import start_of
from storage.database import Database
from storage.delegations import date_sweep
from tests.builders.delegations import DAY, ZONE, today
from tests.builders.rows import carry_out

_BACK = "(({} AT TIME ZONE '{zone}') - CAST(:days AS int) * interval '1 day') AT TIME ZONE '{zone}'"


def _back(*columns: str) -> str:
    return ", ".join(f"{each} = {_moved(each)}" for each in columns)


def _moved(moment: str) -> str:
    return _BACK.format(moment, zone=ZONE.key)


_MOVE = [
    f"""UPDATE delegation_version SET from_day = from_day - :days,
        through_day = through_day - :days, {_back("created_at", "accepted_at", "lapses_at")}""",
    f"""UPDATE delegation
        SET {_back("created_at", "accepted_at", "starts_at", "ends_at", "next_due_at", "ended_at")}
    """,
    f"""UPDATE access_grant SET {_back("created_at")},
        validity = CASE WHEN isempty(validity) THEN validity
            ELSE tstzrange({_moved("lower(validity)")}, {_moved("upper(validity)")}) END
        WHERE origin = 'delegation'""",
    """UPDATE notice SET occasion = CAST(split_part(occasion, ' ', 1) AS date) - :days
        || ' ' || split_part(occasion, ' ', 2) WHERE kind = 'delegation_ends_soon'""",
]


def days_pass(database: Database, days: int) -> None:
    """Move every date of every delegation so many days of the calendar back."""
    for statement in _MOVE:
        carry_out(database, statement, days=days)


def sweep(database: Database, limit: int = date_sweep.BATCH) -> int:
    """Do one batch of the sweep; returns how many delegations it did."""
    with database.transaction() as session:
        return date_sweep.sweep(session, ZONE, limit=limit)


def beginning_of(days_from_today: int) -> str:
    """The first moment of a day, as events hold it."""
    return start_of(today() + days_from_today * DAY, ZONE).isoformat()
