"""Rejected records of a run that ended early."""

from uuid import UUID

import pytest
from sqlalchemy import text

from activities.registry.sync_runs import EndRun, SyncRequest, SyncRunActivities
from domain.identifiers import CompanyKey
from domain.registry.sync import SyncSource, SyncState
from storage.database import Database
from storage.parties import upsert


def run_with(database: Database, *changes: tuple[str, str, str]) -> UUID:
    """A run about companies: code, kind and state of each."""
    opened = SyncRunActivities(database).open_run(SyncRequest(source=SyncSource.FILE, subject="1"))
    with database.transaction() as session:
        keys = [CompanyKey("EE", code) for code, _, _ in changes]
        ids = upsert.company_ids(session, keys)
        for key, (_, kind, state) in zip(keys, changes, strict=True):
            session.execute(
                text(
                    "INSERT INTO sync_change (run_id, company_id, kind, state)"
                    " VALUES (:run, :company, :kind, :state)"
                ),
                {"run": opened.run_id, "company": ids[key], "kind": kind, "state": state},
            )
    return opened.run_id


def rejected(database: Database) -> list[tuple[str, str, int]]:
    with database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT key, code, occurrences FROM rejected_record"
                " WHERE company_id IS NOT NULL ORDER BY key"
            )
        )
        return [(row.key, row.code, row.occurrences) for row in rows]


@pytest.mark.parametrize("state", [SyncState.REFUSED, SyncState.FAILED])
def test_unprocessed_changes_are_kept_for_the_next_run(
    database: Database, state: SyncState
) -> None:
    run_id = run_with(
        database,
        ("10000018", "changed", "pending"),
        ("10000024", "listed", "answered"),
        ("10000030", "changed", "applied"),
        ("10000047", "checked", "pending"),
    )

    SyncRunActivities(database).end_run(EndRun(run_id=run_id, state=state, code="register_timeout"))

    assert rejected(database) == [
        ("10000018", "register_timeout", 1),
        ("10000024", "register_timeout", 1),
    ]


def test_a_run_that_has_ended_rejects_nothing_again(database: Database) -> None:
    """A later run may have resolved what this one left."""
    run_id = run_with(database, ("10000018", "changed", "pending"))
    failed = EndRun(run_id=run_id, state=SyncState.FAILED, code="register_timeout")
    SyncRunActivities(database).end_run(failed)
    with database.transaction() as session:
        session.execute(text("UPDATE rejected_record SET resolved_at = clock_timestamp()"))

    SyncRunActivities(database).end_run(failed)

    assert rejected(database) == [("10000018", "register_timeout", 1)]


def test_a_finished_run_leaves_no_rejected_records(database: Database) -> None:
    run_id = run_with(database, ("10000018", "changed", "applied"))

    SyncRunActivities(database).end_run(EndRun(run_id=run_id, state=SyncState.FINISHED))

    assert rejected(database) == []
