"""The one door to PostgreSQL: what each way through it promises."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.database import Database
from storage.parties import upsert
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import rows

COUNTING = text("SELECT count(*) FROM person")


class PulledPlugError(Exception):
    pass


def companies(database: Database) -> int:
    return len(rows(database, "SELECT FROM company"))


def write_and_fail(session: Session) -> None:
    upsert.company_ids(session, [KUUSK])
    raise PulledPlugError


def test_a_transaction_commits_at_its_end(database: Database) -> None:
    with database.transaction() as session:
        upsert.company_ids(session, [KUUSK])
        before = companies(database)

    assert (before, companies(database)) == (0, 1)


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(PulledPlugError), database.transaction() as session:
        write_and_fail(session)

    assert companies(database) == 0


def test_a_trial_leaves_nothing_although_it_saw_what_it_did(database: Database) -> None:
    with database.trial() as session:
        upsert.company_ids(session, [KUUSK])
        seen = session.execute(text("SELECT count(*) FROM company")).scalar_one()

    assert (seen, companies(database)) == (1, 0)


def test_a_trial_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(PulledPlugError), database.trial() as session:
        write_and_fail(session)

    assert companies(database) == 0


def test_the_statements_of_a_reading_see_one_moment(database: Database) -> None:
    with database.reading() as connection:
        before = connection.execute(COUNTING).scalar_one()
        with database.transaction() as session:
            upsert.person_ids(session, [MARI])
        after = connection.execute(COUNTING).scalar_one()

    assert (before, after) == (0, 0)


def test_a_reading_cannot_write(database: Database) -> None:
    with database.reading() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.execute(text("DELETE FROM person"))


def test_a_single_read_is_one_statement_and_sees_what_was_committed_last(
    database: Database,
) -> None:
    with database.transaction() as session:
        upsert.person_ids(session, [MARI])

    for _ in range(2):
        with database.single_read() as connection:
            assert connection.execute(COUNTING).scalar_one() == 1
            with pytest.raises(RuntimeError, match="second statement"):
                connection.execute(COUNTING)


def test_each_statement_in_autocommit_sees_what_was_committed_last(database: Database) -> None:
    with database.autocommit() as connection:
        before = connection.execute(COUNTING).scalar_one()
        with database.transaction() as session:
            upsert.person_ids(session, [MARI])
        after = connection.execute(COUNTING).scalar_one()

    assert (before, after) == (0, 1)


def test_every_kind_of_postgresql_url_is_accepted(database: Database) -> None:
    plain = database.engine.url.set(drivername="postgresql")

    opened = Database(plain.render_as_string(hide_password=False))

    assert companies(opened) == 0
    opened.close()


def test_a_connection_in_use_when_the_pool_is_closed_is_closed_when_it_is_given_back(
    database_url: str,
) -> None:
    pool = Database(database_url)
    with pool.reading() as connection:
        driver = connection.connection.driver_connection
        pool.close()
        still_open = connection.exec_driver_sql("SELECT 1").scalar_one()

    assert still_open == 1
    assert driver is not None
    assert driver.closed
