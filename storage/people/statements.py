"""Statements that erase, and how each counts its rows."""

from dataclasses import dataclass

from sqlalchemy import TextClause, text

from storage.people.selections import ABOUT


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, which returns the number of rows."""

    table: str
    removes: bool
    """False: it pseudonymises."""
    sql: TextClause


def remove(table: str, condition: str = "") -> Statement:
    """Return the statement that removes rows; by default all that are about the person."""
    return Statement(
        table, True, _counting(f"DELETE FROM {table} WHERE {condition or ABOUT[table]}")
    )


def change(table: str, change_: str, condition: str) -> Statement:
    """Return the statement that makes a change to the rows where the condition holds."""
    return Statement(table, False, _counting(f"UPDATE {table} SET {change_} WHERE {condition}"))


def _counting(change_: str) -> TextClause:
    return text(f"WITH changed AS ({change_} RETURNING 1) SELECT count(*) FROM changed")


TEXTS = "id = ANY(CAST(:{table}_texts AS uuid[]))"
OF_ENDED_SERVICE = "{about} AND service_id IN (SELECT id FROM service WHERE status = 'ended')"
