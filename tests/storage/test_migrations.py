"""The schema: made by the migrations alone, undone by them, and equal to the tables in the code."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Row

from storage import locks, migrate, schema_version
from storage.database import Database
from storage.locks import Purpose
from tests.builders.rows import carry_out, rows, wait_until_blocked
from tests.fixtures.patience import PATIENCE
from tests.fixtures.roles import as_owner

# Everything that a migration makes, in words: columns, constraints, indexes, triggers, functions.
_SCHEMA = """
SELECT table_name AS of, column_name AS name,
       concat_ws(' ', data_type, is_nullable, column_default, identity_generation) AS what
FROM information_schema.columns WHERE table_schema IN ('public', 'web')
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace::regnamespace::text IN ('public', 'web') AND conrelid <> 0
UNION ALL SELECT tablename, indexname, indexdef
FROM pg_indexes WHERE schemaname IN ('public', 'web')
UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT '', proname, prosrc FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prolang = (
    SELECT oid FROM pg_language WHERE lanname = 'plpgsql')
ORDER BY 1, 2, 3
"""


@pytest.fixture
def owner_url(database_url: str) -> str:
    """A database whose schema this test may take apart."""
    return as_owner(database_url)


@pytest.fixture
def fresh(owner_url: str) -> Iterator[Database]:
    """That database, as its owner sees it."""
    opened = Database(owner_url)
    yield opened
    opened.close()


def schema(database: Database) -> list[Row[Any]]:
    return rows(database, _SCHEMA)


def at_head(database: Database) -> bool:
    with database.reading() as connection:
        return schema_version.is_current(connection)


def test_up_and_down_and_up_again_ends_where_it_began(fresh: Database, owner_url: str) -> None:
    before = schema(fresh)

    migrate.downgrade(owner_url)
    down = {row.of for row in schema(fresh)}
    migrate.upgrade(owner_url)

    assert down == {"alembic_version"}
    assert len(before) > 100
    assert schema(fresh) == before


def test_the_migrations_create_the_schema_of_the_models(owner_url: str) -> None:
    command.check(migrate.config(owner_url))


def test_migrating_again_changes_nothing(fresh: Database, owner_url: str) -> None:
    before = schema(fresh)

    migrate.upgrade(owner_url)

    assert schema(fresh) == before


@pytest.mark.parametrize(
    ("version", "ready"),
    [
        pytest.param("UPDATE alembic_version SET version_num = version_num", True, id="this-one"),
        pytest.param("DELETE FROM alembic_version", False, id="none-applied"),
        pytest.param("UPDATE alembic_version SET version_num = '9999'", False, id="a-newer-one"),
        pytest.param("DROP TABLE alembic_version", False, id="never-migrated"),
    ],
)
def test_a_database_is_ready_when_it_has_exactly_the_migrations_of_the_code(
    fresh: Database, version: str, *, ready: bool
) -> None:
    carry_out(fresh, version)

    assert at_head(fresh) is ready


def test_a_database_that_was_migrated_down_is_not_ready(fresh: Database, owner_url: str) -> None:
    migrate.downgrade(owner_url)

    assert not at_head(fresh)


def test_a_second_migration_waits_for_the_first(fresh: Database, owner_url: str) -> None:
    with fresh.engine.connect() as first:
        locks.session_lock(first, Purpose.MIGRATION)
        with ThreadPoolExecutor() as beside:
            second = beside.submit(migrate.upgrade, owner_url)
            wait_until_blocked(fresh)
            waited = not second.done()
            locks.release(first, Purpose.MIGRATION)
            second.result(PATIENCE)

    assert waited


def test_the_newest_migration_by_file_name_is_the_head_of_the_migrations() -> None:
    assert ScriptDirectory.from_config(migrate.config("")).get_heads() == [schema_version.newest()]
