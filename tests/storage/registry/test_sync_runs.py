"""Sync runs: opened, decided and ended once, with one event each."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import Row

from domain.audit import Actor, ActorKind
from domain.reasons import Reason
from domain.registry.sync import PreviewedGrants, SyncDecision, SyncPreview, SyncSource, SyncState
from storage.database import Database
from storage.registry import sync_decisions, sync_runs
from tests.builders.rows import NOTED, history, rows, wait_until_blocked
from tests.fixtures.patience import PATIENCE

TOO_MUCH = Reason("too_much_would_end", "Would end 30 of 100 grants")
PREVIEW = SyncPreview(100, ending=PreviewedGrants(30), starting=PreviewedGrants(0))


@pytest.fixture
def run_id(database: Database) -> UUID:
    return open_run(database)


KATI = Actor(ActorKind.OPS, "kati")


def open_run(
    database: Database, source: SyncSource = SyncSource.FILE, subject: str = "2026-08-01"
) -> UUID:
    with database.transaction() as session:
        return sync_runs.open_run(session, source, subject)[0]


def hold(database: Database, run_id: UUID) -> None:
    with database.transaction() as session:
        sync_decisions.hold(session, run_id, PREVIEW, TOO_MUCH)


def decide(database: Database, run_id: UUID, decision: str, id_: UUID | None = None) -> bool:
    with database.transaction() as session:
        return sync_decisions.decide(
            session,
            run_id,
            SyncDecision(decision),
            actor=KATI,
            note="Looked at it",
            decision_id=id_ or uuid4(),
        )


def end(database: Database, run_id: UUID, state: str, reason: Reason | None = None) -> None:
    with database.transaction() as session:
        sync_runs.end_run(session, run_id, SyncState(state), reason)


def row_of(database: Database, run_id: UUID) -> Row[Any]:
    (row,) = rows(database, "SELECT * FROM sync_run WHERE id = :run", run=run_id)
    return row


def test_the_same_source_and_subject_is_one_run(database: Database) -> None:
    first = open_run(database)

    assert open_run(database) == first
    assert open_run(database, subject="2026-08-02") != first
    assert open_run(database, source=SyncSource.CHANGES) != first
    assert len(rows(database, "SELECT FROM sync_run")) == 3


def test_opening_a_run_returns_its_progress(database: Database, run_id: UUID) -> None:
    hold(database, run_id)

    with database.transaction() as session:
        assert sync_runs.open_run(session, SyncSource.FILE, "2026-08-01") == (run_id, "held")


def test_two_that_open_the_same_run_at_once_get_the_same_one(database: Database) -> None:
    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            first, _ = sync_runs.open_run(session, SyncSource.FILE, "2026-08-01")
            second = beside.submit(open_run, database)
            wait_until_blocked(database)
        assert second.result(PATIENCE) == first


def test_counts_are_set_and_added_to(database: Database, run_id: UUID) -> None:
    with database.transaction() as session:
        sync_runs.set_counts(session, run_id, to_query=5, answered=1)
        sync_runs.add_counts(session, run_id, answered=2, ended=1)
        sync_runs.set_counts(session, run_id, to_query=6)

    assert row_of(database, run_id).counts == {"to_query": 6, "answered": 3, "ended": 1}


def test_counts_of_two_at_once_are_both_added(database: Database, run_id: UUID) -> None:
    def add_one() -> None:
        with database.transaction() as session:
            sync_runs.add_counts(session, run_id, answered=1)

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            sync_runs.add_counts(session, run_id, answered=1)
            other = beside.submit(add_one)
            wait_until_blocked(database)
        other.result(PATIENCE)

    assert row_of(database, run_id).counts == {"answered": 2}


def test_a_run_is_held_once_with_its_preview(database: Database, run_id: UUID) -> None:
    hold(database, run_id)
    hold(database, run_id)

    row = row_of(database, run_id)
    preview = msgspec.convert(row.preview, SyncPreview)
    assert (row.state, preview, row.reason["code"]) == ("held", PREVIEW, "too_much_would_end")
    assert row.ended_at is None
    assert history(database) == ["sync:held"]


@pytest.mark.parametrize(
    ("decision", "state", "expected"),
    [
        pytest.param("release", "running", "sync:released", id="released-goes-on"),
        pytest.param("reject", "rejected", "sync:rejected", id="rejected-is-over"),
    ],
)
def test_a_run_is_decided_once(
    database: Database, run_id: UUID, decision: str, state: str, expected: str
) -> None:
    hold(database, run_id)

    request = uuid4()
    decided = [decide(database, run_id, decision, id_) for id_ in (request, request, uuid4())]

    assert decided == [True, True, False]
    row = row_of(database, run_id)
    assert (row.state, row.decided_by) == (state, "kati")
    assert row.decided_at is not None
    assert (row.ended_at is not None) is (state == "rejected")
    assert history(database) == ["sync:held", expected]
    (event,) = rows(database, f"{NOTED} WHERE kind = :expected", expected=expected)
    assert event.actor == {"kind": "ops", "id": "kati", "run": str(run_id)}
    assert (event.subject_id, event.note) == (run_id, "Looked at it")


def test_the_first_decision_counts(database: Database, run_id: UUID) -> None:
    hold(database, run_id)
    decide(database, run_id, "reject")

    decide(database, run_id, "release")

    assert row_of(database, run_id).state == "rejected"
    assert history(database) == ["sync:held", "sync:rejected"]


@pytest.mark.parametrize("decision", ["release", "reject"])
def test_a_run_that_is_not_held_needs_no_decision(
    database: Database, run_id: UUID, decision: str
) -> None:
    decide(database, run_id, decision)

    assert row_of(database, run_id).state == "running"
    assert history(database) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param("finished", [], id="finished"),
        pytest.param("unchanged", [], id="unchanged"),
        pytest.param("failed", [], id="failed"),
        pytest.param("refused", ["sync:refused"], id="refused-is-history"),
    ],
)
def test_a_run_ends_once(database: Database, run_id: UUID, state: str, expected: list[str]) -> None:
    why = Reason("too_few_companies", "90 % of the last file's")
    end(database, run_id, state, why)
    first = row_of(database, run_id)

    end(database, run_id, state, why)
    end(database, run_id, "failed", Reason("other", "Other"))

    assert (first.state, first.reason["code"]) == (state, "too_few_companies")
    assert first.ended_at is not None
    assert row_of(database, run_id) == first
    assert history(database) == expected


def test_a_rejected_run_is_not_ended_again(database: Database, run_id: UUID) -> None:
    hold(database, run_id)
    decide(database, run_id, "reject")

    end(database, run_id, "refused", TOO_MUCH)

    assert row_of(database, run_id).state == "rejected"
    assert history(database) == ["sync:held", "sync:rejected"]


def test_ending_without_a_reason_is_possible(database: Database, run_id: UUID) -> None:
    end(database, run_id, "finished")

    assert row_of(database, run_id).reason is None
