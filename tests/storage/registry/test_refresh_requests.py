"""Requests to refresh a person: one is open at a time, however many are made at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from domain.rates import LimitReached, Rate, Use
from domain.reasons import Reason
from services.parties.people import ensure_person
from storage.database import Database
from storage.registry import refresh_requests
from storage.requests import operations
from tests.builders.people import JAAN, MARI
from tests.builders.rows import rows
from tests.fixtures.patience import PATIENCE

AT_ONCE = 8


def request(database: Database, person_id: UUID, id_: UUID | None = None, most: int = 100) -> UUID:
    limits = [Use("refresh_person", str(person_id), Rate(most, timedelta(hours=1)))]
    with database.transaction() as session:
        return refresh_requests.request(session, id_ or uuid4(), person_id, limits)


def end(database: Database, operation_id: UUID) -> None:
    with database.transaction() as session:
        operations.failed(session, operation_id, Reason("register_unavailable", "It is down"))


def test_fault_12_requests_at_once_get_one_operation_and_use_the_limit_once(
    database: Database,
) -> None:
    mari, together = ensure_person(database, MARI), Barrier(AT_ONCE)

    def ask(_: int) -> UUID:
        together.wait(PATIENCE)
        return request(database, mari, most=1)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        got = set(threads.map(ask, range(AT_ONCE)))

    (operation,) = rows(database, "SELECT id FROM operation")
    (process,) = rows(database, "SELECT id FROM process")
    assert got == {operation.id} == {process.id}


def test_fault_12_another_person_is_not_concerned(database: Database) -> None:
    mari, jaan = (ensure_person(database, person) for person in (MARI, JAAN))

    assert request(database, mari) != request(database, jaan)


def test_fault_12_an_ended_refresh_does_not_block_a_new_one(database: Database) -> None:
    mari = ensure_person(database, MARI)
    first = request(database, mari)
    end(database, first)

    assert request(database, mari) != first


def test_fault_12_a_repeated_request_gets_its_own_operation_without_using_the_limit(
    database: Database,
) -> None:
    mari, first = ensure_person(database, MARI), uuid4()
    request(database, mari, first, most=2)
    end(database, first)
    second = request(database, mari, most=2)

    assert request(database, mari, first, most=2) == first
    end(database, second)
    with pytest.raises(LimitReached):
        request(database, mari, most=2)
    assert request(database, mari, first, most=2) == first
