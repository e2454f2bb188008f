"""Records that could not be used: kept, counted, and done with once they are read well."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row

from domain.registry.register import Defect
from domain.registry.sync import SyncSource
from storage.audit import events
from storage.database import Database
from storage.registry import rejected_records, sync_runs
from tests.builders.rows import rows

BROKEN = Defect("10000018", "role_unknown", "the role is in no table")


def reject(database: Database, defect: Defect = BROKEN, found_in: str = "file") -> UUID:
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.FILE, "2026-08-01")
        rejected_records.reject(session, found_in, defect, run_id=run_id)
    return run_id


def resolve(database: Database, key: str, found_in: str = "file") -> None:
    """The record was read well just now."""
    with database.transaction() as session:
        rejected_records.resolve(session, found_in, key, read_at=events.now(session))


def records(database: Database) -> list[Row[Any]]:
    return rows(database, "SELECT * FROM rejected_record ORDER BY first_seen_at, key")


def test_a_record_is_kept_with_its_reason(database: Database) -> None:
    run_id = reject(database)

    (record,) = records(database)
    assert (record.found_in, record.key, record.code, record.detail) == ("file", *_words(BROKEN))
    assert (record.occurrences, record.run_id, record.resolved_at) == (1, run_id, None)


def test_the_same_record_is_counted_and_its_last_reason_kept(database: Database) -> None:
    reject(database)
    reject(database, Defect("10000018", "code_invalid", "check digit"))

    (record,) = records(database)
    assert (record.occurrences, record.code, record.detail) == (2, "code_invalid", "check digit")
    assert record.first_seen_at < record.last_seen_at


def test_another_record_and_another_origin_are_kept_apart(database: Database) -> None:
    reject(database)
    reject(database, Defect("70000310", "role_unknown", ""))
    reject(database, found_in="changes")

    assert [record.occurrences for record in records(database)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        pytest.param("10000018", [], id="itself"),
        pytest.param("10000018/JUHL", [], id="a-part-of-it"),
        pytest.param("1000001", ["1000001"], id="a-shorter-key"),
        pytest.param("100000180", ["100000180"], id="a-longer-key"),
        pytest.param("10000018x/JUHL", ["10000018x/JUHL"], id="a-part-of-another"),
        pytest.param("%/JUHL", ["%/JUHL"], id="no-pattern"),
    ],
)
def test_a_readable_record_is_resolved_with_its_parts_only(
    database: Database, key: str, kept: list[str]
) -> None:
    reject(database, Defect(key, "role_unknown", ""))
    reject(database, found_in="changes")

    resolve(database, "10000018")

    open_ = [(r.found_in, r.key) for r in records(database) if not r.resolved_at]
    assert open_ == [*(("file", key) for key in kept), ("changes", "10000018")]


def test_a_record_rejected_after_the_good_reading_stays(database: Database) -> None:
    with database.transaction() as session:
        before = events.now(session)
    reject(database)

    with database.transaction() as session:
        rejected_records.resolve(session, "file", "10000018", read_at=before)

    (record,) = records(database)
    assert record.resolved_at is None


def test_a_complete_reading_resolves_records_it_did_not_reject(database: Database) -> None:
    reject(database)
    reject(database, Defect("70000310", "role_unknown", ""))
    reject(database, found_in="changes")

    with database.transaction() as session:
        rejected_records.resolve_others(session, "file", ["70000310"])

    resolved = {(r.found_in, r.key) for r in records(database) if r.resolved_at}
    assert resolved == {("file", "10000018")}


def test_a_complete_reading_without_rejections_resolves_all_of_the_file(
    database: Database,
) -> None:
    reject(database)
    reject(database, found_in="changes")

    with database.transaction() as session:
        rejected_records.resolve_others(session, "file", [])

    assert {r.found_in for r in records(database) if r.resolved_at} == {"file"}


def test_a_record_that_fails_again_is_a_new_one(database: Database) -> None:
    reject(database)
    resolve(database, "10000018")
    reject(database)
    reject(database)

    first, second = records(database)
    assert (first.occurrences, first.resolved_at is None) == (1, False)
    assert (second.occurrences, second.resolved_at) == (2, None)


def test_resolving_again_keeps_the_first_time(database: Database) -> None:
    reject(database)
    resolve(database, "10000018")
    (first,) = records(database)

    resolve(database, "10000018")

    (second,) = records(database)
    assert second.resolved_at == first.resolved_at


def _words(defect: Defect) -> tuple[str, str, str]:
    return defect.key, defect.code, defect.detail
