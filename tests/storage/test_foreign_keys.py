"""Deleting a row looks for rows that refer to it: by an index, also among 100,000."""

from sqlalchemy import text

from storage.database import Database

_UNINDEXED = text("""
SELECT CAST(c.conrelid AS regclass) || '.' || a.attname
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f'
  AND CAST(c.confrelid AS regclass) = ANY(CAST(:deleted AS regclass[]))
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = a.attnum)
""")
DELETED = [
    "process", "step", "operation", "verification", "sms", "stuck", "rejected_record", "person",
]  # fmt: skip
"""Tables of which rows are deleted."""


def test_references_to_deleted_rows_are_found_by_an_index(database: Database) -> None:
    with database.reading() as connection:
        unindexed = connection.execute(_UNINDEXED, {"deleted": DELETED}).scalars().all()

    assert unindexed == []
