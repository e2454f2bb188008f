"""Processes as rows: written with what was asked for, ended with it, and forgotten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.delegations.departures import ReviewState
from domain.numbers.verifications import CANCELLED_BY_PERSON, VerificationRules, VerificationState
from domain.processes import ProcessType, WaitsFor, workflow_id
from domain.provisioning.targets import TargetKind
from domain.reasons import Reason
from domain.registry.sync import SyncDecision, SyncState
from storage.approvals import concluding
from storage.contract_orders import closing
from storage.contract_signing import signing_ends
from storage.database import Database, Session
from storage.delegations import answers, departure_reviews
from storage.extracts import ends as extract_ends
from storage.messages import notice_sms
from storage.numbers import send_requests, verification_rows, verifications
from storage.orders import ending
from storage.payments import proceeding, readings
from storage.processes import process_queries, processes
from storage.processes.process_queries import Process
from storage.registry import sync_decisions, sync_runs
from storage.requests import operations
from tests.builders.processes import ask, asked, put_refreshes
from tests.builders.rows import ENGINE, carry_out, rows

EVERY_TYPE = pytest.mark.parametrize("type_", ProcessType)
NOTHING, MINUTE = timedelta(), timedelta(minutes=1)
RULES = VerificationRules(wait=NOTHING)


def read(database: Database, id_: UUID) -> Process:
    with database.reading() as connection:
        process = process_queries.read(connection, id_)
    assert process is not None
    return process


def test_a_process_can_wait_for_every_target() -> None:
    assert {str(target) for target in TargetKind} <= set(WaitsFor)


@EVERY_TYPE
def test_a_process_is_written_in_the_transaction_of_its_request(
    database: Database, type_: ProcessType
) -> None:
    with database.trial() as session:  # rolled back
        taken_back = ask(session, type_)
        assert process_queries.read(session, taken_back) is not None
    with database.transaction() as session:
        id_ = ask(session, type_)

    (row,) = rows(database, "SELECT id FROM process")
    assert row.id == id_
    process = read(database, id_)
    assert (process.type, process.is_open, process.started_at) == (type_, True, None)
    assert process.workflow_id.startswith(f"{type_}/")


def test_a_process_is_ended_in_the_transaction_that_ends_its_subject(database: Database) -> None:
    ids = {type_: asked(database, type_) for type_ in ProcessType}
    with database.trial() as session:
        end_all(session, ids)
    assert all(read(database, id_).is_open for id_ in ids.values())

    for _ in range(2):  # again: changes nothing
        with database.transaction() as session:
            end_all(session, ids)

    assert not any(read(database, id_).is_open for id_ in ids.values())
    assert {read(database, id_).waits_for for id_ in ids.values()} == {None}


ERROR = Reason("register_unavailable", "The register could not be queried")


def end_all(session: Session, ids: dict[ProcessType, UUID]) -> None:
    verifications.end(
        session,
        ids[ProcessType.NUMBER_VERIFICATION],
        VerificationState.CANCELLED,
        CANCELLED_BY_PERSON,
        actor=ENGINE,
    )
    concluding.close(session, ids[ProcessType.APPROVAL], CANCELLED_BY_PERSON, ENGINE)
    notice_sms.end(session, ids[ProcessType.NOTICE_SMS])
    ending.close(session, ids[ProcessType.ORDER], ENGINE)
    closing.close_start(session, ids[ProcessType.CONTRACT_START], CANCELLED_BY_PERSON, ENGINE)
    signing_ends.fail(session, ids[ProcessType.CONTRACT_SIGN], CANCELLED_BY_PERSON, actor=ENGINE)
    closing.close_end(session, ids[ProcessType.CONTRACT_END], CANCELLED_BY_PERSON, ENGINE)
    sync_runs.end_run(session, ids[ProcessType.REGISTER_SYNC], SyncState.FINISHED)
    answers.withdraw(session, ids[ProcessType.DELEGATION], actor=ENGINE)
    departure_reviews.end(
        session, [ids[ProcessType.DEPARTURE_REVIEW]], ReviewState.CANCELLED, actor=ENGINE
    )
    operations.succeeded(session, ids[ProcessType.REFRESH], {})
    operations.succeeded(session, ids[ProcessType.DRIFT_CHECK], {})
    operations.failed(session, ids[ProcessType.RESEND], ERROR)
    operations.cancelled(session, ids[ProcessType.BULK_RETRY], ERROR)
    readings.end(session, ids[ProcessType.BANK_STATEMENT], ())
    extract_ends.cancel(session, ids[ProcessType.USAGE_EXTRACT], actor=ENGINE)
    proceeding.close(session, ids[ProcessType.PAYMENT], CANCELLED_BY_PERSON, ENGINE)


def test_a_run_that_was_rejected_has_no_open_process(database: Database) -> None:
    id_ = asked(database, ProcessType.REGISTER_SYNC)
    with database.transaction() as session:
        session.execute(text("UPDATE sync_run SET state = 'held'"))
        reject, ann = SyncDecision.REJECT, Actor(ActorKind.OPS, "ann")
        sync_decisions.decide(session, id_, reject, actor=ann, note="no", decision_id=uuid4())

    assert not read(database, id_).is_open


def test_a_run_that_its_workflow_opens_is_started(database: Database) -> None:
    id_ = asked(database, ProcessType.REGISTER_SYNC)
    (run,) = rows(database, "SELECT source, subject FROM sync_run")

    with database.transaction() as session:
        again, _ = sync_runs.open_run(session, run.source, run.subject)

    assert again == id_
    process = read(database, id_)
    assert process.started_at is not None
    expected = workflow_id(ProcessType.REGISTER_SYNC, run.source, run.subject)
    assert process.workflow_id == expected


def test_a_verification_without_an_sms_has_no_open_process(database: Database) -> None:
    id_ = asked(database, ProcessType.NUMBER_VERIFICATION)

    with database.transaction() as session:
        send_requests.take_back(session, id_, [])
    assert not read(database, id_).is_open

    with database.transaction() as session:
        row = verification_rows.lock(session, id_)
        assert row is not None
        assert send_requests.resend(session, row, RULES, []) == 1
    assert read(database, id_).is_open


def test_what_a_process_waits_for_is_kept_until_it_ends(database: Database) -> None:
    id_ = asked(database, ProcessType.RESEND)

    with database.transaction() as session:
        operations.running(session, id_, WaitsFor.NETWORK)
    waiting = read(database, id_)
    with database.transaction() as session:
        operations.succeeded(session, id_, {})
        operations.running(session, id_, WaitsFor.NETWORK)

    assert (waiting.waits_for, waiting.started_at is None) == (WaitsFor.NETWORK, False)
    assert (read(database, id_).waits_for, read(database, id_).is_open) == (None, False)


def test_a_process_is_deleted_after_its_retention_unless_it_has_stuck_items(
    database: Database,
) -> None:
    put_refreshes(database, 4, open_=1)
    carry_out(
        database,
        "UPDATE process SET ended_at = now() - interval '2 minutes' WHERE"
        " ended_at IS NOT NULL AND workflow_id <> 'refresh/2'",
    )
    listed = rows(database, "SELECT id FROM process WHERE workflow_id = 'refresh/3'")[0].id
    carry_out(
        database,
        "INSERT INTO stuck (id, kind, process, process_id, code, attempts, first_failed_at,"
        " last_failed_at, since, allowed_decisions, correctable_inputs, state)"
        " VALUES (:id, 'broken', 'refresh', :process, 'workflow_missing', 0, now(), now(), now(),"
        " '{}', '{}', 'closed')",
        id=uuid4(),
        process=listed,
    )

    with database.transaction() as session:
        assert processes.forget(session, ProcessType.RESEND, MINUTE) == []
        assert len(processes.forget(session, ProcessType.REFRESH, MINUTE)) == 1

    left = rows(database, "SELECT workflow_id FROM process ORDER BY workflow_id")
    assert [row.workflow_id for row in left] == ["refresh/1", "refresh/2", "refresh/3"]


def test_concurrent_changes_of_one_process_do_not_deadlock(
    database: Database,
) -> None:
    ids = [asked(database, ProcessType.REFRESH) for _ in range(50)]
    start = Barrier(4)

    def each(work: Callable[[Session, UUID], object]) -> None:
        start.wait()
        for id_ in ids:
            with database.transaction() as session:
                work(session, id_)

    def claim_and_give_back(session: Session, _: UUID) -> None:
        due = processes.claim_checks(session, every=NOTHING, young=NOTHING, limit=20)
        processes.give_checks_back(session, due.processes)

    with ThreadPoolExecutor(4) as threads:
        work = (
            lambda session, id_: operations.running(session, id_, WaitsFor.REGISTER),
            lambda session, id_: operations.succeeded(session, id_, {"of": str(id_)}),
            lambda session, _: processes.started(session, ids),
            claim_and_give_back,
        )
        done = [threads.submit(each, one) for one in work]
        for one in done:
            one.result()  # a deadlock would be raised here

    assert not any(read(database, id_).is_open for id_ in ids)
