"""Days pass: every date of delegations and of access moves into the past, and nobody waits."""

from typing import Any

from sqlalchemy import Date, DateTime, Table, text
from sqlalchemy.dialects.postgresql import TSTZRANGE
from sqlalchemy.types import TypeEngine

from storage.database import Database
from storage.schema import metadata
from tests.builders.rows import owner_of

TABLES = (
    "approval",
    "delegation_version",
    "delegation",
    "mandate",
    "access_grant",
    "suspension",
)
_BACK = "(({0} AT TIME ZONE '{zone}') - interval '{days} days') AT TIME ZONE '{zone}'"
_EARLIER: dict[type[TypeEngine[Any]], str] = {
    Date: "{0} - {days}",
    DateTime: _BACK,
    TSTZRANGE: f"""CASE WHEN isempty({{0}}) THEN {{0}} ELSE tstzrange(
        {_BACK.replace("{0}", "lower({0})")}, {_BACK.replace("{0}", "upper({0})")}) END""",
}
# The oldest first: a grant that takes the place of another never overlaps it on its way.
_OLDEST_FIRST = """
    FOR one IN SELECT id FROM {table} ORDER BY {order} LOOP
        UPDATE {table} SET {changes} WHERE id = one;
    END LOOP;
"""
_AT_ONCE = "UPDATE {table} SET {changes};\n"
_ORDER = {"access_grant": "lower(validity)", "suspension": "id"}


def pass_days(database: Database, days: int, zone: str = "UTC") -> None:
    """Let so many days of the zone pass, for all delegations, grants and suspensions there are."""
    moves = "".join(_moved(metadata.tables[name], days, zone) for name in TABLES)
    with owner_of(database) as connection:
        connection.execute(text(f"DO $$ DECLARE one uuid; BEGIN {moves} END $$"))


def _moved(table: Table, days: int, zone: str) -> str:
    changes = ", ".join(
        f"{column.name} = {earlier.format(column.name, days=days, zone=zone)}"
        for column in table.columns
        for kind, earlier in _EARLIER.items()
        if isinstance(column.type, kind) and column.computed is None
    )
    order = _ORDER.get(table.name)
    move = _AT_ONCE if order is None else _OLDEST_FIRST
    return move.format(table=table.name, changes=changes, order=order)
