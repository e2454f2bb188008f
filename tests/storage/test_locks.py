"""Advisory locks: whom they keep out, and when they end."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from storage import locks
from storage.database import Database
from storage.locks import Purpose
from tests.fixtures.patience import PATIENCE


def test_a_transaction_holds_its_lock_until_it_ends(database: Database) -> None:
    with database.transaction() as first, database.transaction() as second:
        locks.lock(first, Purpose.STEP_ORDER, "line/1")
        assert not locks.try_lock(second, Purpose.STEP_ORDER, "line/1")

    with database.transaction() as third:
        assert locks.try_lock(third, Purpose.STEP_ORDER, "line/1")


def test_locks_of_different_subjects_and_purposes_are_independent(database: Database) -> None:
    with database.transaction() as first, database.transaction() as second:
        locks.lock(first, Purpose.STEP_ORDER, "line/1")
        assert locks.try_lock(second, Purpose.STEP_ORDER, "line/2")
        assert locks.try_lock(second, Purpose.NUMBER_BLOCK, "line/1")


def test_a_session_lock_is_held_until_it_is_released(database: Database) -> None:
    with database.autocommit() as first, database.autocommit() as second:
        locks.session_lock(first, Purpose.MIGRATION)
        assert not locks.try_session_lock(second, Purpose.MIGRATION)

        locks.release(first, Purpose.MIGRATION)
        assert locks.try_session_lock(second, Purpose.MIGRATION)
        locks.release(second, Purpose.MIGRATION)


def test_waiting_for_a_session_lock_times_out(database: Database) -> None:
    with database.autocommit() as first, database.autocommit() as second:
        locks.session_lock(first, Purpose.MIGRATION)
        with pytest.raises(OperationalError):
            locks.session_lock(second, Purpose.MIGRATION, patience=timedelta(milliseconds=20))
        locks.release(first, Purpose.MIGRATION)

        locks.session_lock(second, Purpose.MIGRATION, patience=timedelta(seconds=PATIENCE))
        locks.release(second, Purpose.MIGRATION)
