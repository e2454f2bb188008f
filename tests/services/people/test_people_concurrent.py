"""An erasure, and what others write about the person at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from domain.access.grants import Origin
from domain.people.erasure import ErasureGround
from services.people.erase import ErasureBlocked, erase_person
from storage.access import grants
from storage.access.grants import Starting
from storage.database import Database
from storage.parties import names
from storage.people import erasure
from tests.builders.person_traces import OFFICE, OPS, lived, loses_everything, personal
from tests.builders.rows import ENGINE, rows, wait_until_blocked
from tests.oracles.row_scan import rows_with

GROUND = ErasureGround.NO_LONGER_NEEDED


@pytest.fixture
def left(database: Database) -> UUID:
    who = lived(database)
    loses_everything(database)
    return who


def erase(database: Database, who: UUID) -> Callable[[], object]:
    return lambda: erase_person(database, who, GROUND, actor=OPS)


def test_fault_23_access_that_is_just_being_given_blocks_the_erasure(
    database: Database, left: UUID
) -> None:
    with ThreadPoolExecutor() as pool:
        with database.transaction() as session:
            start = Starting(left, OFFICE.id, "user", Origin.OPERATOR, {"code": "x", "text": "X"})
            grants.start(session, [start], actor=ENGINE)
            erasing = pool.submit(erase(database, left))
            wait_until_blocked(database, session)

        with pytest.raises(ErasureBlocked):
            erasing.result(30)

    assert rows_with(database, personal().values())


def test_fault_23_a_name_that_arrives_during_the_erasure_is_not_kept(
    database: Database, left: UUID
) -> None:
    def rename() -> None:
        with database.transaction() as session:
            names.rename_persons(session, {left: "Toomas Uuenimi"})

    with ThreadPoolExecutor() as pool:
        with database.transaction() as session:
            erasure.erase(session, left, GROUND, actor=OPS)
            renaming = pool.submit(rename)
            wait_until_blocked(database, session)
        renaming.result(30)

    assert rows(database, "SELECT name FROM person WHERE id = :who", who=left)[0].name == ""


def test_fault_23_concurrent_erasures_erase_once(database: Database, left: UUID) -> None:
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda _: erase_person(database, left, GROUND, actor=OPS), "ab"))

    assert sorted(bool(result.changes) for result in results) == [False, True]
    assert results[0].erased_at == results[1].erased_at
    assert len(rows(database, "SELECT FROM event WHERE kind = 'person:erased'")) == 1
