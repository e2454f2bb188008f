"""Reads about numbers that another operator takes."""

from sqlalchemy import text

from storage.database import Connection

_OVERDUE = text("""
SELECT count(*) FILTER (WHERE at < clock_timestamp() - interval '1 hour'),
    COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(at)), 0)
FROM port_out WHERE state = 'announced' AND at < clock_timestamp() AND services <> '{}'
""")


def overdue(connection: Connection) -> tuple[int, float]:
    """Return how many numbers were to leave an hour ago and are not told to have left.

    And the seconds since the first one was to leave; 0: none was.
    """
    count, age = connection.execute(_OVERDUE).one()
    return count, float(age)
