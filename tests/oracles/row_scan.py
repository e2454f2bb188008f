"""Finds rows by their text, in every table that PostgreSQL knows, whatever the product knows."""

from collections.abc import Iterable

from sqlalchemy import text

from storage.database import Database

_TABLES = text("""
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) AS key
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'
GROUP BY c.relname ORDER BY c.relname
""")

Place = tuple[str, tuple[str, ...]]
"""Table, and primary key of the row."""


def tables(database: Database) -> dict[str, list[str]]:
    """Return every table and the columns of its primary key."""
    with database.reading() as connection:
        return {row.relname: list(row.key) for row in connection.execute(_TABLES)}


def rows_with(database: Database, needles: Iterable[str]) -> set[Place]:
    """Return every row of any table whose text has one of these in it, in any case."""
    found: set[Place] = set()
    with database.reading() as connection:
        for table, key in tables(database).items():
            columns = ", ".join(f"CAST(t.{name} AS text)" for name in key if name)
            sought = text(
                f"SELECT {columns or 'ctid'} FROM {table} t WHERE EXISTS (SELECT FROM"
                " unnest(CAST(:needles AS text[])) n"
                " WHERE strpos(lower(CAST(t AS text)), lower(n)) > 0)"
            )
            rows = connection.execute(sought, {"needles": list(needles)})
            found |= {(table, tuple(map(str, row))) for row in rows}
    return found
