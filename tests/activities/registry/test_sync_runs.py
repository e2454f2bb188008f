"""What is left of a run that ended before its time."""

from typing import Literal
from uuid import UUID

import pytest
from sqlalchemy import text

from activities.registry.sync_runs import EndRun, SyncRequest, SyncRuns
from domain.identifiers import CompanyKey
from storage.database import Database
from storage.parties import upsert


def run_with(database: Database, *changes: tuple[str, str, str]) -> UUID:
    """A run about companies: code, kind and state of each."""
    opened = SyncRuns(database).open_run(SyncRequest(source="file", subject="1"))
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


def set_aside(database: Database) -> list[tuple[str, str, int]]:
    with database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT key, code, seen FROM record_aside WHERE company_id IS NOT NULL ORDER BY key"
            )
        )
        return [(row.key, row.code, row.seen) for row in rows]


@pytest.mark.parametrize("state", ["refused", "failed"])
def test_news_that_nobody_followed_is_kept_for_the_next_run(
    database: Database, state: Literal["refused", "failed"]
) -> None:
    run_id = run_with(
        database,
        ("10000018", "changed", "pending"),
        ("10000024", "listed", "answered"),
        ("10000030", "changed", "applied"),
        ("10000047", "checked", "pending"),
    )

    SyncRuns(database).end_run(EndRun(run_id=run_id, state=state, code="register_timeout"))

    assert set_aside(database) == [
        ("10000018", "register_timeout", 1),
        ("10000024", "register_timeout", 1),
    ]


def test_a_finished_run_leaves_nothing(database: Database) -> None:
    run_id = run_with(database, ("10000018", "changed", "applied"))

    SyncRuns(database).end_run(EndRun(run_id=run_id, state="finished"))

    assert set_aside(database) == []
