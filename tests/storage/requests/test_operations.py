"""Operations as their owner sees them: running, then ended."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row

from domain.processes import ProcessType, WaitsFor
from domain.reasons import Reason
from storage.database import Database
from storage.requests import operations
from tests.builders.rows import rows

ID = UUID(int=1)
RESULT = {"accounts": 2}
ERROR = Reason("register_unavailable", "The register could not be queried")


@pytest.fixture
def pending(database: Database) -> Database:
    with database.transaction() as session:
        operations.request(session, ID, ProcessType.REFRESH, None)
    return database


def operation(database: Database) -> Row[Any]:
    (row,) = rows(
        database,
        "SELECT o.state, p.waits_for, o.result, o.error, p.ended_at IS NULL AS open"
        " FROM operation o JOIN process p USING (id)",
    )
    return row


def test_a_running_operation_says_what_it_waits_for(pending: Database) -> None:
    with pending.transaction() as session:
        operations.running(session, ID, WaitsFor.REGISTER)

    assert tuple(operation(pending)) == ("running", "register", None, None, True)


def test_an_operation_succeeds_once(pending: Database) -> None:
    with pending.transaction() as session:
        operations.running(session, ID, WaitsFor.REGISTER)
        operations.succeeded(session, ID, RESULT)
        operations.failed(session, ID, ERROR)
        operations.running(session, ID, WaitsFor.REGISTER)

    assert tuple(operation(pending)) == ("succeeded", None, RESULT, None, False)


def test_an_operation_fails_once(pending: Database) -> None:
    with pending.transaction() as session:
        operations.failed(session, ID, ERROR)
        operations.succeeded(session, ID, RESULT)

    assert tuple(operation(pending)) == ("failed", None, None, ERROR.as_json(), False)
