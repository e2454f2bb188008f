"""Lines of the old system's file, staged in a temporary table that nobody else sees.

Once the tables are made, everything on this connection is read-only: PostgreSQL itself refuses
whatever would change anything but them.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import text

from domain.comparisons.old_access import OldAccess
from domain.comparisons.permission_bits import bits_of
from storage.database import Database, Session

_CREATE = (
    text("""
CREATE TEMPORARY TABLE old_access (
    line bigint PRIMARY KEY, country text, code text, reference text, service_id uuid, number text,
    role text, permissions bigint)
"""),
    text("""
CREATE TEMPORARY TABLE access_difference (
    number bigint PRIMARY KEY, finding text, unplaced text, line bigint, lines bigint,
    person_id uuid, country text, code text, account_id uuid, service_id uuid,
    old_permissions bigint, permissions bigint, old_roles text[], roles text[], origins text[],
    reasons jsonb)
"""),
    text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"),
)
_ADD = text("""
INSERT INTO old_access
SELECT * FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS l(
    line bigint, country text, code text, reference text, service_id uuid, number text, role text,
    permissions bigint)
""")


@contextmanager
def staging(database: Database) -> Iterator[Session]:
    """Open a connection of its own that has the tables, and can write nothing else."""
    with database.own_connection() as session:
        with session.begin():
            for statement in _CREATE:
                session.execute(statement)
        yield session


def add(session: Session, lines: Mapping[int, OldAccess]) -> None:
    """Stage lines, by number, in a transaction of its own."""
    rows = [
        {
            "line": line,
            "country": access.person.country,
            "code": access.person.code,
            "reference": access.account_reference,
            "service_id": access.service_id,
            "number": access.number,
            "role": access.role,
            "permissions": bits_of(access.permissions),
        }
        for line, access in lines.items()
    ]
    with session.begin():
        session.execute(_ADD, {"lines": json.dumps(rows, default=str)})


@contextmanager
def at_one_moment(session: Session) -> Iterator[None]:
    """Run every statement within as of one moment."""
    with session.begin():
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        yield
