"""fault.20: what the application's role may do with every table, and what it may not do at all."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import ProgrammingError

from storage import migrate, privileges, schema_version
from storage.audit import hash_chain
from storage.database import Database, driven
from storage.database_role import APPLICATION, PAGES, excess
from storage.privileges import PrivilegesError
from tests.builders.rows import carry_out, rows, write
from tests.fixtures.roles import as_owner, as_pages, as_superuser, owner_name

_ALL = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
READ_WRITE = {"SELECT", "INSERT", "UPDATE", "DELETE"}
ADD = {"SELECT", "INSERT"}
ERASE = {"SELECT", "INSERT", "DELETE"}
READ = {"SELECT"}

STATED: dict[str, set[str]] = {
    "access_bar": READ_WRITE,
    "access_grant": READ_WRITE,
    "access_request": READ_WRITE,
    "access_use": READ_WRITE,
    "account": READ_WRITE,
    "alembic_version": READ,
    "appointment": READ_WRITE,
    "approval": READ_WRITE,
    "approval_confirmation": READ_WRITE,
    "authority_document": READ_WRITE,
    "bank_entry": READ_WRITE,
    "bank_statement": READ_WRITE,
    "billing_change": READ_WRITE,
    "billing_snapshot": READ_WRITE,
    "bulk_company": READ_WRITE,
    "bulk_retry": READ_WRITE,
    "company": READ_WRITE,
    "contact_settings": READ_WRITE,
    "contract": READ_WRITE,
    "contract_agreement": READ_WRITE,
    "contract_proposal": READ_WRITE,
    "contract_service": READ_WRITE,
    "contract_signature": READ_WRITE,
    "contract_signing": READ_WRITE,
    "extract": READ_WRITE,
    "extract_chunk": READ_WRITE,
    "customer_size": READ_WRITE,
    "delegation": READ_WRITE,
    "delegation_version": READ_WRITE,
    "departure_review": READ_WRITE,
    "document_content": READ_WRITE,
    "drift": READ_WRITE,
    "drift_network": READ_WRITE,
    "drift_staged": READ_WRITE,
    "event": ADD,
    "event_note": ERASE,
    "event_seal": ADD,
    "event_to_seal": READ_WRITE,
    "feed_cursor": READ_WRITE,
    "feed_mark": READ_WRITE,
    "idempotency_key": READ_WRITE,
    "invoice": READ_WRITE,
    "mandate": READ_WRITE,
    "notice": READ_WRITE,
    "number_block": READ_WRITE,
    "operation": READ_WRITE,
    "order_alert": READ_WRITE,
    "order_cancel": READ_WRITE,
    "order_confirmation": READ_WRITE,
    "order_milestone": READ_WRITE,
    "order_note": READ_WRITE,
    "payment": READ_WRITE,
    "payment_stamp": READ_WRITE,
    "person": READ_WRITE,
    "port_out": READ_WRITE,
    "process": READ_WRITE,
    "product": READ_WRITE,
    "rate_limit": READ_WRITE,
    "register_budget": READ_WRITE,
    "register_ending": READ_WRITE,
    "register_state": READ_WRITE,
    "rejected_record": READ_WRITE,
    "service": READ_WRITE,
    "service_order": READ_WRITE,
    "service_order_item": READ_WRITE,
    "service_reading": READ_WRITE,
    "service_secret": READ_WRITE,
    "signing_rule_look": READ_WRITE,
    "signing_rule_member": READ_WRITE,
    "signing_rule_reading": READ_WRITE,
    "sms": READ_WRITE,
    "staff": READ_WRITE,
    "step": READ_WRITE,
    "stored_document": READ_WRITE,
    "stuck": READ_WRITE,
    "suspension": READ_WRITE,
    "sync_change": READ_WRITE,
    "sync_run": READ_WRITE,
    "target": READ_WRITE,
    "target_failure": READ_WRITE,
    "verification": READ_WRITE,
}
"""What the application may do with each table. A new table must be stated here."""
OF_PAGES = {"kept_form", "login_attempt", "logout_token", "session"}
"""Tables of the schema ``web``, which the pages' role reads and writes, and no one else."""

_HELD = """
SELECT c.relname AS name, array_agg(a.privilege) FILTER (
    WHERE has_table_privilege(:role, c.oid, a.privilege)) AS privileges
FROM pg_class c CROSS JOIN unnest(CAST(:all AS text[])) AS a(privilege)
WHERE c.relnamespace = to_regnamespace(:schema) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
GROUP BY c.relname
"""


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    opened = Database(url, pool_size=1)
    yield opened
    opened.close()


def _held(database: Database, role: str, schema: str = "public") -> dict[str, set[str]]:
    found = rows(database, _HELD, role=role, schema=schema, all=sorted(_ALL))
    return {row.name: set(row.privileges or ()) for row in found}


def _login(database: Database) -> str:
    (row,) = rows(database, "SELECT current_user AS name")
    return str(row.name)


def test_fault_20_the_application_may_do_what_is_stated_with_every_table(
    database: Database,
) -> None:
    assert _held(database, APPLICATION) == STATED
    assert _held(database, _login(database)) == STATED


def test_fault_20_the_application_owns_nothing_and_has_no_power_of_its_own(
    database: Database,
) -> None:
    powers = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
    roles = rows(
        database,
        f"SELECT rolname, {powers} AS powerful FROM pg_roles"
        " WHERE rolname IN (current_user, :application)"
        " OR pg_has_role(current_user, oid, 'MEMBER')",
        application=APPLICATION,
    )

    owned = rows(database, "SELECT FROM pg_class WHERE relowner = to_regrole(current_user::text)")
    assert {row.rolname for row in roles} == {APPLICATION, _login(database)}
    assert not any(row.powerful for row in roles)
    assert owned == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET kind = kind",
        "DELETE FROM event",
        "TRUNCATE event",
        "UPDATE event_seal SET hash = hash",
        "DELETE FROM event_seal",
        "TRUNCATE event_seal",
        "UPDATE event_note SET text = ''",
        "UPDATE alembic_version SET version_num = '0000'",
        "TRUNCATE access_grant",
        "DROP TRIGGER event_append_only ON event",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "ALTER TABLE event DISABLE TRIGGER event_append_only",
        "ALTER TABLE event OWNER TO CURRENT_USER",
        "CREATE TRIGGER mine BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE RULE mine AS ON INSERT TO event DO INSTEAD NOTHING",
        "DROP TABLE event",
        "ALTER FUNCTION refuse_change() RENAME TO mine",
        "DROP FUNCTION refuse_change CASCADE",
        "CREATE TABLE mine (x int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE EXTENSION pg_trgm",
        "SET session_replication_role = replica",
        "CREATE ROLE volitus_test_mine",
        "ALTER DATABASE postgres SET session_replication_role = replica",
        "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
        "SET ROLE volitus_test_owner",
        "COPY event TO PROGRAM 'true'",
    ],
)
def test_fault_20_the_application_is_refused(database: Database, statement: str) -> None:
    write(database, 2)
    hash_chain.seal_all(database)

    with pytest.raises(ProgrammingError, match=r"(?i)permission denied|must be owner"):
        carry_out(database, statement)

    assert hash_chain.verify(database).checked == 2


def test_page_2_the_pages_have_rights_in_their_own_schema_alone(
    database_url: str, database: Database
) -> None:
    with _opened(as_pages(database_url)) as pages:
        (login,) = rows(pages, "SELECT current_user AS name")
        enters = rows(pages, "SELECT has_schema_privilege('web', 'USAGE') AS own")

    for role in (PAGES, login.name):
        assert _held(database, role) == {table: set() for table in STATED}
        assert _held(database, role, "web") == dict.fromkeys(OF_PAGES, READ_WRITE)
    assert _held(database, APPLICATION, "web") == {table: set() for table in OF_PAGES}
    assert [row.own for row in enters] == [True]


@pytest.mark.parametrize(
    "statement",
    [
        *(f"SELECT FROM {table}" for table in ("person", "access_grant", "alembic_version")),
        "INSERT INTO event DEFAULT VALUES",
        "CREATE TABLE mine (x int)",
        "CREATE TABLE web.mine (x int)",
        "CREATE SCHEMA mine",
        "TRUNCATE web.session",
        "DROP TABLE web.session",
        f"SET ROLE {APPLICATION}",
        "ALTER DATABASE postgres SET session_replication_role = replica",
    ],
)
def test_page_2_the_pages_are_refused_anything_else(database_url: str, statement: str) -> None:
    with (
        _opened(as_pages(database_url)) as pages,
        pytest.raises(
            ProgrammingError, match=r"(?i)permission denied|must be owner|does not exist"
        ),
    ):
        carry_out(pages, statement)


def test_page_2_the_application_does_not_read_sessions(database: Database) -> None:
    with pytest.raises(ProgrammingError, match="permission denied for schema web"):
        carry_out(database, "SELECT FROM web.session")


def test_fault_20_the_application_cannot_grant_itself_more(database: Database) -> None:
    carry_out(database, f"GRANT UPDATE ON event TO {APPLICATION}")  # no more than a warning

    assert _held(database, APPLICATION)["event"] == ADD


def test_fault_20_a_table_made_later_is_covered_and_a_second_migration_keeps_it(
    database_url: str,
) -> None:
    with _opened(as_owner(database_url)) as owner:
        carry_out(owner, "CREATE TABLE later (id bigint GENERATED BY DEFAULT AS IDENTITY)")
    with _opened(database_url) as application:
        held = _held(application, APPLICATION)
        carry_out(application, "INSERT INTO later DEFAULT VALUES")
        carry_out(application, "SELECT nextval(pg_get_serial_sequence('later', 'id'))")

    migrate.upgrade(as_owner(database_url))

    assert held == STATED | {"later": READ_WRITE}
    with _opened(database_url) as application:
        assert _held(application, APPLICATION) == held


def test_fault_20_migrating_restores_what_was_granted_and_taken_by_hand(database_url: str) -> None:
    """Also after a restore without privileges (``pg_restore --no-privileges``)."""
    with _opened(as_owner(database_url)) as owner:
        carry_out(owner, f"GRANT ALL ON event, event_seal TO {APPLICATION}")
        carry_out(owner, "GRANT UPDATE ON event TO PUBLIC")
        carry_out(owner, f"REVOKE ALL ON account, alembic_version FROM {APPLICATION}")

    migrate.upgrade(as_owner(database_url))

    with _opened(database_url) as application:
        assert _held(application, APPLICATION) == STATED


def test_fault_20_only_the_owner_can_migrate(database_url: str) -> None:
    with pytest.raises(PrivilegesError, match="does not own the database: migrate as its owner"):
        migrate.upgrade(database_url)


def test_fault_20_only_a_role_with_too_much_power_is_reported(database_url: str) -> None:
    found = {}
    for role in (database_url, as_owner(database_url), as_superuser(database_url)):
        with create_engine(driven(role), poolclass=NullPool).connect() as connection:
            name, powers = excess(connection)
            found[name] = powers

    application, owner, superuser = found.values()
    assert application == []
    assert owner == ["own_tables", "change_history", "create_objects"]
    assert "superuser" in superuser


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            f"ALTER ROLE {APPLICATION} RENAME TO volitus_test_other",
            f"The role {APPLICATION} does not exist: an administrator creates it once",
            id="missing",
        ),
        pytest.param(
            f"ALTER ROLE {PAGES} RENAME TO volitus_test_other",
            f"The role {PAGES} does not exist: an administrator creates it once",
            id="missing-of-pages",
        ),
        pytest.param(
            f"ALTER ROLE {APPLICATION} CREATEROLE",
            f"The role {APPLICATION} is too powerful: ALTER ROLE",
            id="too-powerful",
        ),
    ],
)
def test_fault_20_a_role_that_is_not_as_it_must_be_is_reported_before_migrating(
    database_url: str, change: str, said: str
) -> None:
    with _rolled_back(as_superuser(database_url)) as connection:
        connection.execute(text(change))

        with pytest.raises(PrivilegesError, match=said):
            privileges.check_roles(connection)


def test_fault_20_a_schema_in_which_everyone_may_create_is_refused(database_url: str) -> None:
    """As in a cluster that was upgraded from PostgreSQL 14 or older."""
    with _rolled_back(as_superuser(database_url)) as connection:
        connection.execute(text("ALTER SCHEMA public OWNER TO CURRENT_USER"))
        connection.execute(text("GRANT CREATE ON SCHEMA public TO PUBLIC"))
        connection.execute(text(f"SET LOCAL ROLE {owner_name()}"))

        with pytest.raises(PrivilegesError, match="Everyone may create objects in the schema"):
            privileges.grant(connection)


def test_fault_20_the_error_names_the_group_that_a_login_lacks(database_url: str) -> None:
    with _rolled_back(as_superuser(database_url)) as connection:
        connection.execute(text("CREATE ROLE volitus_test_outsider"))
        connection.execute(text("SET LOCAL ROLE volitus_test_outsider"))

        problem = schema_version.problem(connection)

    assert problem == f"this user may not read the tables: grant {APPLICATION} to it"


@contextmanager
def _rolled_back(url: str) -> Iterator[Connection]:
    """A transaction of which nothing stays: roles belong to all databases of the server."""
    engine = create_engine(driven(url), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
