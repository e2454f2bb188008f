"""What the two group roles may do in the database: add to the history, and never change it.

The owner migrates and grants; the processes connect as members of ``volitus_app``, which owns
nothing, and the web pages as members of ``volitus_web``, which sees its own schema alone. Why, and
what is left to an administrator: docs/decisions/0022-database-roles.md and 0061-web-sessions.md.
"""

from sqlalchemy import Connection, text

from storage.database_role import APPLICATION, PAGES
from storage.schema import metadata, web

_READ_WRITE = "SELECT, INSERT, UPDATE, DELETE"
_EXCEPT = {
    "event": "SELECT, INSERT",
    "event_seal": "SELECT, INSERT",
    "event_note": "SELECT, INSERT, DELETE",
    "alembic_version": "SELECT",
}
"""Tables of which the application may not do everything."""


class PrivilegesError(Exception):
    """Raised where the roles are not as a migration needs them; the text says what to do."""


_ROLES = text("""
SELECT current_user AS name, quote_ident(current_schema()) AS schema,
       has_schema_privilege(current_schema(), 'CREATE')
       AND COALESCE((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class
                     WHERE oid = to_regclass('alembic_version')), true) AS owns
""")
_POWERFUL = text("""
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS powerful
FROM pg_roles WHERE rolname = :role
""")
_MAY_CREATE = text("SELECT has_schema_privilege(:application, current_schema(), 'CREATE')")
_SEQUENCES = text("""
SELECT s.oid::regclass::text FROM pg_depend d JOIN pg_class s ON s.oid = d.objid
WHERE s.relkind = 'S' AND d.refobjid = ANY(CAST(:tables AS regclass[])) ORDER BY 1
""")


def check_roles(connection: Connection) -> None:
    """Raise PrivilegesError unless this user may migrate and both group roles exist."""
    roles = connection.execute(_ROLES).one()
    if not roles.owns:
        raise PrivilegesError(
            f"{roles.name} does not own the database: migrate as its owner, with that user in"
            " VOLITUS_DATABASE_URL"
        )
    for group in (APPLICATION, PAGES):
        _check_group(connection, group)


def _check_group(connection: Connection, group: str) -> None:
    powerful = connection.execute(_POWERFUL, {"role": group}).scalar_one_or_none()
    if powerful is None:
        raise PrivilegesError(
            f"The role {group} does not exist: an administrator creates it once, see"
            ' "Roles of PostgreSQL" in docs/deployment.md'
        )
    if powerful:
        raise PrivilegesError(
            f"The role {group} is too powerful: ALTER ROLE {group} NOSUPERUSER"
            " NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        )


def grant(connection: Connection) -> None:
    """Give both groups exactly what they may do, in this transaction. Safe to repeat.

    Tables that the owner creates later are covered as they come into being; where one must be
    narrower than that, the next call takes the rest away. Raises PrivilegesError.
    """
    schema = connection.execute(_ROLES).one().schema
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    tables = ["alembic_version", *sorted(metadata.tables)]
    later = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
    for statement in (
        # Temporary tables: a file of the register and an import are staged in them.
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {APPLICATION}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {APPLICATION}",
        f"GRANT USAGE ON SCHEMA {schema} TO {APPLICATION}",
        f"{later} GRANT {_READ_WRITE} ON TABLES TO {APPLICATION}",
        f"{later} GRANT USAGE ON SEQUENCES TO {APPLICATION}",
        f"REVOKE ALL ON {', '.join(tables)} FROM PUBLIC, {APPLICATION}",
        *(f"GRANT {_EXCEPT.get(t, _READ_WRITE)} ON {t} TO {APPLICATION}" for t in tables),
        *_of_pages(schema, database),
    ):
        connection.execute(text(statement))
    for sequence in connection.execute(_SEQUENCES, {"tables": tables}).scalars().all():
        connection.execute(text(f"GRANT USAGE ON SEQUENCE {sequence} TO {APPLICATION}"))
    if connection.execute(_MAY_CREATE, {"application": APPLICATION}).scalar_one():
        raise PrivilegesError(
            f"Everyone may create objects in the schema {schema}: as administrator,"
            f" REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
        )


def _of_pages(schema: str, database: str) -> list[str]:
    """Return what lets the web pages use their own schema, and nothing in ``schema``."""
    tables = ", ".join(sorted(web.pages.tables))
    return [
        f"GRANT CONNECT ON DATABASE {database} TO {PAGES}",
        f"REVOKE ALL ON SCHEMA {schema} FROM {PAGES}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {PAGES}",
        f"REVOKE ALL ON SCHEMA {web.SCHEMA} FROM PUBLIC, {APPLICATION}, {PAGES}",
        f"GRANT USAGE ON SCHEMA {web.SCHEMA} TO {PAGES}",
        f"REVOKE ALL ON {tables} FROM PUBLIC, {APPLICATION}, {PAGES}",
        f"GRANT {_READ_WRITE} ON {tables} TO {PAGES}",
    ]
