"""The role that the processes have in the database, and what it may do beyond that.

Plain SQL that every process can ask without loading the tables' definitions.
"""

from sqlalchemy import Connection, text

APPLICATION = "volitus_app"
"""The group role that the logins of api, worker, scheduler and command line are members of."""
PAGES = "volitus_web"
"""The group role that the login of the web pages is a member of."""

_POWERS = text("""
SELECT current_user AS role, r.rolsuper AS superuser, r.rolcreaterole AS create_roles,
       pg_has_role(c.relowner, 'MEMBER') AS own_tables,
       has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER') AS change_history,
       has_schema_privilege(c.relnamespace, 'CREATE') AS create_objects
FROM pg_roles r, pg_class c
WHERE r.rolname = current_user AND c.oid = to_regclass('event')
""")


def excess(connection: Connection) -> tuple[str, list[str]]:
    """The user of this connection, and what it may do beyond the application's needs.

    The list is empty where all is well, and where the database is not migrated yet.
    """
    found = connection.execute(_POWERS).mappings().one_or_none()
    if found is None:
        return "", []
    return found["role"], [name for name, has in found.items() if has is True]
