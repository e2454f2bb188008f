"""An erasure, and what others write about the person at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest

from domain.access.grants import Origin
from domain.access.uses import Use
from domain.people.erasure import ErasureGround
from services.people.erase import ErasureBlocked, erase_person
from storage.access import grants, uses
from storage.access.grants import Ending, Starting
from storage.database import Database
from storage.parties import names
from storage.people import erasure
from tests.builders.person_traces import OFFICE, OPS, lived, loses_everything, personal
from tests.builders.rows import ENGINE, rows, wait_until_blocked
from tests.fixtures.patience import PATIENCE
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
            erasing.result(PATIENCE)

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
        renaming.result(PATIENCE)

    assert rows(database, "SELECT name FROM person WHERE id = :who", who=left)[0].name == ""


def test_deleg_16_a_last_use_that_is_written_during_the_erasure_is_not_kept(
    database: Database, left: UUID
) -> None:
    # The grant ends once the flush has begun: what it reads is from before.
    grant = Starting(left, OFFICE.id, "user", Origin.OPERATOR, {"code": "x", "text": "X"})
    with database.transaction() as session:
        (started,) = grants.start(session, [grant], actor=ENGINE)

    def flush() -> None:
        with database.transaction() as session:
            uses.record(session, [Use(left, OFFICE.id, date.max)])

    with ThreadPoolExecutor() as pool:
        with database.transaction() as session:
            over = Ending(started.grant_id, {"code": "x", "text": "X"})
            grants.end(session, [over], actor=ENGINE)
            erasure.erase(session, left, GROUND, actor=OPS)
            flushing = pool.submit(flush)
            wait_until_blocked(database, session)
        flushing.result(PATIENCE)

    assert rows(database, "SELECT FROM access_use WHERE person_id = :who", who=left) == []


def test_fault_23_concurrent_erasures_erase_once(database: Database, left: UUID) -> None:
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda _: erase_person(database, left, GROUND, actor=OPS), "ab"))

    assert sorted(bool(result.changes) for result in results) == [False, True]
    assert results[0].erased_at == results[1].erased_at
    assert len(rows(database, "SELECT FROM event WHERE kind = 'person:erased'")) == 1
