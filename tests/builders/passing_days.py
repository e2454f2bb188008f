"""Days pass: every date of delegations and of access moves into the past, and nobody waits."""

from sqlalchemy import text

from storage.database import Database
from tests.builders.rows import owner_of

TABLES = (
    "approval",
    "delegation_version",
    "delegation",
    "mandate",
    "access_grant",
    "suspension",
)
_DATED = text("""
SELECT table_name AS "table", column_name AS "column", data_type AS type
FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = ANY(:tables)
  AND data_type IN ('date', 'timestamp with time zone', 'tstzrange')
""")
_BACK = "(({0} AT TIME ZONE '{zone}') - interval '{days} days') AT TIME ZONE '{zone}'"
_EARLIER = {
    "date": "{0} - {days}",
    "timestamp with time zone": _BACK,
    "tstzrange": f"""CASE WHEN isempty({{0}}) THEN {{0}} ELSE tstzrange(
        {_BACK.replace("{0}", "lower({0})")}, {_BACK.replace("{0}", "upper({0})")}) END""",
}
# The oldest first: a grant that takes the place of another never overlaps it on its way.
_OLDEST_FIRST = """
DO $$ DECLARE one uuid; BEGIN
    FOR one IN SELECT id FROM {table} ORDER BY {order} LOOP
        UPDATE {table} SET {changes} WHERE id = one;
    END LOOP;
END $$
"""
_ORDER = {"access_grant": "lower(validity)"}


def pass_days(database: Database, days: int, zone: str = "UTC") -> None:
    """Let so many days of the zone pass, for all delegations, grants and suspensions there are."""
    with owner_of(database) as connection:
        changes = dict[str, list[str]]()
        for row in connection.execute(_DATED, {"tables": list(TABLES)}):
            moved = _EARLIER[row.type].format(row.column, days=days, zone=zone)
            changes.setdefault(row.table, []).append(f"{row.column} = {moved}")
        for table, moves in changes.items():
            order = _ORDER.get(table, "id")
            moved = _OLDEST_FIRST.format(table=table, order=order, changes=", ".join(moves))
            connection.execute(text(moved))
